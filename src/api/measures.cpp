#include <algorithm>

#include "api/admin_json.h"
#include "api/handlers.h"
#include "api/use.h"
#include "broker/present.h"
#include "project/measures/compute.h"
#include "project/measures/value_writer.h"
#include "project/measures/words.h"

namespace musubi::api {
namespace {

constexpr std::size_t kMaxPeriods = 60;  // of one answer

Json words(const std::string& ja, const std::string& en) {
    Json out;
    out.set("ja", ja);
    out.set("en", en);
    return out;
}

Json to_json(const Period& period) {
    Json out;
    out.set("from", to_iso(period.from));
    out.set("to", to_iso(period.to));
    return out;
}

Result<Json> to_json(const MeasureSet& set, const Measure& measure) {
    Json out;
    out.set("id", measure.id);
    out.set("name", words(measure.ja, measure.en));
    const MeasureWords description = describe(measure, *set.context);
    out.set("words", words(description.ja, description.en));
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

Json to_json(const Measure& measure, const MeasureValue& value, const std::string& root) {
    Json out;
    out.set("from", to_iso(value.period.from));
    out.set("to", to_iso(value.period.to));
    out.set("asOf", to_iso(value.as_of));
    const PeriodName name = name_of(measure.period, value.period);
    out.set("name", words(name.ja, name.en));
    if (!measure.by.empty()) out.set("group", value.group);
    if (value.value) out.set("value", *value.value);
    if (value.by_hand) out.set("byHand", true);
    if (measure.across != Across::None) {
        out.set("cases", static_cast<std::int64_t>(value.cases));
    }
    if (value.lack != MeasureLack::None) {
        const MeasureWords lack = describe_lack(measure, value);
        out.set("lack", words(lack.ja, lack.en));
    }
    Json::Array parts;
    for (std::size_t i = 0; i < value.parts.size(); ++i) {
        Json part;
        part.set("name", measure.parts[i].name);
        if (value.parts[i].value) part.set("value", *value.parts[i].value);
        part.set("readings", static_cast<std::int64_t>(value.parts[i].readings));
        part.set("entities", static_cast<std::int64_t>(value.parts[i].entities));
        parts.push_back(std::move(part));
    }
    out.set("parts", std::move(parts));
    out.set("readingsRoot", root);
    return out;
}

// The periods that `from` and `to` (days in Japan) are in, and those between.
Result<std::vector<Period>> asked_periods(const ApiCall& call, const Measure& measure, Time now) {
    const auto day = [&](const char* name, Time other) -> Result<Time> {
        const std::string* text = call.param(name);
        if (text == nullptr) return other;
        auto time = parse_day(*text);
        if (time) return time;
        return Error{ErrorCode::BadRequest, time.error().detail, name};
    };
    const Time to = TRY(day("to", now));
    const Time from = TRY(day("from", to));
    if (from > to) return Error{ErrorCode::BadRequest, "'from' is after 'to'", "from"};
    std::vector<Period> periods{period_at(measure.period, from)};
    while (periods.back().to <= to) {
        if (periods.size() >= kMaxPeriods) {
            return Error{ErrorCode::TooLarge,
                         "an answer has at most 60 periods: ask for fewer days at once", "from"};
        }
        periods.push_back(next_period(measure.period, periods.back()));
    }
    return periods;
}

AskedTypes types_of(const Measure& measure) {
    AskedTypes asked;
    for (const MeasurePart& part : measure.parts) asked.named.push_back(part.type);
    std::sort(asked.named.begin(), asked.named.end());
    asked.named.erase(std::unique(asked.named.begin(), asked.named.end()), asked.named.end());
    return asked;
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
            list.push_back(TRY(to_json(*app.measures, measure)));
        }
    }
    out.set("measures", std::move(list));
    return Answer{plain_json(out)};
}

// GET /musubi/v1/measures/{id}/values?from&to: from the readings that the caller may see
Result<Answer> get_measure_values(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    const Measure* measure = app.measures ? app.measures->find(call.path.front()) : nullptr;
    if (measure == nullptr) {
        return Error{ErrorCode::NotFound,
                     "there is no such measure; GET /musubi/v1/measures lists them"};
    }
    const AskedTypes asked = types_of(*measure);
    for (const std::string& type : asked.named) {
        TRY(begin_use(app, call, AccessAction::Read, TypeSelection{.type = type}, false));
    }
    const Present present = TRY(read_present(app.store, call.tenant, app.clock));
    Json::Array values;
    std::size_t readings = 0;
    for (const Period& period : TRY(asked_periods(call, *measure, present.at))) {
        const ComputedMeasure computed =
            TRY(compute_measure(app.store, call.caller, *measure, period, present.at));
        for (std::size_t i = 0; i < computed.values.size(); ++i) {
            const MeasureValue& value = computed.values[i];
            for (const MeasureValue::Part& part : value.parts) readings += part.readings;
            values.push_back(to_json(*measure, value, computed.roots[i]));
        }
    }
    // An entity of these types may be of a personal one as well.
    AskedTypes told = asked;
    told.any = true;
    TRY(record_answer(app, call, told, {}, readings));
    Json out;
    out.set("measure", measure->id);
    out.set("hash", measure->hash);
    out.set("codeVersion", kMeasureCode);
    out.set("values", std::move(values));
    return Answer{plain_json(out)};
}

}  // namespace musubi::api
