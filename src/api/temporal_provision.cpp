#include <algorithm>
#include <memory>

#include "api/distributed_write.h"
#include "api/handlers.h"
#include "broker/temporal_commands.h"
#include "model/ngsild/members.h"
#include "model/ngsild/names.h"

namespace musubi::api {
namespace {

// The attribute of the path, expanded. Fails: BadRequest.
Result<std::string> attribute_name(const ApiCall& call, const Context& context) {
    const std::string& name = call.path.at(1);
    if (ngsild::is_name(name)) return context.expand(name);
    return Error{ErrorCode::BadRequest,
                 "'" + name + "' can not be the name of an attribute (4.6.2)", "attrId"};
}

// The instance of the path; nothing where it is a URI that is not one of ours. Fails: BadRequest.
Result<std::optional<InstanceId>> instance_of(const ApiCall& call) {
    const std::string& text = call.path.at(2);
    if (!is_uri(text)) {
        return Error{ErrorCode::BadRequest, "the id of an instance is a URI", "instanceId"};
    }
    const auto id = parse_instance_id(text);
    return id ? std::optional{*id} : std::optional<InstanceId>{};
}

// A number that no instance has.
constexpr InstanceId kNoInstance{UINT64_MAX, UINT32_MAX};

// Several instances may come in an object with the attribute's name, as a fragment (6.22.3.1).
Result<const Json*> fragment_of(const Json& body, const std::string& name, const Context& context) {
    if (!body.is_object() || ngsild::is_instance(body)) return &body;
    for (const JsonMember& member : body.object()) {
        if (context.expand(member.name) != name) continue;
        if (!member.value.is_array()) return &member.value;
        if (member.value.array().size() == 1) return &member.value.array().front();
        return Error{ErrorCode::BadRequest, "one instance is modified at a time",
                     "/" + member.name};
    }
    return &body;
}

// What sources are to know of a write of history on the entity, or on attributes of it. `body`:
// null where there is none.
SharedWrite shared_write(SourceOperation operation, std::string_view method, std::string id,
                         const Body* body) {
    SharedWrite write{.operation = operation, .id = std::move(id), .types = {}, .names = {}};
    write.method = method;
    write.path = [path = "/temporal" + entity_path(write.id)](const Context&) { return path; };
    if (body != nullptr) {
        write.body = body->json;
        write.context = body->context;
    }
    return write;
}

// The same of one attribute; `rest`: what follows it in the path.
SharedWrite of_attribute(SharedWrite write, const std::string& name, const std::string& rest = {}) {
    write.names = {name};
    write.path = [path = "/temporal" + entity_path(write.id) + "/attrs/", name,
                  rest](const Context& context) {
        return path + percent_encode(context.compact(name)) + rest;
    };
    write.cut = false;
    write.in_one_place = !rest.empty();
    return write;
}

std::vector<std::string> names_of_evolution(const Evolution& evolution) {
    std::vector<std::string> names;
    for (const Attribute& instance : evolution.instances) names.push_back(instance.name);
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

// What is left of it here.
std::shared_ptr<const Evolution> without(std::shared_ptr<const Evolution> evolution,
                                         const std::vector<std::string>& not_ours) {
    if (not_ours.empty()) return evolution;
    auto left = std::make_shared<Evolution>(*evolution);
    std::erase_if(left->instances, [&](const Attribute& instance) {
        return std::find(not_ours.begin(), not_ours.end(), instance.name) != not_ours.end();
    });
    return left;
}

}  // namespace

// POST /temporal/entities (6.18.3.1)
Result<Answer> post_evolution(const App& app, const ApiCall& call) {
    const Body body = TRY(read_body(app, call));
    const auto evolution =
        std::make_shared<const Evolution>(TRY(read_evolution(body.json, *body.context, true)));
    SharedWrite write =
        shared_write(SourceOperation::UpsertTemporal, "POST", evolution->head.id, &body);
    write.path = [](const Context&) { return std::string("/temporal/entities"); };
    write.types = evolution->head.types;
    write.names = names_of_evolution(*evolution);
    write.location = "/ngsi-ld/v1/temporal/entities/" + evolution->head.id;
    write.here = [call, evolution, location = write.location](
                     const std::vector<std::string>& not_ours) -> Result<Answer> {
        const auto created = std::make_shared<bool>(false);
        return Answer{Action{
            .run = [created, left = without(evolution, not_ours)](Transaction& tx) -> Result<void> {
                *created = TRY(upsert_evolution(tx, *left));
                return {};
            },
            .reply =
                [=] {
                    if (!*created) return empty_response(call);
                    HttpResponse response = empty_response(call, 201);
                    response.headers.emplace_back("Location", location);
                    return response;
                }}};
    };
    return share_write(app, call, std::move(write));
}

// DELETE /temporal/entities/{entityId} (6.19.3.2)
Result<Answer> remove_evolution(const App& app, const ApiCall& call) {
    const std::string id = TRY(entity_id(call));
    SharedWrite write = shared_write(SourceOperation::DeleteTemporal, "DELETE", id, nullptr);
    write.here = [call, id](const std::vector<std::string>&) -> Result<Answer> {
        return empty_action(call,
                            [id](Transaction& tx) { return musubi::remove_evolution(tx, id); });
    };
    return share_write(app, call, std::move(write));
}

// POST /temporal/entities/{entityId}/attrs (6.20.3.1)
Result<Answer> post_evolution_attributes(const App& app, const ApiCall& call) {
    const std::string id = TRY(entity_id(call));
    const Body body = TRY(read_body(app, call));
    Evolution evolution = TRY(read_evolution(body.json, *body.context, false));
    if (!evolution.head.id.empty() && evolution.head.id != id) {
        return Error{ErrorCode::BadRequest, "the id in the body is not the one of the path", "/id"};
    }
    evolution.head.id = id;
    const auto shared = std::make_shared<const Evolution>(std::move(evolution));
    SharedWrite write = shared_write(SourceOperation::AppendAttrsTemporal, "POST", id, &body);
    write.path = [path = "/temporal" + entity_path(id) + "/attrs"](const Context&) { return path; };
    write.types = shared->head.types;
    write.names = names_of_evolution(*shared);
    write.here = [call, shared](const std::vector<std::string>& not_ours) -> Result<Answer> {
        return empty_action(call, [left = without(shared, not_ours)](Transaction& tx) {
            return add_to_evolution(tx, *left);
        });
    };
    return share_write(app, call, std::move(write));
}

// DELETE /temporal/entities/{entityId}/attrs/{attrId} (6.21.3.1)
Result<Answer> remove_evolution_attribute(const App& app, const ApiCall& call) {
    const std::string id = TRY(entity_id(call));
    const std::string name = TRY(attribute_name(call, *call.context));
    const std::string* all = call.param("deleteAll");
    if (all != nullptr && *all != "true" && *all != "false") {
        return Error{ErrorCode::BadRequest, "it is true or false", "deleteAll"};
    }
    const bool all_datasets = all != nullptr && *all == "true";
    const std::string* dataset = call.param("datasetId");
    if (dataset != nullptr && *dataset != "@none" && !is_uri(*dataset)) {
        return Error{ErrorCode::BadRequest, "it is a URI or @none", "datasetId"};
    }
    const std::string of = dataset == nullptr || *dataset == "@none" ? std::string{} : *dataset;
    SharedWrite write = of_attribute(
        shared_write(SourceOperation::DeleteAttrsTemporal, "DELETE", id, nullptr), name);
    write.here = [=](const std::vector<std::string>&) -> Result<Answer> {
        return empty_action(call, [=](Transaction& tx) {
            return remove_attribute_evolution(tx, id, name, of, all_datasets);
        });
    };
    return share_write(app, call, std::move(write));
}

// PATCH /temporal/entities/{entityId}/attrs/{attrId}/{instanceId} (6.22.3.1)
Result<Answer> patch_instance(const App& app, const ApiCall& call) {
    const std::string id = TRY(entity_id(call));
    TRY(attribute_name(call, *call.context));
    const auto instance = TRY(instance_of(call));
    const Body body = TRY(read_body(app, call));
    const std::string name = TRY(attribute_name(call, *body.context));
    const Json& fragment = *TRY(fragment_of(body.json, name, *body.context));
    auto read =
        TRY(read_attribute(name, "", fragment, *body.context, {.nulls = true, .partial = true}));
    if (read.size() != 1) {
        return Error{ErrorCode::BadRequest, "one instance is modified at a time"};
    }
    const auto patch = std::make_shared<const Attribute>(std::move(read.front()));
    const bool typed = fragment.find("type") != nullptr;
    SharedWrite write =
        of_attribute(shared_write(SourceOperation::UpdateAttrInstanceTemporal, "PATCH", id, &body),
                     name, "/" + percent_encode(call.path.at(2)));
    write.here = [=](const std::vector<std::string>&) -> Result<Answer> {
        return empty_action(call, [=](Transaction& tx) {
            return modify_instance(tx, id, instance.value_or(kNoInstance), *patch, typed);
        });
    };
    return share_write(app, call, std::move(write));
}

// DELETE /temporal/entities/{entityId}/attrs/{attrId}/{instanceId} (6.22.3.2)
Result<Answer> remove_evolution_instance(const App& app, const ApiCall& call) {
    const std::string id = TRY(entity_id(call));
    const std::string name = TRY(attribute_name(call, *call.context));
    const auto instance = TRY(instance_of(call));
    SharedWrite write = of_attribute(
        shared_write(SourceOperation::DeleteAttrInstanceTemporal, "DELETE", id, nullptr), name,
        "/" + percent_encode(call.path.at(2)));
    write.here = [=](const std::vector<std::string>&) -> Result<Answer> {
        return empty_action(call, [=](Transaction& tx) {
            return remove_instance(tx, id, name, instance.value_or(kNoInstance));
        });
    };
    return share_write(app, call, std::move(write));
}

}  // namespace musubi::api
