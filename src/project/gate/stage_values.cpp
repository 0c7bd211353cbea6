#include "project/gate/stage_values.h"

#include <algorithm>

#include "base/both_words.h"
#include "project/measures/words.h"

namespace musubi {
namespace {

Json parts_of(const Measure& measure, const MeasureValue& value) {
    Json::Array parts;
    for (std::size_t i = 0; i < value.parts.size(); ++i) {
        Json part;
        part.set("name", measure.parts[i].name);
        if (value.parts[i].value) part.set("value", *value.parts[i].value);
        part.set("readings", static_cast<std::int64_t>(value.parts[i].readings));
        part.set("entities", static_cast<std::int64_t>(value.parts[i].entities));
        parts.push_back(std::move(part));
    }
    return Json{std::move(parts)};
}

Json value_json(const Measure& measure, const MeasureValue& value, const std::string& root) {
    Json out;
    out.set("from", to_iso(value.period.from));
    out.set("to", to_iso(value.period.to));
    if (!measure.by.empty()) out.set("group", value.group);
    if (value.value) {
        out.set("value", *value.value);
    } else {
        const MeasureWords lack = describe_lack(measure, value);
        out.set("lack", both_words(lack.ja, lack.en));
    }
    out.set("parts", parts_of(measure, value));
    out.set("readingsRoot", root);
    return out;
}

}  // namespace

bool group_counts(const StageQuestion& question, const StageQuestion::Expectation& expectation,
                  const std::string& group) {
    const auto& others = question.comparison;
    return group == expectation.group ||
           std::find(others.begin(), others.end(), group) != others.end();
}

Result<Json> stage_values(const Store& store, const Caller& caller, const MeasureSet& measures,
                          const StageQuestion& question, const GateMoment& moment) {
    Json::Array out;
    for (const StageQuestion::Expectation& expectation : question.expectations) {
        Json item;
        item.set("measure", expectation.measure);
        Json::Array values;
        if (const Measure* measure = measures.find(expectation.measure)) {
            item.set("name", both_words(measure->ja, measure->en));
            item.set("unit", measure->unit);
            item.set("decimals", measure->decimals);
            item.set("definition", TRY(parse_json(measure->definition)));
            item.set("definitionHash", measure->hash);
            ComputedAt when{moment.at, moment.leaves_out};
            when.known_at = moment.sequence;
            when.stop = moment.stop;
            const auto periods = TRY(periods_of(question, measure->period, moment.at));
            for (const ComputedMeasure& computed :
                 TRY(compute_measures(store, caller, *measure, periods, when))) {
                for (std::size_t i = 0; i < computed.values.size(); ++i) {
                    if (!group_counts(question, expectation, computed.values[i].group)) continue;
                    values.push_back(value_json(*measure, computed.values[i], computed.roots[i]));
                }
            }
        }
        item.set("values", std::move(values));
        out.push_back(std::move(item));
    }
    return Json{std::move(out)};
}

}  // namespace musubi
