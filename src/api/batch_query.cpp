#include <algorithm>
#include <array>
#include <unordered_set>

#include "api/distributed_read.h"
#include "api/entity_map_use.h"
#include "api/handlers.h"
#include "api/query_body.h"
#include "api/representation.h"
#include "api/use.h"
#include "broker/selectors.h"
#include "model/order.h"

namespace musubi::api {
namespace {

// Members of the Query (5.2.23) that say the same as a parameter of the query string: texts, and
// arrays of texts, which the parameter joins by commas.
constexpr std::array<std::string_view, 5> kTexts{"q", "csf", "scopeQ", "lang", "join"};
constexpr std::array<std::string_view, 7> kLists{
    "attrs", "pick", "omit", "datasetId", "jsonKeys", "containedBy", "expandValues"};

Error bad_member(std::string_view member, std::string_view detail) {
    return {ErrorCode::BadRequest, std::string(detail), "/" + std::string(member)};
}

Result<std::string> joined_texts(const Json& json, std::string_view member) {
    if (json.is_string()) return json.string();
    if (!json.is_array() || json.array().empty()) {
        return bad_member(member, "it is an array of texts, at least one");
    }
    std::string out;
    for (const Json& item : json.array()) {
        if (!item.is_string()) return bad_member(member, "it is an array of texts");
        if (!out.empty()) out += ',';
        out += item.string();
    }
    return out;
}

// OrderingParams (5.2.43).
Result<void> take_ordering(const Json& ordering, ApiCall& call) {
    if (!ordering.is_object()) return bad_member("ordering", "it is an object");
    if (const Json* by = ordering.find("orderBy")) {
        call.params.emplace_back("orderBy", TRY(joined_texts(*by, "ordering/orderBy")));
    }
    if (const Json* collation = ordering.find("collation")) {
        if (!collation->is_string()) return bad_member("ordering/collation", "it is a text");
        call.params.emplace_back("collation", collation->string());
    }
    if (const Json* coordinates = ordering.find("coordinates")) {
        if (!coordinates->is_array()) return bad_member("ordering/coordinates", "it is an array");
        call.params.emplace_back("orderFrom", to_text(*coordinates));
    }
    if (const Json* geometry = ordering.find("geometry")) {
        if (!geometry->is_string()) return bad_member("ordering/geometry", "it is a text");
        call.params.emplace_back("orderGeometry", geometry->string());
    }
    return {};
}

// The call as if what the body says had stood in its query string.
Result<ApiCall> with_body(const ApiCall& call, const Body& body) {
    ApiCall out = call;
    out.context = body.context;
    for (const std::string_view name : kTexts) {
        const Json* member = body.json.find(name);
        if (member == nullptr) continue;
        if (!member->is_string()) return bad_member(name, "it is a text");
        out.params.emplace_back(name, member->string());
    }
    for (const std::string_view name : kLists) {
        if (const Json* member = body.json.find(name)) {
            out.params.emplace_back(name, TRY(joined_texts(*member, name)));
        }
    }
    if (const Json* level = body.json.find("joinLevel")) {
        if (!level->is_integer() || level->integer() < 1) {
            return bad_member("joinLevel", "it is a whole number from 1");
        }
        out.params.emplace_back("joinLevel", std::to_string(level->integer()));
    }
    if (const Json* ordering = body.json.find("ordering")) TRY(take_ordering(*ordering, out));
    if (const Json* split = body.json.find("splitEntities")) {
        if (!split->is_bool()) return bad_member("splitEntities", "it is true or false");
        out.params.emplace_back("splitEntities", split->boolean() ? "true" : "false");
    }
    if (body.json.find("temporalQ") != nullptr) {
        return bad_member("temporalQ", "it belongs to /temporal/entityOperations/query");
    }
    return out;
}

EntityQuery with_selector(EntityQuery query, const EntitySelector& selector) {
    if (!selector.id.empty()) query.ids = {selector.id};
    query.id_pattern = selector.id_pattern;
    query.types = selector.types;
    return query;
}

void put_in_order(const EntityOrder& order, std::vector<EntityPtr>& entities) {
    std::vector<std::pair<OrderKey, EntityPtr>> keyed;
    keyed.reserve(entities.size());
    for (EntityPtr& entity : entities) {
        OrderKey key = order_key(order, *entity);
        keyed.emplace_back(std::move(key), std::move(entity));
    }
    std::stable_sort(keyed.begin(), keyed.end(), [&](const auto& a, const auto& b) {
        return stands_before(order, a.first, b.first);
    });
    for (std::size_t i = 0; i < keyed.size(); ++i) entities[i] = std::move(keyed[i].second);
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
    if (base.order) put_in_order(*base.order, all.entities);
    const std::size_t from = std::min(base.offset, all.entities.size());
    all.entities.erase(all.entities.begin(),
                       all.entities.begin() + static_cast<std::ptrdiff_t>(from));
    if (all.entities.size() > base.limit) all.entities.resize(base.limit);
    return all;
}

}  // namespace

Result<QueryOfBody> read_query_of_body(const ApiCall& call, const Body& body) {
    const Json* type = body.json.find("type");
    if (type == nullptr || !type->is_string() || type->string() != "Query") {
        return Error{ErrorCode::BadRequest, "the body is an object of type \"Query\"", "/type"};
    }
    QueryOfBody out{.call = TRY(with_body(call, body)), .query = {}, .selectors = {}, .geo = {}};
    out.query = TRY(read_entity_query(out.call));
    if (const Json* geo = body.json.find("geoQ")) {
        out.query.geo = TRY(read_geo_query(*geo, *body.context));
        out.geo = *geo;
    }
    if (const Json* entities = body.json.find("entities")) {
        out.selectors = TRY(read_selectors(*entities, *body.context));
    }
    TRY(out.selectors.empty() ? check_entity_query(out.call, out.query)
                              : check_linked_query(out.call, out.query));
    if (out.selectors.size() == 1) {
        out.query = with_selector(std::move(out.query), out.selectors.front());
    }
    return out;
}

std::vector<EntityQuery> queries_of(const QueryOfBody& asked) {
    if (asked.selectors.size() <= 1) return {asked.query};
    std::vector<EntityQuery> out;
    for (const EntitySelector& selector : asked.selectors) {
        out.push_back(with_selector(asked.query, selector));
    }
    return out;
}

namespace {

AskedTypes types_of_query(const QueryOfBody& asked) {
    AskedTypes types;
    for (const EntityQuery& one : queries_of(asked)) types.add(one);
    return types;
}

}  // namespace

Result<Answer> answer_query_of_body(const App& app, const QueryOfBody& asked, ShowEntities show,
                                    const EntityMapUse& map) {
    for (const EntityQuery& one : queries_of(asked)) TRY(begin_use(app, asked.call, one));
    const auto own = [&app, caller = asked.call.caller, call = asked.call,
                      selectors = asked.selectors](const EntityQuery& wanted) {
        return selectors.size() > 1 ? query_any(app, call, wanted, selectors)
                                    : app.store.query(caller, wanted);
    };
    if (is_shared(app, asked.call) || map.make || map.map) {
        Question question = question_of(asked.call, asked.query);
        question.context = asked.call.context;
        if (!asked.selectors.empty()) question.entities = selected_by(asked.selectors);
        if (asked.query.geo && !asked.geo.is_null()) {
            take_geo(asked.geo, *asked.query.geo, question);
        }
        const bool split = TRY(read_flag(asked.call, "splitEntities"));
        SharedQuery wide{.question = std::move(question),
                         .asked = asked.query,
                         .local = own,
                         .show = std::move(show),
                         .split = split};
        if (map.make || map.map) return query_with_map(app, asked.call, std::move(wide), map);
        show = wide.show;
        auto later = TRY(query_sources(app, asked.call, std::move(wide)));
        if (later) return Answer{std::move(later)};
    }
    return Answer{TRY(show(TRY(own(asked.query))))};
}

// POST /entityOperations/query (6.23.3.1): the Query of 5.2.23 in the body
Result<Answer> batch_query(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    const Body body = TRY(read_body(app, call));
    const QueryOfBody asked = TRY(read_query_of_body(call, body));
    const WriteOptions options = TRY(write_options(app, asked.call));
    return answer_query_of_body(
        app, asked,
        [&app, call = asked.call, counts = asked.query.count, types = types_of_query(asked),
         options](const QueryResult& result) -> Result<HttpResponse> {
            TRY(record_answer(app, call, types, result.entities,
                              result.count.value_or(result.entities.size())));
            HttpResponse response = TRY(entities_response(call, result.entities, options));
            if (counts && result.count) {
                response.headers.emplace_back("NGSILD-Results-Count",
                                              std::to_string(*result.count));
            }
            return response;
        },
        TRY(read_entity_map_use(app, asked.call)));
}

}  // namespace musubi::api
