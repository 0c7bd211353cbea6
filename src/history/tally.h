#pragma once

#include <cstdint>
#include <optional>

#include "history/decimal.h"
#include "history/wide_sum.h"

namespace musubi {

/// What a set of numbers adds up to. Decimals are summed exactly, at the greatest scale seen;
/// other doubles in the order of arrival (their spread by Welford 1962), and joined at the end
/// (Chan, Golub, LeVeque 1979).
class Tally {
public:
    /// `squares` says whether `sum_of_squares` and `deviation` will be asked for.
    void add(Decimal number, bool squares);
    void add_inexact(double number);
    /// A set of decimals of one scale, by what is known of it.
    void add_whole(std::uint64_t count, std::int64_t sum, int scale);

    [[nodiscard]] std::uint64_t count() const { return exact_count_ + inexact_count_; }
    [[nodiscard]] Json sum() const;
    [[nodiscard]] double mean() const;
    [[nodiscard]] double sum_of_squares() const;
    /// Of the population: divided by the count.
    [[nodiscard]] double deviation() const;

private:
    void widen(int scale);
    [[nodiscard]] double exact_squared_distances() const;

    __int128 sum_ = 0;  // in units of 10^-scale_: 2^40 numbers below 2^83 fit
    WideSum squares_;   // in units of 10^-2 scale_
    std::uint64_t exact_count_ = 0;
    int scale_ = 0;
    std::uint64_t inexact_count_ = 0;
    double inexact_sum_ = 0;
    double inexact_squares_ = 0;
    double inexact_mean_ = 0;
    double inexact_distances_ = 0;  // sum of squared distances from the mean
};

}  // namespace musubi
