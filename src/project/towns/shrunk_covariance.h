#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace musubi {

/// A covariance that can be inverted: the sample's, pulled towards a multiple of the identity.
struct ShrunkCovariance {
    std::size_t size = 0;
    std::vector<double> values;  ///< size x size, row by row
    double shrinkage = 0;        ///< 0: the sample's own; 1: the multiple of the identity
};

/// The estimator of Ledoit and Wolf 2004 ("A well-conditioned estimator for large-dimensional
/// covariance matrices", J. Multivariate Analysis 88, eq. 14), of rows about their means, divided
/// by their number. `rows`: at least one row of `columns` finite numbers each.
[[nodiscard]] ShrunkCovariance ledoit_wolf(std::span<const double> rows, std::size_t columns);

/// The symmetric inverse square root of the part of a covariance that `kept` names (ascending);
/// row by row. What it gives of a difference is without correlation, and each of its components
/// stays as near as can be to the feature of its place (Kessy, Lewin and Strimmer 2018, ZCA-cor,
/// for features of equal variance).
[[nodiscard]] std::vector<double> inverse_root(const ShrunkCovariance& covariance,
                                               std::span<const std::size_t> kept);

}  // namespace musubi
