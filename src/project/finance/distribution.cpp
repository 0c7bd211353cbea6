#include "project/finance/distribution.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "project/finance/beta_table.h"
#include "project/finance/portable_math.h"

namespace musubi {

Distribution::Distribution(DistributionSpec spec) : spec_{std::move(spec)} {
    if (spec_.kind == DistributionKind::Lognormal) {
        const double ratio = spec_.deviation / spec_.mean;
        const double variance = portable_log(1 + ratio * ratio);
        log_deviation_ = std::sqrt(variance);
        log_mean_ = portable_log(spec_.mean) - variance / 2;
    }
    if (spec_.kind == DistributionKind::Pert) {
        const double range = spec_.high - spec_.low;
        beta_ = std::make_shared<BetaTable>(1 + 4 * (spec_.mode - spec_.low) / range,
                                            1 + 4 * (spec_.high - spec_.mode) / range);
    }
    if (spec_.kind == DistributionKind::Discrete) {
        assert(!spec_.values.empty() && spec_.values.size() == spec_.weights.size());
        double all = 0;
        for (const double weight : spec_.weights) all += weight;
        double sum = 0;
        for (const double weight : spec_.weights) up_to_.push_back((sum += weight) / all);
    }
}

double Distribution::quantile(double probability) const {
    switch (spec_.kind) {
        case DistributionKind::Fixed: return spec_.value;
        case DistributionKind::Uniform: return spec_.low + (spec_.high - spec_.low) * probability;
        case DistributionKind::Triangular: return triangular(probability);
        case DistributionKind::Pert:
            return spec_.low + (spec_.high - spec_.low) * beta_->quantile(probability);
        case DistributionKind::Normal:
        case DistributionKind::Lognormal: return of_normal(normal_quantile(probability));
        case DistributionKind::Bernoulli:
            return probability > 1 - spec_.probability ? spec_.value : 0;
        case DistributionKind::Discrete: return discrete(probability);
    }
    return 0;
}

double Distribution::of_normal(double z) const {
    if (spec_.kind == DistributionKind::Normal) return spec_.mean + spec_.deviation * z;
    if (spec_.kind == DistributionKind::Lognormal) {
        return portable_exp(log_mean_ + log_deviation_ * z);
    }
    return quantile(normal_probability(z));
}

double Distribution::triangular(double probability) const {
    const double range = spec_.high - spec_.low;
    const double rising = spec_.mode - spec_.low;
    if (probability * range <= rising) return spec_.low + std::sqrt(probability * range * rising);
    return spec_.high - std::sqrt((1 - probability) * range * (spec_.high - spec_.mode));
}

double Distribution::discrete(double probability) const {
    const auto found = std::lower_bound(up_to_.begin(), up_to_.end(), probability);
    const auto at = std::min<std::ptrdiff_t>(found - up_to_.begin(),
                                             static_cast<std::ptrdiff_t>(up_to_.size()) - 1);
    return spec_.values[static_cast<std::size_t>(at)];
}

double Distribution::mean() const {
    switch (spec_.kind) {
        case DistributionKind::Fixed: return spec_.value;
        case DistributionKind::Uniform: return (spec_.low + spec_.high) / 2;
        case DistributionKind::Triangular: return (spec_.low + spec_.mode + spec_.high) / 3;
        case DistributionKind::Pert: return (spec_.low + 4 * spec_.mode + spec_.high) / 6;
        case DistributionKind::Normal:
        case DistributionKind::Lognormal: return spec_.mean;
        case DistributionKind::Bernoulli: return spec_.probability * spec_.value;
        case DistributionKind::Discrete: break;
    }
    double sum = 0;
    double all = 0;
    for (std::size_t i = 0; i < spec_.values.size(); ++i) {
        sum += spec_.values[i] * spec_.weights[i];
        all += spec_.weights[i];
    }
    return sum / all;
}

double Distribution::lowest() const {
    return std::min(quantile(kLeastProbability), quantile(1 - kLeastProbability));
}

double Distribution::highest() const {
    return std::max(quantile(kLeastProbability), quantile(1 - kLeastProbability));
}

}  // namespace musubi
