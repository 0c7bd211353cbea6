#include "api/measures.h"

#include "api/admin_json.h"
#include "api/handlers.h"
#include "base/both_words.h"
#include "broker/present.h"
#include "project/loop/loop_document.h"
#include "project/measures/compute.h"
#include "project/measures/value_writer.h"
#include "project/measures/words.h"

namespace musubi::api {
namespace {

constexpr std::size_t kMaxPeriods = 60;  // of one answer

Json to_json(const Period& period) {
    Json out;
    out.set("from", to_iso(period.from));
    out.set("to", to_iso(period.to));
    return out;
}

Result<Json> measure_json(const MeasureSet& set, const Measure& measure) {
    Json out;
    out.set("id", measure.id);
    out.set("name", both_words(measure.ja, measure.en));
    const MeasureWords description = describe(measure, *set.context);
    out.set("words", both_words(description.ja, description.en));
    out.set("unit", measure.unit);
    out.set("direction", measure.direction == Direction::Up ? "up" : "down");
    out.set("period", name_of(measure.period));
    out.set("formula", measure.formula.text());
    out.set("decimals", measure.decimals);
    if (measure.across != Across::None) {
        out.set("across", measure.across == Across::Mean ? "mean" : "median");
    }
    if (measure.baseline) out.set("baseline", to_json(*measure.baseline));
    if (measure.baseline_value) out.set("baseline", *measure.baseline_value);
    Json::Array goals;
    for (const Measure::Goal& goal : measure.path) {
        Json one;
        one.set("by", to_iso(goal.by));
        one.set("value", goal.value);
        goals.push_back(std::move(one));
    }
    out.set("goals", std::move(goals));
    out.set("definition", TRY(parse_json(measure.definition)));
    out.set("hash", measure.hash);
    return out;
}

// The periods that `from` and `to` (days in Japan) are in, and those between.
Result<std::vector<Period>> asked_periods(const ApiCall& call, const Measure& measure, Time now) {
    const Time to = TRY(asked_day(call, "to", now));
    const Time from = TRY(asked_day(call, "from", to));
    if (from > to) {
        return loop_error(ErrorCode::BadRequest, "from", "from が to より後です",
                          "'from' is after 'to'");
    }
    std::vector<Period> periods{period_at(measure.period, from)};
    while (periods.back().to <= to) {
        if (periods.size() >= kMaxPeriods) {
            return loop_error(ErrorCode::TooLarge, "from",
                              "一度に答えられるのは 60 期間までです。日を減らして尋ねてください",
                              "an answer has at most 60 periods: ask for fewer days at once");
        }
        periods.push_back(next_period(measure.period, periods.back()));
    }
    return periods;
}

// The revision of the value that is kept; nothing: the period is not over, or nothing is kept.
Result<std::optional<std::int64_t>> kept_revision(const App& app, const ApiCall& call,
                                                  const Measure& measure,
                                                  const MeasureValue& value) {
    std::optional<std::int64_t> none;
    const EntityPtr kept = TRY(app.store.find(call.caller, value_entity(measure, value)));
    if (!kept || kept->guardian != kMeasureGuardian) return none;
    const Attribute* number = kept->find(app.measures->context->expand("revision"));
    return number != nullptr && number->value.is_integer() ? number->value.integer() : none;
}

}  // namespace

// GET /musubi/v1/measures
Result<Answer> list_measures(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    Json out;
    Json::Array list;
    out.set("version", app.measures ? app.measures->version : "");
    if (app.measures) {
        for (const Measure& measure : app.measures->measures) {
            list.push_back(TRY(measure_json(*app.measures, measure)));
        }
    }
    out.set("measures", std::move(list));
    return Answer{plain_json(out)};
}

// GET /musubi/v1/measures/{id}/values?from&to: from the readings that the caller may see
Result<Answer> get_measure_values(const App& app, const ApiCall& call) {
    const Measure* measure = TRY(begin_measure(app, call));
    const Present present = TRY(read_present(app.store, call.tenant, app.clock));
    Json::Array values;
    std::size_t readings = 0;
    const bool whole = shows_all_of(*call.caller.access, *measure);
    const auto periods = TRY(asked_periods(call, *measure, present.at));
    for (const ComputedMeasure& computed :
         TRY(compute_measures(app.store, call.caller, *measure, periods, present.at))) {
        for (std::size_t i = 0; i < computed.values.size(); ++i) {
            const MeasureValue& value = computed.values[i];
            for (const MeasureValue::Part& part : value.parts) readings += part.readings;
            Json one = value_json(*measure, value, computed.roots[i]);
            const auto revision = whole ? TRY(kept_revision(app, call, *measure, value))
                                        : std::optional<std::int64_t>{};
            if (revision) one.set("revision", *revision);
            values.push_back(std::move(one));
        }
    }
    TRY(record_measure(app, call, *measure, readings));
    Json out;
    out.set("measure", measure->id);
    out.set("hash", measure->hash);
    out.set("codeVersion", kMeasureCode);
    if (!whole) out.set("partial", true);
    out.set("values", std::move(values));
    return Answer{plain_json(out)};
}

}  // namespace musubi::api
