#pragma once

#include <cstddef>
#include <vector>

#include "project/effect/estimate.h"
#include "project/effect/judged.h"
#include "project/effect/panel.h"

namespace musubi {

/// What synthetic control and synthetic differences ask of a panel alike.
struct SyntheticRules {
    static constexpr std::size_t kLeastBefore = 8;
    /// A mean squared error before beyond this many times the placebos' median is no fit: the
    /// middle of the cut-offs (2, 5, 20) by which Abadie, Diamond and Hainmueller (2010, III.D)
    /// leave placebos out, turned upon the treated.
    static constexpr double kMostSquares = 5;
};

/// Refuses: BadLevel, NobodyTreated, TooFewBefore, TooFewAfter, TooFewComparisons (less than would
/// let a rank among them reach 1 - level, or no more than are treated).
Judged<void> check_for_placebos(const EffectPanel& panel, double level);
/// Refuses PoorFit where the error before is too large beside the placebos'. Notes the median.
Judged<void> check_fit(EffectEstimate& estimate, std::vector<double> placebo_errors);

/// Their spread: the root of the mean square from their mean (Arkhangelsky et al. 2021, algorithm
/// 4).
[[nodiscard]] double placebo_error(const std::vector<double>& effects);
/// Sets error and interval from the placebos' effects (ibid., after eq. 14: normal).
void set_placebo_interval(EffectEstimate& estimate, const std::vector<double>& effects);
/// Sets p and rank: the share of placebos, and the truth among them, that are at least as large.
void set_placebo_rank(EffectEstimate& estimate, double truth, const std::vector<double>& placebos);

}  // namespace musubi
