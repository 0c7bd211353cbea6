#include "project/measures/measured_effect.h"

#include <algorithm>
#include <map>
#include <set>
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

// Each group that has values has one of each period between the first and the last of all. The
// first that lacks, in the order of time, is named.
Judged<void> check_gaps(std::span<const MeasuredValue> values) {
    std::set<std::string> groups;
    std::map<Time, std::set<std::string>> given;
    for (const MeasuredValue& value : values) {
        auto& there = given[value.from];
        if (!value.value) continue;
        groups.insert(value.group);
        there.insert(value.group);
    }
    const auto has_some = [](const auto& period) { return !period.second.empty(); };
    const auto first = std::find_if(given.begin(), given.end(), has_some);
    const auto end = std::find_if(given.rbegin(), given.rend(), has_some).base();
    for (auto period = first; period != given.end() && period != end; ++period) {
        for (const std::string& group : groups) {
            if (period->second.contains(group)) continue;
            return EffectRefusal{.rule = EffectRule::Gap,
                                 .place = group + ", " + day_text(period->first)};
        }
    }
    return {};
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
    if (question.names_days) TRY(check_gaps(values));
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
