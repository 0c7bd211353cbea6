#include "project/finance/distribution.h"

#include <gtest/gtest.h>

#include <cmath>

#include "project/finance/beta_table.h"
#include "project/finance/portable_math.h"

namespace musubi::testing {
namespace {

std::vector<DistributionSpec> every_kind() {
    return {
        {.kind = DistributionKind::Fixed, .value = 3},
        {.kind = DistributionKind::Uniform, .low = -1, .high = 4},
        {.kind = DistributionKind::Triangular, .low = 1, .mode = 2, .high = 5},
        {.kind = DistributionKind::Triangular, .low = 1, .mode = 1, .high = 5},
        {.kind = DistributionKind::Triangular, .low = 1, .mode = 5, .high = 5},
        {.kind = DistributionKind::Pert, .low = 1, .mode = 2, .high = 5},
        {.kind = DistributionKind::Pert, .low = 1, .mode = 1, .high = 5},
        {.kind = DistributionKind::Pert, .low = 1, .mode = 4.9, .high = 5},
        {.kind = DistributionKind::Normal, .mean = 10, .deviation = 3},
        {.kind = DistributionKind::Lognormal, .mean = 10, .deviation = 8},
        {.kind = DistributionKind::Bernoulli, .value = 7, .probability = 0.3},
        {.kind = DistributionKind::Discrete, .values = {5, 1, 2}, .weights = {1, 2, 1}},
    };
}

// The mean is the integral of the quantiles.
TEST(Distribution, QuantilesIntegrateToTheMeanAndNeverFall) {
    for (const DistributionSpec& spec : every_kind()) {
        const Distribution of{spec};
        constexpr int kPlaces = 1'000'000;
        double sum = 0;
        double before = of.lowest();
        for (int i = 0; i < kPlaces; ++i) {
            const double value = of.quantile((i + 0.5) / kPlaces);
            if (spec.kind != DistributionKind::Discrete) {
                ASSERT_GE(value, before);
            }
            ASSERT_LE(value, of.highest());
            before = value;
            sum += value;
        }
        EXPECT_NEAR(sum / kPlaces, of.mean(), 2e-4) << static_cast<int>(spec.kind);
    }
}

TEST(Distribution, QuantilesAreTheKnownOnes) {
    const Distribution triangular{
        {.kind = DistributionKind::Triangular, .low = 0, .mode = 1, .high = 4}};
    EXPECT_DOUBLE_EQ(triangular.quantile(0.25), 1);
    EXPECT_DOUBLE_EQ(triangular.quantile(0.0625), 0.5);
    EXPECT_DOUBLE_EQ(triangular.quantile(1 - 1.0 / 12), 3);
    const Distribution normal{{.kind = DistributionKind::Normal, .mean = 100, .deviation = 10}};
    EXPECT_NEAR(normal.quantile(0.975), 119.59963984540054, 1e-12);
    const Distribution lognormal{{.kind = DistributionKind::Lognormal, .mean = 10, .deviation = 8}};
    EXPECT_NEAR(lognormal.median(), 10 / std::sqrt(1 + 0.64), 1e-12);
    const Distribution happens{
        {.kind = DistributionKind::Bernoulli, .value = 7, .probability = 0.3}};
    EXPECT_EQ(happens.quantile(0.69), 0);
    EXPECT_EQ(happens.quantile(0.71), 7);
    const Distribution discrete{
        {.kind = DistributionKind::Discrete, .values = {5, 1}, .weights = {1, 3}}};
    EXPECT_EQ(discrete.quantile(0.2), 5);
    EXPECT_EQ(discrete.quantile(0.3), 1);
}

// Closed forms: of (1, 5) the probability is 1 - (1 - x)^5, of (3, 3) x^3 (10 - 15 x + 6 x^2).
TEST(Distribution, BetaQuantilesUndoTheirProbabilities) {
    const BetaTable falling{1, 5};
    const BetaTable even{3, 3};
    for (int i = 1; i < 2000; ++i) {
        const double p = i / 2000.0;
        ASSERT_NEAR(falling.quantile(p), 1 - std::pow(1 - p, 0.2), 1e-6);
        const double x = even.quantile(p);
        ASSERT_NEAR(x * x * x * (10 - 15 * x + 6 * x * x), p, 1e-9);
    }
}

TEST(Distribution, NormalsBehindGiveTheSameQuantiles) {
    for (const DistributionSpec& spec : every_kind()) {
        const Distribution of{spec};
        for (double p = 0.013; p < 1; p += 0.01) {
            ASSERT_NEAR(of.of_normal(normal_quantile(p)), of.quantile(p), 1e-9);
        }
    }
}

}  // namespace
}  // namespace musubi::testing
