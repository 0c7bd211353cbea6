#include "project/finance/portable_math.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <random>

namespace musubi::testing {
namespace {

std::int64_t steps_between(double a, double b) {
    return std::abs(std::bit_cast<std::int64_t>(a) - std::bit_cast<std::int64_t>(b));
}

double unit(std::mt19937_64& random) { return static_cast<double>(random() >> 11U) * 0x1p-53; }

TEST(PortableMath, LogarithmIsThatOfTheLibraryWithinTwoSteps) {
    std::mt19937_64 random{1};
    for (int i = 0; i < 200'000; ++i) {
        const double x =
            std::ldexp(0.5 + unit(random) / 2, static_cast<int>(random() % 2000) - 1000);
        ASSERT_LE(steps_between(portable_log(x), std::log(x)), 2) << x;
    }
    for (int i = 0; i < 200'000; ++i) {
        const double x = 1 + (unit(random) - 0.5) * 0.6;
        ASSERT_LE(steps_between(portable_log(x), std::log(x)), 2) << x;
    }
    EXPECT_EQ(portable_log(1), 0);
}

TEST(PortableMath, ExponentialIsThatOfTheLibraryWithinTwoSteps) {
    std::mt19937_64 random{2};
    for (int i = 0; i < 200'000; ++i) {
        const double x = (unit(random) - 0.5) * 1390;
        ASSERT_LE(steps_between(portable_exp(x), std::exp(x)), 2) << x;
    }
    EXPECT_EQ(portable_exp(0), 1);
    EXPECT_EQ(portable_exp(1e9), portable_exp(700));
}

TEST(PortableMath, SineAndPowers) {
    for (double angle = -1; angle <= 1; angle += 1e-3) {
        ASSERT_NEAR(portable_sine(angle), std::sin(angle), 2e-16);
    }
    EXPECT_EQ(whole_power(3, 0), 1);
    EXPECT_EQ(whole_power(3, 13), 1594323);
    EXPECT_EQ(whole_power(-2, 5), -32);
}

// Published with the algorithm (Wichura 1988) and in tables.
TEST(PortableMath, QuantilesOfTheNormalAreThePublishedOnes) {
    EXPECT_NEAR(normal_quantile(0.25), -0.6744897501960817, 1e-15);
    EXPECT_NEAR(normal_quantile(0.001), -3.090232306167814, 4e-15);
    EXPECT_NEAR(normal_quantile(1e-20), -9.262340089798408, 1e-14);
    EXPECT_NEAR(normal_quantile(0.975), 1.959963984540054, 2e-15);
    EXPECT_NEAR(normal_quantile(1e-10), -6.361340902404056, 1e-14);
    EXPECT_EQ(normal_quantile(0.5), 0);
    EXPECT_EQ(normal_quantile(0.1),
              -normal_quantile(0.9) + (normal_quantile(0.1) + normal_quantile(0.9)));
}

// Every constant of the quantile is used on the way, and undone by a sum that has none of them.
TEST(PortableMath, ProbabilityUndoesTheQuantile) {
    for (double p = 1e-4; p < 1; p += 1e-4) {
        ASSERT_NEAR(normal_probability(normal_quantile(p)), p, 1e-15);
        ASSERT_NEAR(normal_probability(normal_quantile(p)),
                    0.5 * std::erfc(-normal_quantile(p) / std::sqrt(2.0)), 1e-15);
    }
    for (double p = 1e-300; p < 0.1; p *= 1.7) {
        const double z = normal_quantile(p);
        ASSERT_NEAR(0.5 * std::erfc(-z / std::sqrt(2.0)) / p, 1, 1e-12) << p;
    }
    EXPECT_EQ(normal_probability(-40), kLeastProbability);
    EXPECT_EQ(normal_probability(40), 1 - kLeastProbability);
    EXPECT_EQ(normal_probability(0), 0.5);
}

}  // namespace
}  // namespace musubi::testing
