#include "history/tally.h"

#include <cmath>

namespace musubi {
namespace {

std::int64_t whole_power(int scale) { return kPowersOfTen[static_cast<std::size_t>(scale)]; }

// A sum has one shortest form; with it, rounding does not depend on the scale it was gathered at.
struct ShortSum {
    __int128 units = 0;
    int scale = 0;
};
ShortSum shorten(__int128 units, int scale) {
    while (scale > 0 && units % 10 == 0) {
        units /= 10;
        --scale;
    }
    return {units, scale};
}

double quotient(const WideSum& numerator, int scale, std::uint64_t divisor) {
    WideSum units = numerator;
    for (WideSum tenth = units; scale > 0 && tenth.divide(100) == 0; --scale) units = tenth;
    const auto ten = static_cast<double>(whole_power(scale));
    return units.to_double() / (ten * ten * static_cast<double>(divisor));
}

}  // namespace

void Tally::widen(int scale) {
    const auto factor = static_cast<std::uint64_t>(whole_power(scale - scale_));
    sum_ *= static_cast<__int128>(factor);
    if (!squares_.is_zero()) squares_.multiply(factor * factor);
    scale_ = scale;
}

void Tally::add(Decimal number, bool squares) {
    if (number.scale > scale_) widen(number.scale);
    __int128 units = number.units;
    if (number.scale < scale_) units *= whole_power(scale_ - number.scale);
    sum_ += units;
    ++exact_count_;
    if (!squares) return;
    const std::uint64_t small =
        units < 0 ? static_cast<std::uint64_t>(-units) : static_cast<std::uint64_t>(units);
    const bool fits = units > -kMaxUnits && units < kMaxUnits;
    squares_.add(fits ? WideSum{static_cast<unsigned __int128>(small) * small}
                      : WideSum::square_of(units));
}

void Tally::add_inexact(double number) {
    ++inexact_count_;
    inexact_sum_ += number;
    inexact_squares_ += number * number;
    const double distance = number - inexact_mean_;
    inexact_mean_ += distance / static_cast<double>(inexact_count_);
    inexact_distances_ += distance * (number - inexact_mean_);
}

void Tally::add_whole(std::uint64_t count, std::int64_t sum, int scale) {
    if (scale > scale_) widen(scale);
    sum_ += static_cast<__int128>(sum) * whole_power(scale_ - scale);
    exact_count_ += count;
}

Json Tally::sum() const {
    const ShortSum exact = shorten(sum_, scale_);
    if (inexact_count_ == 0 && exact.scale == 0 && exact.units >= INT64_MIN &&
        exact.units <= INT64_MAX) {
        return Json{static_cast<std::int64_t>(exact.units)};
    }
    return Json{static_cast<double>(exact.units) / static_cast<double>(whole_power(exact.scale)) +
                inexact_sum_};
}

double Tally::mean() const {
    const ShortSum exact = shorten(sum_, scale_);
    const auto ten = static_cast<double>(whole_power(exact.scale));
    const auto n = static_cast<double>(count());
    if (inexact_count_ == 0) return static_cast<double>(exact.units) / (ten * n);
    return (static_cast<double>(exact.units) / ten + inexact_sum_) / n;
}

double Tally::sum_of_squares() const { return quotient(squares_, scale_, 1) + inexact_squares_; }

// n * sum(x^2) - sum(x)^2, divided by n: exact until the last step.
double Tally::exact_squared_distances() const {
    WideSum numerator = squares_;
    numerator.multiply(exact_count_);
    numerator.subtract(WideSum::square_of(sum_));
    return quotient(numerator, scale_, exact_count_);
}

double Tally::deviation() const {
    const auto n = static_cast<double>(count());
    if (inexact_count_ == 0) return std::sqrt(exact_squared_distances() / n);
    double distances = inexact_distances_;
    if (exact_count_ > 0) {
        const ShortSum sum = shorten(sum_, scale_);
        const double exact_mean =
            static_cast<double>(sum.units) /
            (static_cast<double>(whole_power(sum.scale)) * static_cast<double>(exact_count_));
        const double gap = inexact_mean_ - exact_mean;
        distances += exact_squared_distances() + gap * gap * static_cast<double>(exact_count_) *
                                                     static_cast<double>(inexact_count_) / n;
    }
    return std::sqrt(distances / n);
}

}  // namespace musubi
