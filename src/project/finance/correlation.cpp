#include "project/finance/correlation.h"

#include <algorithm>
#include <cmath>

#include "project/finance/portable_math.h"

namespace musubi {
namespace {

constexpr double kSixthOfPi = 0.52359877559829887308;
constexpr double kLeastSquare = 1e-9;

}  // namespace

double normal_of_rank_correlation(double ranks) { return 2 * portable_sine(kSixthOfPi * ranks); }

Result<CorrelationFactor> CorrelationFactor::make(const std::vector<InputCorrelation>& pairs) {
    CorrelationFactor out;
    for (const InputCorrelation& pair : pairs) {
        out.inputs_.push_back(pair.first);
        out.inputs_.push_back(pair.second);
    }
    std::sort(out.inputs_.begin(), out.inputs_.end());
    out.inputs_.erase(std::unique(out.inputs_.begin(), out.inputs_.end()), out.inputs_.end());
    const std::size_t size = out.inputs_.size();
    const auto place = [&](std::size_t input) {
        return static_cast<std::size_t>(
            std::lower_bound(out.inputs_.begin(), out.inputs_.end(), input) - out.inputs_.begin());
    };
    out.factor_.assign(size * size, 0);
    for (std::size_t i = 0; i < size; ++i) out.factor_[i * size + i] = 1;
    for (const InputCorrelation& pair : pairs) {
        const std::size_t a = place(pair.first);
        const std::size_t b = place(pair.second);
        out.factor_[std::max(a, b) * size + std::min(a, b)] = pair.normal;
    }
    for (std::size_t row = 0; row < size; ++row) {
        if (out.eliminate(row)) continue;
        return Error{ErrorCode::BadRequest, "these correlations can not hold at once",
                     out.named(row)};
    }
    return out;
}

// What stands in the row are the correlations; what is left there is the factor.
bool CorrelationFactor::eliminate(std::size_t row) {
    const std::size_t size = inputs_.size();
    double rest = 1;
    for (std::size_t column = 0; column < row; ++column) {
        double value = at(row, column);
        for (std::size_t k = 0; k < column; ++k) value -= at(row, k) * at(column, k);
        value /= at(column, column);
        factor_[row * size + column] = value;
        rest -= value * value;
    }
    if (!(rest > kLeastSquare)) return false;
    factor_[row * size + row] = std::sqrt(rest);
    return true;
}

std::string CorrelationFactor::named(std::size_t row) const {
    std::string out;
    for (std::size_t column = 0; column < row; ++column) {
        if (at(row, column) != 0) out += std::to_string(inputs_[column]) + " ";
    }
    return out + std::to_string(inputs_[row]);
}

void CorrelationFactor::apply(std::span<double> values) const {
    for (std::size_t row = inputs_.size(); row-- > 0;) {
        double sum = 0;
        for (std::size_t column = 0; column <= row; ++column) {
            sum += at(row, column) * values[column];
        }
        values[row] = sum;
    }
}

}  // namespace musubi
