#include "broker/entities.h"

#include <algorithm>

#include "api/handlers.h"
#include "api/representation.h"
#include "model/ngsild/names.h"

namespace musubi::api {
namespace {

Json update_result(const ApiCall& call, const UpdateResult& result) {
    Json::Array updated;
    for (const std::string& name : result.updated)
        updated.emplace_back(call.context->compact(name));
    Json::Array not_updated;
    for (const auto& [name, reason] : result.not_updated) {
        Json item;
        item.set("attributeName", call.context->compact(name));
        item.set("reason", reason);
        not_updated.push_back(std::move(item));
    }
    Json body;
    body.set("updated", std::move(updated));
    body.set("notUpdated", std::move(not_updated));
    return body;
}

// 204, or 207 with what could not be done (6.6.3.1, 6.6.3.2).
std::function<HttpResponse()> reply_of(const ApiCall& call, std::shared_ptr<UpdateResult> result) {
    return [call, result] {
        if (result->not_updated.empty()) return empty_response(call);
        return json_response(call, to_text(update_result(call, *result)), 207);
    };
}

Result<Entity> read_fragment(const App& app, const ApiCall& call, ReadOptions options) {
    const std::string id = TRY(entity_id(call));
    const Body body = TRY(read_body(app, call));
    options.as = ReadAs::Fragment;
    Entity fragment = TRY(read_entity(body.json, *body.context, options));
    if (!fragment.id.empty() && fragment.id != id) {
        return Error{ErrorCode::BadRequest, "the id in the body is not the one of the path", "/id"};
    }
    fragment.id = id;
    return fragment;
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

// GET /entities (6.4.3.2)
Result<Answer> query_entities(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    const EntityQuery query = TRY(read_entity_query(call));
    TRY(check_entity_query(call, query));
    const WriteOptions options = TRY(write_options(app, call));
    const QueryResult result = TRY(app.store.query(call.caller, query));
    HttpResponse response = TRY(entities_response(call, result.entities, options));
    add_page_headers(call, query, result, response);
    return Answer{std::move(response)};
}

// POST /entities (6.4.3.1)
Result<Answer> post_entity(const App& app, const ApiCall& call) {
    const Body body = TRY(read_body(app, call));
    auto entity = std::make_shared<Entity>(TRY(read_entity(body.json, *body.context)));
    const std::string id = entity->id;
    return Answer{
        Action{.run = [entity](Transaction& tx) { return create_entity(tx, std::move(*entity)); },
               .reply =
                   [call, id] {
                       HttpResponse response = empty_response(call, 201);
                       response.headers.emplace_back("Location", "/ngsi-ld/v1/entities/" + id);
                       return response;
                   }}};
}

// GET /entities/{entityId} (6.5.3.1)
Result<Answer> get_entity(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    const std::string id = TRY(entity_id(call));
    const WriteOptions options = TRY(write_options(app, call));
    const EntityPtr entity = TRY(app.store.find(call.caller, id));
    const Error missing{ErrorCode::NotFound, "there is no such entity", id};
    if (!entity) return missing;
    if (const auto* type = call.param("type"); type != nullptr && *type != "*") {
        if (!matches(TRY(parse_type_selection(*type, *call.context)), entity->types))
            return missing;
    }
    const auto asked = [&](const Attribute& a) {
        return std::find(options.attrs.begin(), options.attrs.end(), a.name) != options.attrs.end();
    };
    if (!options.attrs.empty() &&
        std::none_of(entity->attributes.begin(), entity->attributes.end(), asked)) {
        return Error{ErrorCode::NotFound, "the entity has none of these attributes", id};
    }
    return Answer{TRY(entity_response(call, entity, options))};
}

// DELETE /entities/{entityId} (6.5.3.2)
Result<Answer> remove_entity(const App&, const ApiCall& call) {
    const std::string id = TRY(entity_id(call));
    Run run = TRY(gated(call, id, [id](Transaction& tx) { return delete_entity(tx, id); }));
    return Answer{Action{.run = std::move(run), .reply = [call] { return empty_response(call); }}};
}

// PUT /entities/{entityId} (6.5.3.3)
Result<Answer> put_entity(const App& app, const ApiCall& call) {
    auto entity = std::make_shared<Entity>(TRY(read_fragment(app, call, {})));
    Run run = TRY(gated(call, entity->id, [entity](Transaction& tx) {
        return replace_entity(tx, std::move(*entity));
    }));
    return Answer{Action{.run = std::move(run), .reply = [call] { return empty_response(call); }}};
}

// PATCH /entities/{entityId} (6.5.3.4)
Result<Answer> patch_entity(const App& app, const ApiCall& call) {
    auto patch =
        std::make_shared<Entity>(TRY(read_fragment(app, call, {.nulls = true, .partial = true})));
    Run run =
        TRY(gated(call, patch->id, [patch](Transaction& tx) { return merge_entity(tx, *patch); }));
    return Answer{Action{.run = std::move(run), .reply = [call] { return empty_response(call); }}};
}

// POST /entities/{entityId}/attrs (6.6.3.1)
Result<Answer> post_attributes(const App& app, const ApiCall& call) {
    auto fragment = std::make_shared<Entity>(TRY(read_fragment(app, call, {})));
    auto result = std::make_shared<UpdateResult>();
    const Overwrite overwrite = call.option("noOverwrite") ? Overwrite::No : Overwrite::Yes;
    Run run = TRY(gated(call, fragment->id, [=](Transaction& tx) -> Result<void> {
        *result = TRY(append_attributes(tx, *fragment, overwrite));
        return {};
    }));
    return Answer{Action{.run = std::move(run), .reply = reply_of(call, result)}};
}

// PATCH /entities/{entityId}/attrs (6.6.3.2)
Result<Answer> patch_attributes(const App& app, const ApiCall& call) {
    auto fragment = std::make_shared<Entity>(TRY(read_fragment(app, call, {.nulls = true})));
    auto result = std::make_shared<UpdateResult>();
    Run run = TRY(gated(call, fragment->id, [=](Transaction& tx) -> Result<void> {
        *result = TRY(update_attributes(tx, *fragment));
        return {};
    }));
    return Answer{Action{.run = std::move(run), .reply = reply_of(call, result)}};
}

// GET /entities/{entityId}/attrs/{attrId}: ours, the value of one attribute
Result<Answer> get_attribute(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    const std::string id = TRY(entity_id(call));
    const EntityPtr entity = TRY(app.store.find(call.caller, id));
    if (!entity) return Error{ErrorCode::NotFound, "there is no such entity", id};
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
    const Body body = TRY(read_body(app, call));
    const std::string name = body.context->expand(call.path.at(1));
    auto patches = std::make_shared<std::vector<Attribute>>(
        TRY(read_attribute(name, "", body.json, *body.context, {.nulls = true, .partial = true})));
    const bool typed = body.json.find("type") != nullptr;
    Run run = TRY(gated(call, id, [=](Transaction& tx) -> Result<void> {
        for (const Attribute& patch : *patches) TRY(patch_attribute(tx, id, patch, typed));
        return {};
    }));
    return Answer{Action{.run = std::move(run), .reply = [call] { return empty_response(call); }}};
}

// PUT /entities/{entityId}/attrs/{attrId} (6.7.3.3)
Result<Answer> put_one_attribute(const App& app, const ApiCall& call) {
    const std::string id = TRY(entity_id(call));
    if (names_scope(call)) return scope_is_whole();
    if (!ngsild::is_name(call.path.at(1))) {
        return Error{ErrorCode::BadRequest, "this can not be the name of an attribute", "attrId"};
    }
    const Body body = TRY(read_body(app, call));
    const std::string name = body.context->expand(call.path.at(1));
    auto instances = std::make_shared<std::vector<Attribute>>(
        TRY(read_attribute(name, "", body.json, *body.context)));
    Run run = TRY(
        gated(call, id, [=](Transaction& tx) { return replace_attribute(tx, id, *instances); }));
    return Answer{Action{.run = std::move(run), .reply = [call] { return empty_response(call); }}};
}

// DELETE /entities/{entityId}/attrs/{attrId} (6.7.3.2)
Result<Answer> remove_attribute(const App&, const ApiCall& call) {
    const std::string id = TRY(entity_id(call));
    const std::string name = call.context->expand(call.path.at(1));
    const std::string* all = call.param("deleteAll");
    const bool all_datasets = all != nullptr && *all == "true";
    const std::string dataset = dataset_param(call);
    Run run = TRY(gated(call, id, [=, scope = names_scope(call)](Transaction& tx) {
        return scope ? delete_scopes(tx, id)
                     : delete_attribute(tx, id, name, dataset, all_datasets);
    }));
    return Answer{Action{.run = std::move(run), .reply = [call] { return empty_response(call); }}};
}

}  // namespace musubi::api
