#include "broker/temporal.h"

#include <algorithm>

#include "api/handlers.h"

namespace musubi::api {
namespace {

Result<std::optional<Time>> time_param(const ApiCall& call, std::string_view name) {
    const std::string* text = call.param(name);
    if (text == nullptr) return std::optional<Time>{};
    auto time = parse_time(*text);
    if (!time) return Error{ErrorCode::BadRequest, time.error().detail, std::string(name)};
    return std::optional<Time>{*time};
}

Result<void> read_aggregation(const ApiCall& call, TemporalQuery& query) {
    const auto methods = call.list("aggrMethods");
    if (methods.empty()) {
        return Error{ErrorCode::BadRequest, "aggregatedValues needs aggrMethods", "aggrMethods"};
    }
    for (const std::string& method : methods) {
        query.methods.push_back(TRY(parse_aggregate_method(method)));
    }
    if (const auto* period = call.param("aggrPeriodDuration")) {
        query.period = TRY(parse_duration(*period));
    }
    return {};
}

// timerel, timeAt, endTimeAt, timeproperty, lastN and the format (6.18.3.2, 6.19.3.1).
Result<TemporalQuery> read_temporal_query(const ApiCall& call) {
    TemporalQuery query;
    std::optional<TimeRelation> relation;
    if (const auto* text = call.param("timerel")) relation = TRY(parse_time_relation(*text));
    TimeProperty property = TimeProperty::ObservedAt;
    if (const auto* text = call.param("timeproperty")) property = TRY(parse_time_property(*text));
    query.time = TRY(make_time_selection(relation, TRY(time_param(call, "timeAt")),
                                         TRY(time_param(call, "endTimeAt")), property));
    if (const auto last = TRY(call.number("lastN"))) {
        if (*last == 0) return Error{ErrorCode::BadRequest, "it is at least 1", "lastN"};
        query.last_n = *last;
    }
    for (const std::string& name : call.list("attrs")) {
        query.attrs.push_back(call.context->expand(name));
    }
    query.sys_attrs = call.option("sysAttrs");
    query.context_member = call.wants_ld;
    if (call.option("temporalValues")) query.format = TemporalFormat::Values;
    if (call.option("aggregatedValues") || call.param("aggrMethods") != nullptr) {
        query.format = TemporalFormat::Aggregated;
        TRY(read_aggregation(call, query));
    }
    return query;
}

}  // namespace

// GET /temporal/entities/{entityId} (6.19.3.1)
Result<Answer> get_evolution(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    const std::string id = TRY(entity_id(call));
    const TemporalQuery query = TRY(read_temporal_query(call));
    auto series = TRY(app.store.history(call.caller, id, query.attrs));
    const EntityPtr entity = TRY(app.store.find(call.caller, id));
    std::string body;
    TRY(write_evolution(body, id, entity.get(), std::move(series), *call.context, query));
    return Answer{json_response(call, std::move(body))};
}

// GET /temporal/entities (6.18.3.2): of the entities there are now
Result<Answer> query_evolutions(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    const TemporalQuery temporal = TRY(read_temporal_query(call));
    EntityQuery query = TRY(read_entity_query(call));
    if (query.ids.empty() && !query.types && query.attrs.empty() && !query.q && !query.geo) {
        return Error{ErrorCode::BadRequest, "name at least one of type, attrs, id, q, georel"};
    }
    // 5.7.4.4 wants a temporal query; the last N of each are as bounded, and the page asks for
    // them.
    if (!temporal.time.relation && !temporal.last_n) {
        return Error{ErrorCode::BadRequest, "name the time with timerel and timeAt, or lastN",
                     "timerel"};
    }
    const QueryResult result = TRY(app.store.query(call.caller, query));
    std::string body = "[";
    for (const EntityPtr& entity : result.entities) {
        auto series = TRY(app.store.history(call.caller, entity->id, temporal.attrs));
        std::string one;
        const bool any = TRY(write_evolution(one, entity->id, entity.get(), std::move(series),
                                             *call.context, temporal));
        if (!any && temporal.time.relation) continue;
        if (body.size() > 1) body += ',';
        body += one;
    }
    body += ']';
    HttpResponse response = json_response(call, std::move(body));
    add_page_headers(call, query, result, response);
    return Answer{std::move(response)};
}

}  // namespace musubi::api
