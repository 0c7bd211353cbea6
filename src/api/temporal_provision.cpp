#include <memory>

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

}  // namespace

// POST /temporal/entities (6.18.3.1)
Result<Answer> post_evolution(const App& app, const ApiCall& call) {
    const Body body = TRY(read_body(app, call));
    const auto evolution =
        std::make_shared<const Evolution>(TRY(read_evolution(body.json, *body.context, true)));
    const auto created = std::make_shared<bool>(false);
    return Answer{Action{.run = [=](Transaction& tx) -> Result<void> {
                             *created = TRY(upsert_evolution(tx, *evolution));
                             return {};
                         },
                         .reply =
                             [=] {
                                 if (!*created) return empty_response(call);
                                 HttpResponse response = empty_response(call, 201);
                                 response.headers.emplace_back(
                                     "Location",
                                     "/ngsi-ld/v1/temporal/entities/" + evolution->head.id);
                                 return response;
                             }}};
}

// DELETE /temporal/entities/{entityId} (6.19.3.2)
Result<Answer> remove_evolution(const App&, const ApiCall& call) {
    const std::string id = TRY(entity_id(call));
    return Answer{Action{.run = [id](Transaction& tx) { return musubi::remove_evolution(tx, id); },
                         .reply = [call] { return empty_response(call); }}};
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
    return Answer{Action{.run = [shared](Transaction& tx) { return add_to_evolution(tx, *shared); },
                         .reply = [call] { return empty_response(call); }}};
}

// DELETE /temporal/entities/{entityId}/attrs/{attrId} (6.21.3.1)
Result<Answer> remove_evolution_attribute(const App&, const ApiCall& call) {
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
    return Answer{Action{.run =
                             [=](Transaction& tx) {
                                 return remove_attribute_evolution(tx, id, name, of, all_datasets);
                             },
                         .reply = [call] { return empty_response(call); }}};
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
    return Answer{Action{.run =
                             [=](Transaction& tx) {
                                 return modify_instance(tx, id, instance.value_or(kNoInstance),
                                                        *patch, typed);
                             },
                         .reply = [call] { return empty_response(call); }}};
}

// DELETE /temporal/entities/{entityId}/attrs/{attrId}/{instanceId} (6.22.3.2)
Result<Answer> remove_evolution_instance(const App&, const ApiCall& call) {
    const std::string id = TRY(entity_id(call));
    const std::string name = TRY(attribute_name(call, *call.context));
    const auto instance = TRY(instance_of(call));
    return Answer{Action{.run =
                             [=](Transaction& tx) {
                                 return remove_instance(tx, id, name,
                                                        instance.value_or(kNoInstance));
                             },
                         .reply = [call] { return empty_response(call); }}};
}

}  // namespace musubi::api
