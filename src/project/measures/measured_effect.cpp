#include "project/measures/measured_effect.h"

#include <map>
#include <vector>

#include "project/effect/differences.h"
#include "project/effect/interrupted_series.h"
#include "project/effect/synthetic_control.h"
#include "project/effect/synthetic_differences.h"
#include "project/measures/period.h"

namespace musubi {
namespace {

template <typename Options>
Options options_of(const MeasuredQuestion& question) {
    Options out;
    out.level = question.level;
    out.seed = question.seed;
    return out;
}

Judged<EffectEstimate> by_series(const MeasuredQuestion& question,
                                 std::span<const MeasuredValue> values) {
    EffectSeries series;
    for (const MeasuredValue& value : values) {
        if (value.group != question.group) continue;
        const std::string period = day_text(value.from);
        if (!value.value) {
            return EffectRefusal{.rule = EffectRule::Gap, .found = 0, .needed = 0, .place = period};
        }
        series.periods.push_back(period);
        series.values.push_back(*value.value);
        if (value.from < question.start) ++series.before;
    }
    auto options = options_of<InterruptedSeriesOptions>(question);
    options.season = question.season;
    return judge_interrupted_series(series, options);
}

Judged<EffectPanel> panel_of(const MeasuredQuestion& question,
                             std::span<const MeasuredValue> values) {
    std::map<Time, std::size_t> numbers;
    for (const MeasuredValue& value : values) numbers.emplace(value.from, 0);
    std::size_t next = 0;
    for (auto& [from, number] : numbers) number = ++next;
    EffectPlan plan{.treated = {question.group}, .first_after = {}};
    const auto first = numbers.lower_bound(question.start);
    plan.first_after = std::to_string(first == numbers.end() ? next + 1 : first->second);
    std::vector<EffectReading> readings;
    for (const MeasuredValue& value : values) {
        if (!value.value) continue;
        readings.push_back({.unit = value.group,
                            .period = std::to_string(numbers[value.from]),
                            .value = *value.value});
    }
    return make_panel(readings, plan);
}

}  // namespace

Judged<EffectEstimate> judge_measured(const MeasuredQuestion& question,
                                      std::span<const MeasuredValue> values) {
    if (question.method == EffectMethod::InterruptedSeries) return by_series(question, values);
    const EffectPanel panel = TRY(panel_of(question, values));
    if (question.method == EffectMethod::Differences) {
        return judge_differences(panel, options_of<DifferencesOptions>(question));
    }
    if (question.method == EffectMethod::SyntheticControl) {
        return judge_synthetic_control(panel, options_of<SyntheticControlOptions>(question));
    }
    return judge_synthetic_differences(panel, options_of<SyntheticDifferencesOptions>(question));
}

}  // namespace musubi
