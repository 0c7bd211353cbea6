#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace musubi {

/// How two inputs go together.
struct InputCorrelation {
    std::size_t first = 0;
    std::size_t second = 0;
    double normal = 0;  ///< the correlation of the normal values behind them
};

/// The correlation of two normal values whose ranks have the correlation `ranks`: 2 sin(pi r / 6)
/// (Pearson 1907).
[[nodiscard]] double normal_of_rank_correlation(double ranks);

/// Makes normal values that go together out of ones that do not: a Gaussian copula, by the lower
/// factor of Cholesky of its correlations.
class CorrelationFactor {
public:
    CorrelationFactor() = default;
    /// Fails: BadRequest where not all of them can hold at once (the matrix is not positive
    /// definite); `where` has the numbers of the inputs that do not go together, parted by ' '.
    static Result<CorrelationFactor> make(const std::vector<InputCorrelation>& pairs);

    /// The inputs that are correlated with another one, in their order.
    [[nodiscard]] const std::vector<std::size_t>& inputs() const { return inputs_; }
    /// Turns independent standard normal values, one for each of inputs(), into correlated ones.
    void apply(std::span<double> values) const;

private:
    [[nodiscard]] double at(std::size_t row, std::size_t column) const {
        return factor_[row * inputs_.size() + column];
    }
    // False where the square of the diagonal is not clearly above 0.
    bool eliminate(std::size_t row);
    [[nodiscard]] std::string named(std::size_t row) const;

    std::vector<std::size_t> inputs_;
    std::vector<double> factor_;  // row by row
};

}  // namespace musubi
