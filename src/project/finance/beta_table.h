#pragma once

#include <vector>

namespace musubi {

/// The beta distribution on 0 ... 1 with both shapes >= 1, by its quantiles: its probabilities at
/// 1024 places, cubic between them with the density as slope; the same bits everywhere.
class BetaTable {
public:
    BetaTable(double first_shape, double second_shape);
    /// 0 < `probability` < 1; within 1e-6 of the quantile unless that is rarer than one in 10^9,
    /// and never falling.
    [[nodiscard]] double quantile(double probability) const;

private:
    [[nodiscard]] double density(double x) const;
    [[nodiscard]] double cell_probability(double begin, double width) const;

    double first_;
    double second_;
    std::vector<double> below_;    // probability at each place
    std::vector<double> density_;  // there
    std::vector<int> guide_;       // the place to begin with, for each 1024th of probability
};

}  // namespace musubi
