#pragma once

#include <optional>
#include <span>
#include <string>

#include "base/time.h"
#include "project/effect/estimate.h"
#include "project/effect/judged.h"

namespace musubi {

/// One value of a measure, as an estimator takes it.
struct MeasuredValue {
    Time from;          ///< where its period begins
    std::string group;  ///< of the measure's break-down; empty: all
    std::optional<double> value;
};

/// Whether a project moved a measure.
struct MeasuredQuestion : EffectOptions {
    EffectMethod method = EffectMethod::InterruptedSeries;
    std::string group;       ///< that has the project
    Time start;              ///< periods that begin earlier are before it
    std::size_t season = 0;  ///< InterruptedSeriesOptions::season
    bool names_days = true;  ///< a refusal names a period by its day; else by its number
};

/// Judges by the values of the group that has the project and, unless its own trend is asked for,
/// of all other groups among `values`. Deterministic to the bit. The periods of the estimate are
/// days for a series, else running numbers from 1: months are not as long as each other.
/// Refuses: as the estimators and make_panel do; Gap where the series lacks a value.
Judged<EffectEstimate> judge_measured(const MeasuredQuestion& question,
                                      std::span<const MeasuredValue> values);

}  // namespace musubi
