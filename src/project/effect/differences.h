#pragma once

#include <cstddef>

#include "project/effect/estimate.h"
#include "project/effect/judged.h"
#include "project/effect/panel.h"

namespace musubi {

struct DifferencesOptions : EffectOptions {
    static constexpr std::size_t kLeastBefore = 3;  ///< fewer have no leads to look at
    static constexpr std::size_t kFew = 5;  ///< below, on either side, errors by clusters fail
    static constexpr std::size_t kMostLeads = 5;
    static constexpr std::size_t kUnitsALead = 5;  ///< units for each lead that is tested

    double pre_trend_level = 0.05;  ///< refused where p of the leads is below
};

/// Difference in differences of a block: the coefficient of the project in a regression with one
/// level a unit and one a period, which of a table without gaps is the difference of the units' own
/// differences (means after less means before).
///
/// With kFew or more units on both sides the error is clustered by unit in its unbiased form CR2,
/// which here is Welch's; critical values are Student's with Bell and McCaffrey's degrees of
/// freedom (Imbens and Kolesár 2016, eq. 12). A unit's differences are one number, so whatever a
/// unit's values do to each other in time is in it (Bertrand, Duflo, Mullainathan 2004, IV.C). With
/// fewer, p is the place of the estimate among those of all ways in which as many units could have
/// been picked (Assignments), and the interval holds the effects that this test does not reject,
/// exactly (Fisher 1935; Rosenbaum 2002, 2.6).
///
/// Pre-trends: leads of an event study (differences of the periods before from the last one, in at
/// most kMostLeads blocks of like length), jointly: Hotelling's T² with its exact F, which is the
/// joint F of the leads with the units' pooled covariance; with few units its place among the ways.
///
/// Refuses: BadLevel, TooFewBefore, TooFewAfter, TooFewComparisons, TooFewWays, NoVariation,
/// TrendsDiffer.
Judged<EffectEstimate> judge_differences(const EffectPanel& panel,
                                         const DifferencesOptions& options);

}  // namespace musubi
