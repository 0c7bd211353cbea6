#include "project/effect/placebos.h"

#include <algorithm>
#include <cmath>

#include "project/finance/portable_math.h"

namespace musubi {

Judged<void> check_for_placebos(const EffectPanel& panel, double level) {
    if (!(level >= 0.5 && level <= 0.999)) return EffectRefusal{EffectRule::BadLevel, level, 0};
    if (panel.treated() == 0) return EffectRefusal{.rule = EffectRule::NobodyTreated};
    if (panel.before < SyntheticRules::kLeastBefore) {
        return EffectRefusal{EffectRule::TooFewBefore, static_cast<double>(panel.before),
                             SyntheticRules::kLeastBefore};
    }
    if (panel.after() < 1) return EffectRefusal{EffectRule::TooFewAfter, 0, 1};
    // The first of n + 1 must be within 1 - level.
    const double needed =
        std::max(std::ceil(1 / (1 - level) - 1e-9) - 1, static_cast<double>(panel.treated()) + 1);
    const auto found = static_cast<double>(panel.comparisons);
    if (found < needed) return EffectRefusal{EffectRule::TooFewComparisons, found, needed};
    return {};
}

Judged<void> check_fit(EffectEstimate& estimate, std::vector<double> placebo_errors) {
    const auto middle =
        placebo_errors.begin() + static_cast<std::ptrdiff_t>(placebo_errors.size() / 2);
    std::nth_element(placebo_errors.begin(), middle, placebo_errors.end());
    const double allowed = std::sqrt(SyntheticRules::kMostSquares) * *middle;
    if (estimate.before_rmse > allowed) {
        return EffectRefusal{EffectRule::PoorFit, estimate.before_rmse, allowed};
    }
    estimate.facts.push_back({"median_placebo_rmse", *middle});
    return {};
}

double placebo_error(const std::vector<double>& effects) {
    const auto count = static_cast<double>(effects.size());
    double mean = 0;
    for (const double effect : effects) mean += effect / count;
    double squares = 0;
    for (const double effect : effects) squares += (effect - mean) * (effect - mean);
    return std::sqrt(squares / count);
}

void set_placebo_interval(EffectEstimate& estimate, const std::vector<double>& effects) {
    estimate.standard_error = placebo_error(effects);
    const double half = normal_quantile((1 + estimate.level) / 2) * estimate.standard_error;
    estimate.low = estimate.estimate - half;
    estimate.high = estimate.estimate + half;
    estimate.interval_by = "by_placebo_error";
}

void set_placebo_rank(EffectEstimate& estimate, double truth, const std::vector<double>& placebos) {
    std::size_t place = 1;
    for (const double placebo : placebos) place += placebo >= truth ? 1U : 0U;
    estimate.rank = {place, placebos.size() + 1};
    estimate.p = static_cast<double>(place) / static_cast<double>(placebos.size() + 1);
    estimate.facts.push_back({"placebos", static_cast<double>(placebos.size())});
}

}  // namespace musubi
