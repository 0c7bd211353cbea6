#include "project/measures/exact_sum.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace musubi {
namespace {

ExactSum sum_of(const std::vector<double>& values) {
    ExactSum sum;
    for (const double value : values) {
        sum.add(value);
    }
    return sum;
}

// Doubles of every size, drawn by their bits.
std::vector<double> any_doubles(std::size_t count, unsigned seed) {
    std::mt19937_64 random{seed};
    std::vector<double> values;
    while (values.size() < count) {
        const double value = std::bit_cast<double>(random());
        if (std::isfinite(value) && std::abs(value) < 1e300) {
            values.push_back(value);
        }
    }
    return values;
}

TEST(ExactSum, IsOneDoubleForOneDouble) {
    for (const double value : any_doubles(20'000, 1)) {
        ASSERT_EQ(sum_of({value}).rounded(), value);
    }
    for (const double value : {0.0, 5e-324, -5e-324, 2.2250738585072014e-308, -1.0,
                               std::numeric_limits<double>::max()}) {
        EXPECT_EQ(sum_of({value}).rounded(), value);
    }
}

TEST(ExactSum, LosesNothingThatCancels) {
    EXPECT_EQ(sum_of({1e308, 1e-308, -1e308}).rounded(), 1e-308);
    EXPECT_EQ(sum_of({1e16, 1, -1e16}).rounded(), 1);
    EXPECT_EQ(sum_of(std::vector<double>(10, 0.1)).rounded(), 1.0);
    EXPECT_EQ(sum_of({1e308, 1e308}).rounded(), std::numeric_limits<double>::infinity());
    EXPECT_EQ(sum_of({1e308, 1e308, -1e308}).rounded(), 1e308);
}

TEST(ExactSum, RoundsToTheNearestAndTiesToEven) {
    const double unit = std::ldexp(1.0, -52);  // of 1
    EXPECT_EQ(sum_of({1, unit / 2}).rounded(), 1);
    EXPECT_EQ(sum_of({1, unit / 2, 5e-324}).rounded(), 1 + unit);
    EXPECT_EQ(sum_of({1 + unit, unit / 2}).rounded(), 1 + 2 * unit);
    EXPECT_EQ(sum_of({-1, -unit / 2}).rounded(), -1);
    EXPECT_EQ(sum_of({-1, -unit / 2, -5e-324}).rounded(), -1 - unit);
    EXPECT_EQ(sum_of({2, -unit / 4}).rounded(), 2);
    EXPECT_EQ(sum_of({2, -unit}).rounded(), 2 - unit);
}

TEST(ExactSum, IsTheSumOfWholeNumbers) {
    std::mt19937_64 random{7};
    for (int round = 0; round < 200; ++round) {
        ExactSum sum;
        __int128 whole = 0;
        for (int i = 0; i < 1000; ++i) {
            const auto value = static_cast<std::int64_t>(random() >> 12) - (std::int64_t{1} << 51);
            sum.add(static_cast<double>(value));
            whole += value;
        }
        ASSERT_EQ(sum.rounded(), static_cast<double>(whole));
    }
}

TEST(ExactSum, OrderDoesNotMatterNorWhatWasTakenAwayAgain) {
    std::vector<double> values = any_doubles(5'000, 3);
    const ExactSum once = sum_of(values);
    std::mt19937_64 random{4};
    std::shuffle(values.begin(), values.end(), random);
    ExactSum again = sum_of(values);
    EXPECT_TRUE(again == once);

    for (const double value : any_doubles(5'000, 5)) {
        again.add(value);
    }
    EXPECT_FALSE(again == once);
    for (const double value : any_doubles(5'000, 5)) {
        again.subtract(value);
    }
    EXPECT_TRUE(again == once);
    EXPECT_EQ(again.rounded(), once.rounded());
}

TEST(ExactSum, PartsAddUpToTheWhole) {
    const std::vector<double> values = any_doubles(3'000, 11);
    ExactSum whole = sum_of(values);
    ExactSum parts;
    for (std::size_t begin = 0; begin < values.size(); begin += 100) {
        parts.add(sum_of({values.begin() + static_cast<std::ptrdiff_t>(begin),
                          values.begin() + static_cast<std::ptrdiff_t>(begin + 100)}));
    }
    EXPECT_TRUE(parts == whole);
    parts.subtract(whole);
    EXPECT_TRUE(parts.is_zero());
    EXPECT_EQ(parts.rounded(), 0);
}

}  // namespace
}  // namespace musubi
