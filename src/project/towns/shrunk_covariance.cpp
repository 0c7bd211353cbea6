#include "project/towns/shrunk_covariance.h"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cassert>

namespace musubi {
namespace {

using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

std::vector<double> values_of(const Matrix& matrix) {
    return {matrix.data(), matrix.data() + matrix.size()};
}

}  // namespace

ShrunkCovariance ledoit_wolf(std::span<const double> rows, std::size_t columns) {
    assert(columns > 0 && !rows.empty() && rows.size() % columns == 0);
    const auto width = static_cast<Eigen::Index>(columns);
    const auto count = static_cast<Eigen::Index>(rows.size() / columns);
    Matrix centred = Eigen::Map<const Matrix>{rows.data(), count, width};
    centred.rowwise() -= centred.colwise().mean().eval();
    const auto n = static_cast<double>(count);
    const auto p = static_cast<double>(columns);
    const Matrix sample = centred.transpose() * centred / n;
    const double mean = sample.trace() / p;
    const Matrix target = mean * Matrix::Identity(width, width);
    // d2: how far the sample is from the target; b2: how much of that is chance.
    const double d2 = (sample - target).squaredNorm() / p;
    double scattered = 0;
    for (Eigen::Index i = 0; i < count; ++i) {
        const Eigen::VectorXd x = centred.row(i).transpose();
        scattered += (x * x.transpose() - sample).squaredNorm() / p;
    }
    const double b2 = std::min(scattered / (n * n), d2);
    const double shrinkage = d2 > 0 ? b2 / d2 : 0;
    const Matrix shrunk = shrinkage * target + (1 - shrinkage) * sample;
    return {columns, values_of(shrunk), shrinkage};
}

std::vector<double> inverse_root(const ShrunkCovariance& covariance,
                                 std::span<const std::size_t> kept) {
    const auto size = static_cast<Eigen::Index>(kept.size());
    Matrix part(size, size);
    for (Eigen::Index i = 0; i < size; ++i) {
        for (Eigen::Index j = 0; j < size; ++j) {
            part(i, j) = covariance.values[kept[static_cast<std::size_t>(i)] * covariance.size +
                                           kept[static_cast<std::size_t>(j)]];
        }
    }
    const Eigen::SelfAdjointEigenSolver<Matrix> solver{part};
    // A direction in which the towns do not differ would have weight without bound.
    const Eigen::VectorXd values = solver.eigenvalues();
    const double least = std::max(values.maxCoeff() * 1e-10, 1e-300);
    const Eigen::VectorXd roots = values.cwiseMax(least).cwiseSqrt().cwiseInverse();
    const Matrix root =
        solver.eigenvectors() * roots.asDiagonal() * solver.eigenvectors().transpose();
    return values_of(root);
}

}  // namespace musubi
