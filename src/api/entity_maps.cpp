#include "api/entity_map_use.h"
#include "api/handlers.h"
#include "api/use.h"

namespace musubi::api {
namespace {

Result<std::string> map_id(const ApiCall& call) {
    if (is_uri(call.path.front())) return call.path.front();
    return Error{ErrorCode::BadRequest, "the id of an entity map is a URI", "entityMapId"};
}

Error missing(const std::string& id) {
    return {ErrorCode::NotFound, "there is no such entity map, or it has ended", id};
}

}  // namespace

// GET /entityMaps (6.34.3.1, 5.14.4): the map of a query, without its entities
Result<Answer> create_entity_map(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    EntityQuery query = TRY(read_entity_query(call));
    TRY(check_entity_query(call, query));
    TRY(begin_use(app, call, query));
    query.count = false;
    const EntityMapUse use = TRY(read_entity_map_use(app, call));
    auto entries = std::make_shared<std::vector<EntityMapEntry>>();
    const bool split = TRY(read_flag(call, "splitEntities"));
    return query_for_map(
        app, call,
        {.question = question_of(call, query),
         .asked = query,
         .local = [&app, caller = call.caller](
                      const EntityQuery& asked) { return app.store.query(caller, asked); },
         .show = [&app, call, use, entries](const QueryResult&) -> Result<HttpResponse> {
             return entity_map_response(app, call, use, std::move(*entries));
         },
         .split = split,
         .found = [entries](std::vector<EntityMapEntry> found) { *entries = std::move(found); }});
}

// GET /entityMaps/{entityMapId} (6.32.3.1)
Result<Answer> get_entity_map(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    const std::string id = TRY(map_id(call));
    const auto map = app.entity_maps.find(call.tenant, call.caller, id, app.clock.now());
    if (!map) return missing(id);
    return Answer{TRY(show_entity_map(app, call, *map))};
}

// PATCH /entityMaps/{entityMapId} (6.32.3.2): of it only the end can be set
Result<Answer> patch_entity_map(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    const std::string id = TRY(map_id(call));
    const Body body = TRY(read_body(app, call));
    const Json* end = body.json.find("expiresAt");
    if (end == nullptr || !end->is_string()) {
        return Error{ErrorCode::BadRequest, "expiresAt, a time, is what can be set", "/expiresAt"};
    }
    const auto time = parse_time(end->string());
    if (!time) return Error{ErrorCode::BadRequest, time.error().detail, "/expiresAt"};
    if (!app.entity_maps.set_expiry(call.tenant, call.caller, id, *time, app.clock.now())) {
        return missing(id);
    }
    return Answer{empty_response(call)};
}

// DELETE /entityMaps/{entityMapId} (6.32.3.3)
Result<Answer> remove_entity_map(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    const std::string id = TRY(map_id(call));
    if (!app.entity_maps.erase(call.tenant, call.caller, id, app.clock.now())) return missing(id);
    return Answer{empty_response(call)};
}

}  // namespace musubi::api
