#include "project/finance/beta_table.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

#include "project/finance/portable_math.h"

namespace musubi {
namespace {

constexpr int kCells = 1024;

double power(double base, double exponent) {
    if (exponent == 0) return 1;
    if (base <= 0) return 0;
    return portable_exp(exponent * portable_log(base));
}

}  // namespace

BetaTable::BetaTable(double first_shape, double second_shape)
    : first_{first_shape}, second_{second_shape} {
    assert(first_ >= 1 && second_ >= 1);
    const double width = 1.0 / kCells;
    below_.push_back(0);
    for (int i = 0; i < kCells; ++i) {
        below_.push_back(below_.back() + cell_probability(i * width, width));
    }
    const double all = below_.back();
    for (double& probability : below_) probability /= all;
    for (int i = 0; i <= kCells; ++i) density_.push_back(density(i * width) / all);
    int cell = 0;
    for (int i = 0; i < kCells; ++i) {
        while (cell + 1 < kCells && below_[static_cast<std::size_t>(cell) + 1] < i * width) ++cell;
        guide_.push_back(cell);
    }
}

double BetaTable::density(double x) const {
    return power(x, first_ - 1) * power(1 - x, second_ - 1);
}

// Gauss and Legendre, five places.
double BetaTable::cell_probability(double begin, double width) const {
    constexpr std::array<double, 3> kPlace{0, 0.53846931010568309104, 0.90617984593866399280};
    constexpr std::array<double, 3> kWeight{0.56888888888888888889, 0.47862867049936646804,
                                            0.23692688505618908751};
    const double half = width / 2;
    const double middle = begin + half;
    double sum = kWeight[0] * density(middle);
    for (std::size_t i = 1; i < kPlace.size(); ++i) {
        sum +=
            kWeight[i] * (density(middle - half * kPlace[i]) + density(middle + half * kPlace[i]));
    }
    return sum * half;
}

double BetaTable::quantile(double probability) const {
    const auto guess = static_cast<std::size_t>(probability * kCells);
    auto cell = static_cast<std::size_t>(guide_[std::min<std::size_t>(guess, kCells - 1)]);
    while (cell + 1 < kCells && below_[cell + 1] < probability) ++cell;
    const double width = 1.0 / kCells;
    const double begin = below_[cell];
    const double rise = below_[cell + 1] - begin;
    if (!(rise > 0)) return static_cast<double>(cell) * width;
    // The cubic of Hermite, its slopes bounded so that it never falls (Fritsch, Carlson 1980).
    const double first = std::min(density_[cell] * width, 3 * rise);
    const double second = std::min(density_[cell + 1] * width, 3 * rise);
    const double cubic = first + second - 2 * rise;
    const double square = 3 * rise - 2 * first - second;
    const double wanted = probability - begin;
    double low = 0;
    double high = 1;
    double t = std::clamp(wanted / rise, 0.0, 1.0);
    for (int i = 0; i < 40 && high - low > 1e-12; ++i) {
        const double over = ((cubic * t + square) * t + first) * t - wanted;
        (over > 0 ? high : low) = t;
        const double slope = (3 * cubic * t + 2 * square) * t + first;
        const double next = slope > 0 ? t - over / slope : low;
        const bool inside = next > low && next < high;
        const double before = t;
        t = inside ? next : (low + high) / 2;
        if (std::abs(t - before) < 1e-12) break;
    }
    return (static_cast<double>(cell) + t) * width;
}

}  // namespace musubi
