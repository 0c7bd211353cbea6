#include <algorithm>
#include <unordered_set>

#include "api/handlers.h"
#include "broker/selectors.h"

namespace musubi::api {
namespace {

// The names of an array of texts, expanded. Fails: BadRequest.
Result<std::vector<std::string>> names(const Json* json, const Context& context,
                                       std::string_view where) {
    std::vector<std::string> out;
    if (json == nullptr) return out;
    if (!json->is_array()) {
        return Error{ErrorCode::BadRequest, "it is an array of names", std::string(where)};
    }
    for (const Json& name : json->array()) {
        if (!name.is_string()) {
            return Error{ErrorCode::BadRequest, "it is an array of names", std::string(where)};
        }
        out.push_back(context.expand(name.string()));
    }
    return out;
}

EntityQuery with_selector(EntityQuery query, const EntitySelector& selector) {
    if (!selector.id.empty()) query.ids = {selector.id};
    query.id_pattern = selector.id_pattern;
    query.types = selector.types;
    return query;
}

// Several selectors: what any of them finds, each entity once.
Result<QueryResult> query_any(const App& app, const ApiCall& call, const EntityQuery& base,
                              const std::vector<EntitySelector>& selectors) {
    constexpr std::size_t kMost = 100'000;
    QueryResult all;
    std::unordered_set<std::string> seen;
    for (const EntitySelector& selector : selectors) {
        EntityQuery query = with_selector(base, selector);
        query.offset = 0;
        query.limit = base.count ? kMost : base.offset + base.limit;
        query.count = false;
        const QueryResult part = TRY(app.store.query(call.caller, query));
        for (const EntityPtr& entity : part.entities) {
            if (seen.insert(entity->id).second) all.entities.push_back(entity);
        }
    }
    if (base.count) all.count = all.entities.size();
    const std::size_t from = std::min(base.offset, all.entities.size());
    all.entities.erase(all.entities.begin(),
                       all.entities.begin() + static_cast<std::ptrdiff_t>(from));
    if (all.entities.size() > base.limit) all.entities.resize(base.limit);
    return all;
}

}  // namespace

// POST /entityOperations/query (6.23.3.1): the Query of 5.2.23 in the body
Result<Answer> batch_query(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    const Body body = TRY(read_body(app, call));
    const Json* type = body.json.find("type");
    if (type == nullptr || !type->is_string() || type->string() != "Query") {
        return Error{ErrorCode::BadRequest, "the body is an object of type \"Query\"", "/type"};
    }
    EntityQuery query;
    TRY(read_page(call, query));
    query.attrs = TRY(names(body.json.find("attrs"), *body.context, "/attrs"));
    if (const Json* q = body.json.find("q")) {
        if (!q->is_string()) return Error{ErrorCode::BadRequest, "it is a text", "/q"};
        query.q = TRY(parse_q(q->string(), *body.context));
    }
    if (const Json* geo = body.json.find("geoQ")) {
        query.geo = TRY(read_geo_query(*geo, *body.context));
    }
    std::vector<EntitySelector> selectors;
    if (const Json* entities = body.json.find("entities")) {
        selectors = TRY(read_selectors(*entities, *body.context));
    }
    if (selectors.empty() && query.attrs.empty() && !query.q && !query.geo) {
        return Error{ErrorCode::BadRequest, "name at least one of entities, attrs, q, geoQ"};
    }
    if (selectors.size() == 1) query = with_selector(std::move(query), selectors.front());
    const QueryResult result = selectors.size() > 1 ? TRY(query_any(app, call, query, selectors))
                                                    : TRY(app.store.query(call.caller, query));
    WriteOptions options = TRY(write_options(call));
    options.attrs = query.attrs;
    std::string out = "[";
    for (const EntityPtr& entity : result.entities) {
        if (out.size() > 1) out += ',';
        write_entity(out, *entity, *body.context, options);
    }
    out += ']';
    HttpResponse response = json_response(call, std::move(out));
    if (result.count) {
        response.headers.emplace_back("NGSILD-Results-Count", std::to_string(*result.count));
    }
    return Answer{std::move(response)};
}

}  // namespace musubi::api
