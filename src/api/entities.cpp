#include "broker/entities.h"

#include <algorithm>

#include "api/distributed_read.h"
#include "api/distributed_write.h"
#include "api/entity_map_use.h"
#include "api/handlers.h"
#include "api/representation.h"
#include "api/use.h"
#include "model/ngsild/names.h"

namespace musubi::api {
namespace {

// Names are written out: whose context the body had in itself reads them without it (5.2.18).
Json update_result(const UpdateResult& result) {
    Json::Array updated;
    for (const std::string& name : result.updated) updated.emplace_back(name);
    Json::Array not_updated;
    for (const auto& [name, reason] : result.not_updated) {
        Json item;
        item.set("attributeName", name);
        item.set("reason", reason);
        not_updated.push_back(std::move(item));
    }
    Json body;
    body.set("updated", std::move(updated));
    body.set("notUpdated", std::move(not_updated));
    return body;
}

// 204, or 207 with what could not be done (6.6.3.1, 6.6.3.2).
std::function<HttpResponse()> update_reply(const ApiCall& call,
                                           std::shared_ptr<UpdateResult> result) {
    return [call, result] {
        if (result->not_updated.empty()) return empty_response(call);
        return json_response(call, to_text(update_result(*result)), 207);
    };
}

/// A fragment of an entity, and the body it came in.
struct Fragment {
    Body body;
    std::shared_ptr<Entity> entity;
};

// Whether an id in the body must be that of the path: where attributes alone are written it says
// nothing (5.6.2, 5.6.3).
enum class OwnId { Checked, Ignored };

Result<Fragment> read_fragment(const App& app, const ApiCall& call, ReadOptions options,
                               OwnId own_id = OwnId::Checked) {
    const std::string id = TRY(entity_id(call));
    Body body = TRY(read_body(app, call));
    options.as = ReadAs::Fragment;
    Entity fragment = TRY(read_entity(body.json, *body.context, options));
    if (own_id == OwnId::Checked && !fragment.id.empty() && fragment.id != id) {
        return Error{ErrorCode::BadRequest, "the id in the body is not the one of the path", "/id"};
    }
    fragment.id = id;
    return Fragment{std::move(body), std::make_shared<Entity>(std::move(fragment))};
}

// What sources are to know of a write of attributes that stand in the body.
SharedWrite shared_write(SourceOperation operation, std::string_view method, Fragment& fragment) {
    SharedWrite write{.operation = operation,
                      .id = fragment.entity->id,
                      .types = fragment.entity->types,
                      .names = attribute_names(*fragment.entity)};
    write.method = method;
    write.path = [path = entity_path(write.id)](const Context&) { return path; };
    write.body = std::move(fragment.body.json);
    write.context = fragment.body.context;
    return write;
}

// The same where what became of each attribute is told (6.6.3).
SharedWrite of_attributes(SourceOperation operation, std::string_view method, Fragment& fragment,
                          std::function<Result<Answer>(const std::vector<std::string>&)> here) {
    SharedWrite write = shared_write(operation, method, fragment);
    write.path = [path = entity_path(write.id) + "/attrs/"](const Context&) { return path; };
    write.tells_attributes = true;
    write.here = std::move(here);
    return write;
}

// The same of one attribute: the one that the path names. `body`: null where there is none.
SharedWrite shared_write(const ApiCall& call, SourceOperation operation, std::string_view method,
                         const std::string& name, const Body* body = nullptr) {
    SharedWrite write{
        .operation = operation, .id = call.path.front(), .types = {}, .names = {name}};
    write.method = method;
    write.path = [path = entity_path(write.id) + "/attrs/", name](const Context& context) {
        return path + percent_encode(context.compact(name));
    };
    if (body != nullptr) {
        write.body = body->json;
        write.context = body->context;
    }
    write.cut = false;
    write.tells_attributes = true;
    return write;
}

using Run = std::function<Result<void>(Transaction&)>;

// The same for an entity of the types that the query string selects alone (4.17).
Result<Run> gated(const ApiCall& call, std::string id, Run run) {
    const std::string* text = call.param("type");
    if (text == nullptr || *text == "*") return run;
    auto types = TRY(parse_type_selection(*text, *call.context));
    return Run{[types = std::move(types), id = std::move(id),
                run = std::move(run)](Transaction& tx) -> Result<void> {
        const EntityPtr entity = TRY(tx.find(id));
        if (!entity || !matches(types, entity->types)) {
            return Error{ErrorCode::NotFound, "there is no such entity of this type", id};
        }
        return run(tx);
    }};
}

bool names_scope(const ApiCall& call) { return call.path.at(1) == "scope"; }

Error scope_is_whole() {
    return {ErrorCode::BadRequest, "a scope is written with the entity, or deleted (4.18)",
            "attrId"};
}

std::string dataset_param(const ApiCall& call) {
    const std::string* dataset = call.param("datasetId");
    return dataset == nullptr ? std::string{} : *dataset;
}

}  // namespace

namespace {

// Fails: as what it reads does; Forbidden where it begins a use that may not be.
Result<EntityQuery> begin_query(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    EntityQuery query = TRY(read_entity_query(call));
    TRY(check_entity_query(call, query));
    TRY(begin_use(app, call, query));
    return query;
}

}  // namespace

// GET /entities (6.4.3.2)
Result<Answer> query_entities(const App& app, const ApiCall& call) {
    const EntityQuery query = TRY(begin_query(app, call));
    const bool split = TRY(read_flag(call, "splitEntities"));
    const WriteOptions options = TRY(write_options(app, call));
    const auto show = [&app, call, query,
                       options](const QueryResult& result) -> Result<HttpResponse> {
        TRY(record_answer(app, call, AskedTypes::of(query), result.entities,
                          result.count.value_or(result.entities.size())));
        HttpResponse response = TRY(entities_response(call, result.entities, options));
        add_page_headers(call, query, result, response);
        return response;
    };
    const auto own = [&app, caller = call.caller](const EntityQuery& asked) {
        return app.store.query(caller, asked);
    };
    const bool shared = is_shared(app, call);
    const EntityMapUse map = TRY(read_entity_map_use(app, call));
    if (shared || map.make || map.map) {
        SharedQuery wide{.question = question_of(call, query),
                         .asked = query,
                         .local = own,
                         .show = show,
                         .split = split};
        if (map.make || map.map) return query_with_map(app, call, std::move(wide), map);
        auto later = TRY(query_sources(app, call, std::move(wide)));
        if (later) return Answer{std::move(later)};
    }
    return Answer{TRY(show(TRY(own(query))))};
}

// POST /entities (6.4.3.1)
Result<Answer> post_entity(const App& app, const ApiCall& call) {
    Body body = TRY(read_body(app, call));
    Fragment read{std::move(body), nullptr};
    read.entity = std::make_shared<Entity>(TRY(read_entity(read.body.json, *read.body.context)));
    const std::string location = "/ngsi-ld/v1/entities/" + read.entity->id;
    const auto here = [call, location, entity = read.entity](
                          const std::vector<std::string>& not_ours) -> Result<Answer> {
        remove_attributes(*entity, not_ours);
        return Answer{Action{
            .run = [entity](Transaction& tx) { return create_entity(tx, std::move(*entity)); },
            .reply =
                [call, location] {
                    HttpResponse response = empty_response(call, 201);
                    response.headers.emplace_back("Location", location);
                    return response;
                }}};
    };
    if (!is_shared(app, call)) return here({});
    SharedWrite write = shared_write(SourceOperation::CreateEntity, "POST", read);
    write.path = [](const Context&) { return std::string("/entities"); };
    write.done_status = 201;
    write.location = location;
    write.here = here;
    return share_write(app, call, std::move(write));
}

// GET /entities/{entityId} (6.5.3.1)
Result<Answer> get_entity(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    const std::string id = TRY(entity_id(call));
    const WriteOptions options = TRY(write_options(app, call));
    const EntityMapUse map = TRY(read_entity_map_use(app, call));
    const auto show = [&app, call, id, options, map](
                          const EntityPtr& entity,
                          const std::vector<std::string>& sources) -> Result<HttpResponse> {
        TRY(begin_use(app, call, id, entity));
        const Error missing{ErrorCode::NotFound, "there is no such entity", id};
        if (const auto* type = call.param("type"); type != nullptr && *type != "*") {
            if (!matches(TRY(parse_type_selection(*type, *call.context)), entity->types))
                return missing;
        }
        const auto asked = [&](const Attribute& a) {
            return std::find(options.attrs.begin(), options.attrs.end(), a.name) !=
                   options.attrs.end();
        };
        if (!options.attrs.empty() &&
            std::none_of(entity->attributes.begin(), entity->attributes.end(), asked)) {
            return Error{ErrorCode::NotFound, "the entity has none of these attributes", id};
        }
        HttpResponse response = TRY(entity_response(call, entity, options));
        map_one(app, call, map, {id, sources}, response);
        return response;
    };
    if (is_shared(app, call)) {
        auto later = TRY(retrieve_from_sources(app, call, id, options, show));
        if (later) return Answer{std::move(later)};
    }
    return Answer{TRY(show(TRY(app.store.find(call.caller, id)), {std::string(kMapsHere)}))};
}

// DELETE /entities/{entityId} (6.5.3.2)
Result<Answer> remove_entity(const App& app, const ApiCall& call) {
    const std::string id = TRY(entity_id(call));
    Run run = TRY(gated(call, id, [id](Transaction& tx) { return delete_entity(tx, id); }));
    SharedWrite write{
        .operation = SourceOperation::DeleteEntity, .id = id, .types = {}, .names = {}};
    write.method = "DELETE";
    write.path = [path = entity_path(id)](const Context&) { return path; };
    write.here = [call, run = std::move(run)](const std::vector<std::string>&) -> Result<Answer> {
        return empty_action(call, run);
    };
    return share_write(app, call, std::move(write));
}

// PUT /entities/{entityId} (6.5.3.3)
Result<Answer> put_entity(const App& app, const ApiCall& call) {
    Fragment read = TRY(read_fragment(app, call, {}));
    Run run = TRY(gated(call, read.entity->id, [entity = read.entity](Transaction& tx) {
        return replace_entity(tx, std::move(*entity));
    }));
    const auto here = [call, entity = read.entity, run = std::move(run)](
                          const std::vector<std::string>& not_ours) -> Result<Answer> {
        remove_attributes(*entity, not_ours);
        return empty_action(call, run);
    };
    if (!is_shared(app, call)) return here({});
    SharedWrite write = shared_write(SourceOperation::ReplaceEntity, "PUT", read);
    write.of_entity = true;
    write.here = here;
    return share_write(app, call, std::move(write));
}

// PATCH /entities/{entityId} (6.5.3.4)
Result<Answer> patch_entity(const App& app, const ApiCall& call) {
    Fragment read = TRY(read_fragment(app, call, {.nulls = true, .partial = true, .merge = true}));
    Run run = TRY(gated(call, read.entity->id, [patch = read.entity](Transaction& tx) {
        return merge_entity(tx, *patch);
    }));
    const auto here = [call, patch = read.entity, run = std::move(run)](
                          const std::vector<std::string>& not_ours) -> Result<Answer> {
        remove_attributes(*patch, not_ours);
        return empty_action(call, run);
    };
    if (!is_shared(app, call)) return here({});
    SharedWrite write = shared_write(SourceOperation::MergeEntity, "PATCH", read);
    write.here = here;
    return share_write(app, call, std::move(write));
}

// POST /entities/{entityId}/attrs (6.6.3.1)
Result<Answer> post_attributes(const App& app, const ApiCall& call) {
    Fragment read = TRY(read_fragment(app, call, {}, OwnId::Ignored));
    auto result = std::make_shared<UpdateResult>();
    const Overwrite overwrite = call.option("noOverwrite") ? Overwrite::No : Overwrite::Yes;
    Run run =
        TRY(gated(call, read.entity->id,
                  [fragment = read.entity, overwrite, result](Transaction& tx) -> Result<void> {
                      *result = TRY(append_attributes(tx, *fragment, overwrite));
                      return {};
                  }));
    const auto here = [call, fragment = read.entity, result, run = std::move(run)](
                          const std::vector<std::string>& not_ours) -> Result<Answer> {
        remove_attributes(*fragment, not_ours);
        return Answer{Action{.run = run, .reply = update_reply(call, result)}};
    };
    if (!is_shared(app, call)) return here({});
    return share_write(app, call, of_attributes(SourceOperation::AppendAttrs, "POST", read, here));
}

// PATCH /entities/{entityId}/attrs (6.6.3.2)
Result<Answer> patch_attributes(const App& app, const ApiCall& call) {
    Fragment read = TRY(read_fragment(app, call, {.nulls = true}, OwnId::Ignored));
    auto result = std::make_shared<UpdateResult>();
    Run run = TRY(gated(call, read.entity->id,
                        [fragment = read.entity, result](Transaction& tx) -> Result<void> {
                            *result = TRY(update_attributes(tx, *fragment));
                            return {};
                        }));
    const auto here = [call, fragment = read.entity, result, run = std::move(run)](
                          const std::vector<std::string>& not_ours) -> Result<Answer> {
        remove_attributes(*fragment, not_ours);
        return Answer{Action{.run = run, .reply = update_reply(call, result)}};
    };
    if (!is_shared(app, call)) return here({});
    return share_write(app, call,
                       of_attributes(SourceOperation::UpdateEntity, "PATCH", read, here));
}

// GET /entities/{entityId}/attrs/{attrId}: ours, the value of one attribute
Result<Answer> get_attribute(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    const std::string id = TRY(entity_id(call));
    const EntityPtr entity = TRY(app.store.find(call.caller, id));
    TRY(begin_use(app, call, id, entity));
    const std::string name = call.context->expand(call.path.at(1));
    std::vector<const Attribute*> instances;
    for (const Attribute& a : entity->attributes) {
        if (a.name == name) instances.push_back(&a);
    }
    if (instances.empty()) {
        return Error{ErrorCode::NotFound, "the entity has no such attribute", call.path.at(1)};
    }
    std::string body;
    write_attribute(body, instances, *call.context, TRY(write_options(app, call)));
    return Answer{json_response(call, std::move(body))};
}

// PATCH /entities/{entityId}/attrs/{attrId} (6.7.3.1)
Result<Answer> patch_one_attribute(const App& app, const ApiCall& call) {
    const std::string id = TRY(entity_id(call));
    if (names_scope(call)) return scope_is_whole();
    const auto body = std::make_shared<const Body>(TRY(read_body(app, call)));
    const std::string name = body->context->expand(call.path.at(1));
    const auto here = [call, id, name, body](const std::vector<std::string>&) -> Result<Answer> {
        auto patches = std::make_shared<Attributes>(TRY(read_attribute(
            name, "", body->json, *body->context, {.nulls = true, .partial = true})));
        const bool typed = body->json.find("type") != nullptr;
        Run run = TRY(gated(call, id, [=](Transaction& tx) -> Result<void> {
            for (const Attribute& patch : *patches) TRY(patch_attribute(tx, id, patch, typed));
            return {};
        }));
        return empty_action(call, std::move(run));
    };
    if (!is_shared(app, call)) return here({});
    SharedWrite write = shared_write(call, SourceOperation::UpdateAttrs, "PATCH", name, body.get());
    write.here = here;
    return share_write(app, call, std::move(write));
}

// PUT /entities/{entityId}/attrs/{attrId} (6.7.3.3)
Result<Answer> put_one_attribute(const App& app, const ApiCall& call) {
    const std::string id = TRY(entity_id(call));
    if (names_scope(call)) return scope_is_whole();
    if (!ngsild::is_name(call.path.at(1))) {
        return Error{ErrorCode::BadRequest, "this can not be the name of an attribute", "attrId"};
    }
    const auto body = std::make_shared<const Body>(TRY(read_body(app, call)));
    const std::string name = body->context->expand(call.path.at(1));
    const auto here = [call, id, name, body](const std::vector<std::string>&) -> Result<Answer> {
        auto instances =
            std::make_shared<Attributes>(TRY(read_attribute(name, "", body->json, *body->context)));
        Run run = TRY(gated(
            call, id, [=](Transaction& tx) { return replace_attribute(tx, id, *instances); }));
        return empty_action(call, std::move(run));
    };
    if (!is_shared(app, call)) return here({});
    SharedWrite write = shared_write(call, SourceOperation::ReplaceAttrs, "PUT", name, body.get());
    write.here = here;
    return share_write(app, call, std::move(write));
}

// DELETE /entities/{entityId}/attrs/{attrId} (6.7.3.2)
Result<Answer> remove_attribute(const App& app, const ApiCall& call) {
    const std::string id = TRY(entity_id(call));
    const std::string name = call.context->expand(call.path.at(1));
    const std::string* all = call.param("deleteAll");
    const bool all_datasets = all != nullptr && *all == "true";
    const std::string dataset = dataset_param(call);
    const bool scope = names_scope(call);
    Run run = TRY(gated(call, id, [=](Transaction& tx) {
        return scope ? delete_scopes(tx, id)
                     : delete_attribute(tx, id, name, dataset, all_datasets);
    }));
    const auto here = [call,
                       run = std::move(run)](const std::vector<std::string>&) -> Result<Answer> {
        return empty_action(call, run);
    };
    if (scope || !is_shared(app, call)) return here({});
    SharedWrite write = shared_write(call, SourceOperation::DeleteAttrs, "DELETE", name);
    write.here = here;
    return share_write(app, call, std::move(write));
}

}  // namespace musubi::api
