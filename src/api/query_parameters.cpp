#include <algorithm>

#include "api/call.h"
#include "api/problem.h"
#include "model/ngsild/names.h"
#include "model/order.h"

namespace musubi {
namespace {

Error in_parameter(Error error, std::string_view name) {
    error.where = std::string(name) + (error.where.empty() ? "" : ", " + error.where);
    return error;
}

// The names of attrs, expanded. Fails: BadRequest where one can not be a name (4.6.2).
Result<std::vector<std::string>> read_names(const ApiCall& call, std::string_view parameter) {
    std::vector<std::string> out;
    for (const std::string& name : call.list(parameter)) {
        if (!ngsild::is_name(name)) {
            return Error{ErrorCode::BadRequest,
                         "'" + name + "' can not be the name of an attribute",
                         std::string(parameter)};
        }
        out.push_back(call.context->expand(name));
        if (out.back().starts_with('@')) {  // id, type
            return Error{ErrorCode::BadRequest, "'" + name + "' is no attribute",
                         std::string(parameter)};
        }
    }
    return out;
}

Result<std::optional<GeoQuery>> read_geo(const ApiCall& call) {
    const auto* relation = call.param("georel");
    const auto* geometry = call.param("geometry");
    const auto* coordinates = call.param("coordinates");
    if (relation == nullptr) {
        if (geometry == nullptr && coordinates == nullptr) return std::optional<GeoQuery>{};
        return Error{ErrorCode::BadRequest, "geometry and coordinates need georel", "georel"};
    }
    if (geometry == nullptr || coordinates == nullptr) {
        return Error{ErrorCode::BadRequest, "georel needs geometry and coordinates", "georel"};
    }
    const auto* property = call.param("geoproperty");
    auto where = parse_json(*coordinates);
    if (!where) return Error{ErrorCode::BadRequest, "it is not JSON", "coordinates"};
    return std::optional<GeoQuery>{
        TRY(parse_geo_query(*relation, *geometry, *where,
                            property == nullptr ? std::string_view{} : *property, *call.context))};
}

// orderBy, collation, orderFrom and orderGeometry (4.23).
Result<std::shared_ptr<const EntityOrder>> read_order(const ApiCall& call) {
    EntityOrder order;
    if (const auto* tag = call.param("collation")) order.collation = TRY(Collation::parse(*tag));
    if (const auto* from = call.param("orderFrom")) {
        auto coordinates = parse_json(*from);
        if (!coordinates || !coordinates->is_array()) {
            return Error{ErrorCode::BadRequest, "it is a JSON array of coordinates", "orderFrom"};
        }
        const auto* geometry = call.param("orderGeometry");
        auto shape = parse_shape(geometry == nullptr ? "Point" : *geometry, *coordinates);
        if (!shape) return in_parameter(std::move(shape).error(), "orderFrom");
        order.from = std::move(shape).value();
    }
    const auto* text = call.param("orderBy");
    if (text == nullptr) return std::shared_ptr<const EntityOrder>{};
    if (!call.may_wait) {  // all that match are looked at
        return Error{ErrorCode::MustWait, "entities are put in order on a worker", "orderBy"};
    }
    auto terms = parse_order(*text, *call.context);
    if (!terms) return in_parameter(std::move(terms).error(), "orderBy");
    order.terms = std::move(terms).value();
    TRY(check_order(order));
    return std::make_shared<const EntityOrder>(std::move(order));
}

// A query of entities that have a picked attribute, where nothing is picked that all have (4.21).
Result<void> narrow_to_picked(const ApiCall& call, EntityQuery& query) {
    const std::string* text = call.param("pick");
    if (text == nullptr || !query.attrs.empty()) return {};
    auto picked = parse_projection(*text, *call.context);
    if (!picked) return in_parameter(std::move(picked).error(), "pick");
    for (const ProjectedMember& member : *picked) {
        if (is_core_member(member.name)) return {};
    }
    for (ProjectedMember& member : *picked) query.attrs.push_back(std::move(member.name));
    return {};
}

bool is_system_name(std::string_view iri) {
    if (!iri.starts_with(iri::kNgsiLd)) return false;
    iri.remove_prefix(iri::kNgsiLd.size());
    return iri == "createdAt" || iri == "modifiedAt" || iri == "deletedAt" || iri == "observedAt" ||
           iri == "expiresAt";
}

// A link to another page (6.3.10): of entities with the parameters in the order of their names and
// in the media type of this page; of other things as JSON-LD, with the parameters as they came.
std::string page_link(const ApiCall& call, std::size_t offset, std::string_view relation) {
    std::string_view path = call.request.path;
    if (path.ends_with('/')) path.remove_suffix(1);
    const bool entities = path.ends_with("/entities");
    auto params = call.params;
    std::erase_if(params, [](const auto& parameter) { return parameter.first == "offset"; });
    params.emplace_back("offset", std::to_string(offset));
    if (entities) std::stable_sort(params.begin(), params.end());
    std::string url = "<";
    url += path;
    char joint = '?';
    for (const auto& [name, value] : params) {
        url += joint;
        url.append(name).append("=").append(encode_query_value(value));
        joint = '&';
    }
    url.append(">; rel=\"").append(relation).append("\"; type=\"");
    url += call.wants_geojson           ? "application/geo+json"
           : call.wants_ld || !entities ? "application/ld+json"
                                        : "application/json";
    return url + '"';
}

}  // namespace

Result<void> read_page(const ApiCall& call, EntityQuery& query) {
    query.limit = TRY(call.number("limit")).value_or(kDefaultLimit);
    query.offset = TRY(call.number("offset")).value_or(0);
    const std::string* count = call.param("count");
    if (count != nullptr && *count != "true" && *count != "false") {
        return Error{ErrorCode::BadRequest, "it is true or false", "count"};
    }
    query.count = count != nullptr && *count == "true";
    if (query.limit > kMaxLimit) {
        return Error{ErrorCode::TooComplexQuery, "at most 1000 entities a page; use offset",
                     std::string(kWhereLimit)};
    }
    if (query.limit == 0 && !query.count) {
        return Error{ErrorCode::BadRequest, "limit=0 goes with count=true", "limit"};
    }
    return {};
}

Result<EntityQuery> read_entity_query(const ApiCall& call) {
    EntityQuery query;
    query.ids = call.list("id");
    for (const std::string& id : query.ids) {
        if (!is_uri(id)) return Error{ErrorCode::BadRequest, "the id of an entity is a URI", "id"};
    }
    if (const auto* pattern = call.param("idPattern")) {
        query.id_pattern = TRY(Pattern::parse(*pattern));
    }
    if (const auto* type = call.param("type"); type != nullptr && *type != "*") {
        query.types = TRY(parse_type_selection(*type, *call.context));
    }
    query.attrs = TRY(read_names(call, "attrs"));
    TRY(narrow_to_picked(call, query));
    if (const auto* q = call.param("q")) {
        query.q = TRY(parse_q(*q, *call.context, TRY(read_names(call, "expandValues"))));
    }
    if (const auto* csf = call.param("csf")) TRY(parse_q(*csf, *call.context));
    if (const auto* scopes = call.param("scopeQ")) {
        auto selection = parse_scope_query(*scopes);
        if (!selection) return in_parameter(std::move(selection).error(), "scopeQ");
        query.scopes = std::move(selection).value();
    }
    query.geo = TRY(read_geo(call));
    query.order = TRY(read_order(call));
    TRY(read_page(call, query));
    return query;
}

Result<void> check_linked_query(const ApiCall& call, const EntityQuery& query) {
    if (!query.q) return {};
    const std::size_t hops = linked_depth(*query.q);
    const bool joins = call.param("join") != nullptr;
    const std::size_t level = TRY(call.number("joinLevel")).value_or(1);
    if (hops > 0 && (!joins || hops > level)) {
        return Error{ErrorCode::BadRequest,
                     "q follows relationships further than join and joinLevel do (5.7.2.4)", "q"};
    }
    if (hops > 0 && !call.may_wait) {
        return Error{ErrorCode::MustWait, "relationships are followed on a worker", "q"};
    }
    return {};
}

Result<void> check_entity_query(const ApiCall& call, const EntityQuery& query) {
    const std::string* local = call.param("local");
    if (local != nullptr && *local != "true" && *local != "false") {
        return Error{ErrorCode::BadRequest, "it is true or false", "local"};
    }
    const std::string* type = call.param("type");
    const bool any_type = type != nullptr && *type == "*";
    if (any_type && local != nullptr && *local == "false") {
        return Error{ErrorCode::BadRequest,
                     "type=* asks for what is here alone: local=false does "
                     "not go with it (4.17)",
                     "local"};
    }
    const bool named = std::any_of(query.attrs.begin(), query.attrs.end(),
                                   [](const std::string& name) { return !is_system_name(name); });
    const bool asks = query.types || any_type || named ||
                      (query.q && !is_of_times_alone(*query.q)) || query.geo || query.scopes ||
                      (local != nullptr && *local == "true");
    if (!asks) {
        return Error{
            ErrorCode::BadRequest,
            "name at least one of type, attrs, q, georel, scopeQ, or local=true (5.7.2.4)"};
    }
    return check_linked_query(call, query);
}

void add_page_headers(const ApiCall& call, const EntityQuery& query, const QueryResult& result,
                      HttpResponse& response) {
    if (query.count && result.count) {
        response.headers.emplace_back("NGSILD-Results-Count", std::to_string(*result.count));
    }
    const bool more = result.count ? query.offset + result.entities.size() < *result.count
                                   : result.entities.size() == query.limit;
    if (query.limit == 0) return;
    if (more) {
        response.headers.emplace_back("Link", page_link(call, query.offset + query.limit, "next"));
    }
    if (query.offset > 0) {
        response.headers.emplace_back(
            "Link", page_link(call, query.offset - std::min(query.offset, query.limit), "prev"));
    }
}

}  // namespace musubi
