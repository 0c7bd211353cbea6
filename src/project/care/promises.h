#pragma once

#include <optional>
#include <string>
#include <vector>

#include "project/measures/measure.h"
#include "project/measures/value_writer.h"
#include "store/store.h"

namespace musubi {

/// From where a measure's path begins: what it is compared with, and when that was over.
struct PathStart {
    Time at;
    double value = 0;
};
/// The value that a measure's path promises for a moment: on the line from `start` to the first
/// goal, between two goals on the line that joins them, after the target the target. Nothing before
/// the start, and without one before the first goal.
[[nodiscard]] std::optional<double> path_at(const Measure& measure,
                                            const std::optional<PathStart>& start, Time at);

/// The mean of the values of the baseline's periods that the server has kept, all as one; nothing
/// where it has none of them, or there are more than kMaxBaselinePeriods.
/// Fails: as Store::find.
Result<std::optional<double>> baseline_of(const Store& store, const Caller& caller,
                                          const Measure& measure, const MeasureNames& names);
inline constexpr std::size_t kMaxBaselinePeriods = 1'000;

/// What a project promised of a measure, as it holds for a period.
struct Promise {
    std::string project;  ///< id
    std::string owner;
    std::string group;  ///< of the break-down; empty: all
    double bound = 0;
    bool up = true;     ///< more is better
    bool opens = true;  ///< false: it holds no more; a value is noted in the task that it opened
    [[nodiscard]] bool kept_by(double value) const { return up ? value >= bound : value <= bound; }
};

/// The promises that projects made of a measure, which hold for a period: the thresholds of a stage
/// under way that is judged without an estimator, of periods within its days; else the measure's
/// path. The path begins with the end of the baseline, or where the baseline is a number known from
/// elsewhere with the project's first stage (with the project where it has none).
/// Fails: as Store::query.
Result<std::vector<Promise>> promises_of(const Store& store, const Caller& caller,
                                         const Measure& measure, const Period& period,
                                         const MeasureNames& names);

/// What a stage under way, or a project, speaks of when it makes its promises; nothing of others.
struct PromisedMeasure {
    std::string measure;
    std::string group;  ///< of the break-down; empty: all
};
/// Fails: Corrupt where what a stage locked can not be read.
Result<std::vector<PromisedMeasure>> measures_promised_by(const Entity& thing);

}  // namespace musubi
