#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "project/effect/estimate.h"
#include "project/effect/judged.h"

namespace musubi {

/// One series and where the project begins in it.
struct EffectSeries {
    std::vector<std::string> periods;  ///< evenly spaced, in order
    std::vector<double> values;        ///< as many; finite
    std::size_t before = 0;            ///< periods before the project
};

struct InterruptedSeriesOptions : EffectOptions {
    static constexpr std::size_t kLeastEachSide = 8;  ///< Penfold and Zhang 2013, p. S40
    static constexpr std::size_t kLeastForBend = 16;  ///< before; else bends are not looked for
    static constexpr double kMostAutocorrelation = 0.95;
    static constexpr std::size_t kDraws = 1'999;

    std::size_t season = 0;      ///< periods of a cycle, such as 12; 0: none
    bool slope_changes = true;   ///< false: the project moves the level alone
    bool look_for_bends = true;  ///< refuse where the trend bends before the project
};

/// Before-after against a trend: y = a + b t + c D + d (t - start) D + one level for each place in
/// the season, by least squares (Wagner et al. 2002, eq. 1). The estimate is the mean of c + d
/// (t - start) over the periods since the start; `parts` have c ("level_change") and d
/// ("slope_change").
///
/// Standard errors are Newey and West's (1987, eq. 5: Bartlett weights), with the lag
/// floor(4 (T / 100)^(2/9)) and the factor T / (T - k). Normal critical values with them reject far
/// too often in short series whose values hang together, so they are not used: the critical value
/// is that of the same statistic on the same design under Gaussian AR(1) noise, drawn kDraws times
/// from the seed (a parametric bootstrap of the HAC statistic; Gonçalves and Vogelsang 2011), and
/// no less than Student's t with T - k degrees. The autocorrelation of that noise is not the
/// residuals' own, which is biased to 0, but one that is exceeded in truth with a chance of one in
/// four: the upper end of an interval made by inverting its distribution under this design (Andrews
/// 1993 inverts the median). By trial, false alarms at 5 % stay within 5 % for an autocorrelation
/// up to 0.7; at 0.8 those of the slope are 7 %.
///
/// Refuses: BadLevel, BadSeason, TooFewBefore, TooFewAfter, TooFewSeasons, NoVariation; BeforeBends
/// where the same judgement at the middle of the time before finds an effect; HangsTogether.
Judged<EffectEstimate> judge_interrupted_series(const EffectSeries& series,
                                                const InterruptedSeriesOptions& options);

}  // namespace musubi
