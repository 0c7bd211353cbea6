#include "api/temporal_request.h"

#include <algorithm>
#include <array>

namespace musubi::api {
namespace {

Error bad_parameter(std::string_view where, std::string detail) {
    return {ErrorCode::BadRequest, std::move(detail), std::string(where)};
}

Result<std::optional<Time>> time_param(const ApiCall& call, std::string_view name) {
    const std::string* text = call.param(name);
    if (text == nullptr) return std::optional<Time>{};
    auto time = parse_time(*text);
    if (!time) return bad_parameter(name, time.error().detail);
    return std::optional<Time>{*time};
}

Result<void> read_time_relation(const ApiCall& call, TemporalQuery& query) {
    std::optional<TimeRelation> relation;
    if (const auto* text = call.param("timerel")) relation = TRY(parse_time_relation(*text));
    TimeProperty property = TimeProperty::ObservedAt;
    if (const auto* text = call.param("timeproperty")) property = TRY(parse_time_property(*text));
    query.time = TRY(make_time_selection(relation, TRY(time_param(call, "timeAt")),
                                         TRY(time_param(call, "endTimeAt")), property));
    if (const auto last = TRY(call.number("lastN"))) {
        if (*last == 0) return bad_parameter("lastN", "it is at least 1");
        query.last_n = *last;
    }
    return {};
}

Result<void> read_aggregation(const ApiCall& call, TemporalQuery& query) {
    const auto methods = call.list("aggrMethods");
    if (methods.empty()) return bad_parameter("aggrMethods", "aggregatedValues needs aggrMethods");
    for (const std::string& name : methods) {
        auto method = parse_aggregate_method(name);
        if (!method) return bad_parameter("aggrMethods", method.error().detail);
        query.methods.push_back(*method);
    }
    if (const auto* text = call.param("aggrPeriodDuration")) {
        auto period = parse_duration(*text);
        if (!period) return bad_parameter("aggrPeriodDuration", period.error().detail);
        query.period = *period;
    }
    return {};
}

// `format` goes before `options` (6.3.7).
Result<void> read_temporal_format(const ApiCall& call, TemporalQuery& query) {
    const std::string* format = call.param("format");
    const auto asks = [&](std::string_view word) {
        return format != nullptr ? *format == word : call.option(word);
    };
    const bool methods_alone = format == nullptr && call.param("aggrMethods") != nullptr;
    if (asks("aggregatedValues") || (methods_alone && !call.option("temporalValues"))) {
        query.format = TemporalFormat::Aggregated;
        return read_aggregation(call, query);
    }
    if (asks("temporalValues")) query.format = TemporalFormat::Values;
    return {};
}

// Names of members: id, type and scope as they are, attributes expanded (4.21).
Result<std::vector<std::string>> members(const ApiCall& call, std::string_view parameter) {
    std::vector<std::string> out;
    for (const std::string& name : call.list(parameter)) {
        if (name.find('{') != std::string::npos) {
            return bad_parameter(parameter,
                                 "a temporal query does not follow linked entities (5.7.4.4)");
        }
        const bool own = name == "id" || name == "type" || name == "scope";
        out.push_back(own ? name : call.context->expand(name));
    }
    if (call.param(parameter) != nullptr && out.empty())
        return bad_parameter(parameter, "it names nothing");
    return out;
}

Result<void> read_temporal_projection(const ApiCall& call, TemporalQuery& query) {
    for (const std::string& name : call.list("attrs")) {
        query.attrs.push_back(call.context->expand(name));
    }
    query.pick = TRY(members(call, "pick"));
    query.omit = TRY(members(call, "omit"));
    if (!query.attrs.empty() && (!query.pick.empty() || !query.omit.empty())) {
        return bad_parameter("attrs", "attrs does not go with pick or omit (4.21)");
    }
    for (const std::string& name : query.pick) {
        if (std::find(query.omit.begin(), query.omit.end(), name) != query.omit.end()) {
            return bad_parameter("omit", "a member can not be both picked and omitted (4.21)");
        }
    }
    for (const std::string& dataset : call.list("datasetId")) {
        if (dataset != "@none" && !is_uri(dataset)) {
            return bad_parameter("datasetId", "it is a URI or @none");
        }
        query.datasets.push_back(dataset == "@none" ? std::string{} : dataset);
    }
    return {};
}

// True where something is asked for that is not written by brokers themselves.
bool names_attribute(const QueryNode& node) {
    return !node.path.names.empty() ||
           std::any_of(node.children.begin(), node.children.end(), names_attribute);
}

bool names_attribute(const std::vector<std::string>& names) {
    constexpr std::array<std::string_view, 5> kSystem{"createdAt", "modifiedAt", "deletedAt",
                                                      "observedAt", "expiresAt"};
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
        return std::find(kSystem.begin(), kSystem.end(), name) == kSystem.end();
    });
}

// The ordering of a temporal query may name the id alone (5.7.4.4).
Result<EvolutionRequest::Order> read_evolution_order(const ApiCall& call) {
    const std::string* text = call.param("orderBy");
    if (text == nullptr) return EvolutionRequest::Order::Any;
    if (*text == "id" || *text == "id;asc") return EvolutionRequest::Order::Ascending;
    if (*text == "id;desc") return EvolutionRequest::Order::Descending;
    return bad_parameter("orderBy",
                         "a temporal query is ordered by id alone: id, id;asc or id;desc");
}

// A time is needed; the last N of each are as bounded.
Result<void> need_bounds(const TemporalQuery& query) {
    if (query.time.relation || query.last_n > 0) return {};
    return bad_parameter("timerel", "name the time with timerel and timeAt, or lastN");
}

Result<EvolutionRequest> read_request(const App& app, const ApiCall& call) {
    EvolutionRequest request;
    request.temporal = TRY(read_temporal_query(app, call));
    TRY(need_bounds(request.temporal));
    request.order = TRY(read_evolution_order(call));
    EntityQuery query = TRY(read_entity_query(call));
    request.question = question_of(call, query);
    request.question.attrs = request.temporal.attrs;
    request.question.temporal = temporal_of(call, request.temporal);
    if (const std::string* csf = call.param("csf")) {
        if (auto filter = parse_q(*csf, *call.context); !filter) {
            return bad_parameter("csf", filter.error().detail);
        }
    }
    if (query.q && linked_depth(*query.q) > 0) {
        return bad_parameter("q", "a temporal query follows no relationships (5.7.4.4)");
    }
    request.conditions = {.q = std::move(query.q), .geo = std::move(query.geo)};
    request.temporal.scopes = std::move(query.scopes);
    query.q.reset();
    query.geo.reset();
    query.scopes.reset();
    query.attrs.clear();
    query.order.reset();
    request.split = TRY(read_flag(call, "splitEntities"));
    request.page.limit = query.limit;
    request.page.offset = query.offset;
    request.page.count = query.count;
    query.count = false;
    request.selections.push_back(std::move(query));
    return request;
}

Result<void> find_concerned(const ApiCall& call, EvolutionRequest& request) {
    EntityQuery asked;
    asked.geo = request.conditions.geo;
    request.concerned = TRY(source_query_of(call, request.question, asked));
    return {};
}

// ---- the Query of a body, member by member as the parameters of a query string ----

using Parameters = std::vector<std::pair<std::string, std::string>>;

Result<void> add_member(Parameters& out, std::string_view name, const Json& value) {
    if (value.is_string()) {
        out.emplace_back(name, value.string());
    } else if (value.is_integer() || value.is_bool()) {
        out.emplace_back(name, to_text(value));
    } else if (value.is_array()) {
        std::string all;
        for (const Json& item : value.array()) {
            if (!item.is_string()) return bad_parameter(name, "it is an array of texts");
            if (!all.empty()) all += ',';
            all += item.string();
        }
        out.emplace_back(name, std::move(all));
    } else {
        return bad_parameter(name, "it is a text, a whole number or an array of texts");
    }
    return {};
}

Result<void> add_members(Parameters& out, const Json* object, std::string_view where,
                         std::span<const std::string_view> names) {
    if (object == nullptr) return {};
    if (!object->is_object()) return bad_parameter(where, "it is an object");
    for (const JsonMember& member : object->object()) {
        if (std::find(names.begin(), names.end(), member.name) == names.end()) continue;
        TRY(add_member(out, member.name, member.value));
    }
    return {};
}

constexpr std::array<std::string_view, 11> kOfQuery{
    "attrs", "q",         "csf",          "scopeQ",   "pick",         "omit",
    "lang",  "datasetId", "expandValues", "jsonKeys", "splitEntities"};
constexpr std::array<std::string_view, 7> kOfTime{
    "timerel", "timeAt", "endTimeAt", "timeproperty", "lastN", "aggrMethods", "aggrPeriodDuration"};
constexpr std::array<std::string_view, 6> kOfPage{"limit",  "offset",  "count",
                                                  "format", "options", "orderBy"};

Result<ApiCall> call_of_body(const ApiCall& call, const Body& body) {
    ApiCall out = call;
    out.context = body.context;
    std::erase_if(out.params, [](const auto& parameter) {
        return std::find(kOfPage.begin(), kOfPage.end(), parameter.first) == kOfPage.end();
    });
    TRY(add_members(out.params, &body.json, "", kOfQuery));
    TRY(add_members(out.params, body.json.find("temporalQ"), "/temporalQ", kOfTime));
    TRY(add_members(out.params, body.json.find("aggrParams"), "/aggrParams", kOfTime));
    return out;
}

}  // namespace

Result<TemporalQuery> read_temporal_query(const App& app, const ApiCall& call) {
    TemporalQuery query;
    query.page = app.temporal_page;
    TRY(read_time_relation(call, query));
    TRY(read_temporal_format(call, query));
    TRY(read_temporal_projection(call, query));
    query.sys_attrs = call.option("sysAttrs");
    query.context_member = call.wants_ld;
    if (const std::string* lang = call.param("lang")) query.lang = *lang;
    return query;
}

Question::Temporal temporal_of(const ApiCall& call, const TemporalQuery& query) {
    constexpr std::array<std::string_view, 5> kSentOn{"timerel", "timeAt", "endTimeAt",
                                                      "timeproperty", "lastN"};
    Question::Temporal out{.time = query.time, .parameters = {}};
    for (const std::string_view name : kSentOn) {
        if (const std::string* value = call.param(name)) {
            out.parameters.emplace_back(name, *value);
        }
    }
    return out;
}

Result<EvolutionRequest> read_evolution_request(const App& app, const ApiCall& call) {
    EvolutionRequest request = TRY(read_request(app, call));
    const std::string* local = call.param("local");
    const bool narrow = call.param("type") != nullptr || names_attribute(call.list("attrs")) ||
                        (request.conditions.q && names_attribute(*request.conditions.q)) ||
                        request.conditions.geo || request.temporal.scopes ||
                        (local != nullptr && *local == "true");
    if (!narrow) {
        return Error{ErrorCode::BadRequest,
                     "name at least one of type, attrs, q, georel, local (5.7.4.4)"};
    }
    TRY(find_concerned(call, request));
    return request;
}

Result<EvolutionRequest> read_evolution_request(const App& app, const ApiCall& call,
                                                const Body& body) {
    const Json* type = body.json.find("type");
    if (type == nullptr || !type->is_string() || type->string() != "Query") {
        return bad_parameter("/type", "the body is an object of type \"Query\"");
    }
    const ApiCall as_parameters = TRY(call_of_body(call, body));
    EvolutionRequest request = TRY(read_request(app, as_parameters));
    if (const Json* geo = body.json.find("geoQ")) {
        request.conditions.geo = TRY(read_geo_query(*geo, *body.context));
        take_geo(*geo, *request.conditions.geo, request.question);
    }
    std::vector<EntitySelector> selectors;
    if (const Json* entities = body.json.find("entities")) {
        selectors = TRY(read_selectors(*entities, *body.context));
    }
    const bool narrow = !selectors.empty() || names_attribute(as_parameters.list("attrs")) ||
                        (request.conditions.q && names_attribute(*request.conditions.q)) ||
                        request.conditions.geo;
    if (!narrow) {
        return Error{ErrorCode::BadRequest, "name at least one of entities, attrs, q, geoQ"};
    }
    if (!selectors.empty()) request.question.entities = selected_by(selectors);
    TRY(find_concerned(as_parameters, request));
    if (selectors.empty()) return request;
    const EntityQuery base = std::move(request.selections.front());
    request.selections.clear();
    for (EntitySelector& selector : selectors) {
        EntityQuery& query = request.selections.emplace_back(base);
        if (!selector.id.empty()) query.ids = {selector.id};
        query.id_pattern = std::move(selector.id_pattern);
        query.types = std::move(selector.types);
    }
    return request;
}

}  // namespace musubi::api
