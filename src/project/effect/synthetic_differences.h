#pragma once

#include <cstddef>

#include "project/effect/estimate.h"
#include "project/effect/judged.h"
#include "project/effect/panel.h"

namespace musubi {

struct SyntheticDifferencesOptions : EffectOptions {
    static constexpr std::size_t kMostPlacebos = 500;
    static constexpr std::size_t kMostUnits = 500;
    static constexpr std::size_t kMostPeriods = 500;
};

/// Synthetic difference in differences (Arkhangelsky, Athey, Hirshberg, Imbens, Wager 2021,
/// algorithm 1): a difference in differences in which other places count as they repeat the treated
/// ones' movement before the project (eq. 4, with the regularisation zeta of eq. 5), and periods
/// before it as they foretell the comparisons' time after (eq. 6, with 1e-6 sigma).
///
/// Placebos (ibid., algorithm 4) are each way of picking as many comparisons as are treated, or
/// kMostPlacebos at random from the seed, with the zeta of the truth. The error is their spread,
/// the interval normal; p is the place of the size of the effect among them.
///
/// Refuses: TooManyPlaces, TooManyPeriods, NoVariation, PoorFit, and what check_for_placebos does.
Judged<EffectEstimate> judge_synthetic_differences(const EffectPanel& panel,
                                                   const SyntheticDifferencesOptions& options);

}  // namespace musubi
