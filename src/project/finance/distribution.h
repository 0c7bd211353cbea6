#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace musubi {

enum class DistributionKind {
    Fixed,
    Uniform,
    Triangular,
    Pert,
    Normal,
    Lognormal,
    Bernoulli,
    Discrete
};

/// What is known of an uncertain number, as a plan writes it.
struct DistributionSpec {
    DistributionKind kind = DistributionKind::Fixed;
    double value = 0;                  ///< Fixed: it; Bernoulli: what it is where it happens
    double low = 0;                    ///< Uniform, Triangular, Pert
    double mode = 0;                   ///< Triangular, Pert
    double high = 0;                   ///< Uniform, Triangular, Pert
    double mean = 0;                   ///< Normal, Lognormal: of the number itself
    double deviation = 0;              ///< Normal, Lognormal: of the number itself
    double probability = 0;            ///< Bernoulli
    std::vector<double> values = {};   ///< Discrete
    std::vector<double> weights = {};  ///< Discrete, one for each value
};

class BetaTable;

/// An uncertain number by its quantiles; the same bits everywhere.
class Distribution {
public:
    /// `spec` must hold together: low <= mode <= high and low < high, deviation > 0, a lognormal
    /// mean > 0, weights that are not negative and not all zero.
    explicit Distribution(DistributionSpec spec);

    [[nodiscard]] DistributionKind kind() const { return spec_.kind; }
    [[nodiscard]] const DistributionSpec& spec() const { return spec_; }
    /// The value that a share of 0 < `probability` < 1 lies at or below.
    [[nodiscard]] double quantile(double probability) const;
    /// The quantile at the probability of a standard normal value (for a Gaussian copula).
    [[nodiscard]] double of_normal(double z) const;
    [[nodiscard]] double mean() const;
    [[nodiscard]] double median() const { return quantile(0.5); }
    /// The least and the greatest that is ever drawn.
    [[nodiscard]] double lowest() const;
    [[nodiscard]] double highest() const;

private:
    [[nodiscard]] double triangular(double probability) const;
    [[nodiscard]] double discrete(double probability) const;

    DistributionSpec spec_;
    double log_mean_ = 0;  // of the logarithm, where it is lognormal
    double log_deviation_ = 0;
    std::vector<double> up_to_;  // Discrete: the probability of each value and those before it
    std::shared_ptr<const BetaTable> beta_;
};

}  // namespace musubi
