#include "project/effect/chances.h"

#include <gtest/gtest.h>

#include <cmath>

namespace musubi {
namespace {

// Published tables, and forms that are closed.
TEST(Chances, HasTheDistributionsOfTheTables) {
    EXPECT_NEAR(student_critical(0.05, 10), 2.228139, 1e-6);
    EXPECT_NEAR(student_critical(0.01, 30), 2.749996, 1e-6);
    for (const double t : {0.2, 1.0, 2.5, 9.0}) {
        const double turn = std::atan(t);
        EXPECT_NEAR(student_p(t, 1), 1 - 2 * turn / std::acos(-1.0), 1e-14);
        const double sine = t / std::sqrt(4 + t * t);
        EXPECT_NEAR(student_p(t, 4), 1 - sine * (1 + (1 - sine * sine) / 2), 1e-14);
        EXPECT_NEAR(student_critical(student_p(t, 4), 4), t, 1e-11);
    }
    EXPECT_NEAR(student_p(-1, 1), 0.5, 1e-14);  // Cauchy
    for (const double f : {0.1, 1.0, 4.102821015, 30.0}) {
        EXPECT_NEAR(f_upper_p(f, 2, 10), std::pow(1 + 0.2 * f, -5), 1e-14);
        EXPECT_NEAR(f_upper_p(f, 1, 7), student_p(std::sqrt(f), 7), 1e-13);
    }
    EXPECT_EQ(f_upper_p(0, 3, 4), 1);
}

TEST(Chances, DrawsNormalNumbers) {
    SeededRandom random{7};
    double sum = 0;
    double squares = 0;
    constexpr int kDraws = 100'000;
    for (int i = 0; i < kDraws; ++i) {
        const double x = next_normal(random);
        sum += x;
        squares += x * x;
    }
    EXPECT_NEAR(sum / kDraws, 0, 4 / std::sqrt(kDraws));
    EXPECT_NEAR(squares / kDraws, 1, 4 * std::sqrt(2.0 / kDraws));
}

}  // namespace
}  // namespace musubi
