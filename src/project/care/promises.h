#pragma once

#include <optional>
#include <string>
#include <vector>

#include "project/measures/measure.h"
#include "store/store.h"

namespace musubi {

/// The value that a measure's path promises for a moment: between two goals on the line that joins
/// them, from the baseline on where its value is known, after the target the target. Nothing before
/// the first goal without a baseline.
[[nodiscard]] std::optional<double> path_at(const Measure& measure, Time at);

/// What a project promised of a measure, as it holds at a moment.
struct Promise {
    std::string project;  ///< id
    std::string owner;
    std::string group;  ///< of the break-down; empty: all
    double bound = 0;
    bool up = true;  ///< more is better
    [[nodiscard]] bool kept_by(double value) const { return up ? value >= bound : value <= bound; }
};

/// The promises that projects made of a measure, which hold for a period that ends at `to`: the
/// thresholds of a stage under way that is judged without an estimator, else the measure's path.
/// Fails: as Store::query.
Result<std::vector<Promise>> promises_of(const Store& store, const Caller& caller,
                                         const Measure& measure, Time to);

}  // namespace musubi
