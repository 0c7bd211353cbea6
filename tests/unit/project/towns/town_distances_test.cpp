#include "project/towns/town_distances.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "project/towns/shrunk_covariance.h"
#include "towns_fixture.h"

namespace musubi {
namespace {

using testing::feature_place;
using testing::town_with;

// Numbers that look like chance and are the same everywhere.
class Numbers {
public:
    double next() {
        state_ = state_ * 6364136223846793005U + 1442695040888963407U;
        return static_cast<double>(state_ >> 33U) / 2147483648.0;
    }

private:
    std::uint64_t state_ = 5;
};

std::vector<TownProfile> many_towns(std::size_t count, double missing) {
    Numbers numbers;
    std::vector<TownProfile> towns;
    for (std::size_t i = 0; i < count; ++i) {
        TownProfile town{std::to_string(10000 + i), "県", "町", {}};
        const double size = numbers.next();
        for (std::size_t f = 0; f < town_features().size(); ++f) {
            const double value = 0.01 + numbers.next() + size;  // they go together, in part
            const bool gone = numbers.next() < missing;
            town.features.push_back(gone ? std::nullopt : std::optional{value});
        }
        towns.push_back(std::move(town));
    }
    return towns;
}

TEST(LedoitWolf, AgreesWithACaseByHand) {
    // S = diag(2, 1/2), m = 5/4, d2 = 9/16, b2 = 17/32: the shrinkage is 17/18.
    const std::vector<double> rows{2, 0, -2, 0, 0, 1, 0, -1};
    const ShrunkCovariance covariance = ledoit_wolf(rows, 2);
    EXPECT_NEAR(covariance.shrinkage, 17.0 / 18, 1e-15);
    EXPECT_NEAR(covariance.values[0], 31.0 / 24, 1e-14);
    EXPECT_NEAR(covariance.values[1], 0, 1e-15);
    EXPECT_NEAR(covariance.values[3], 29.0 / 24, 1e-14);
}

TEST(LedoitWolf, IsAboutTheMeansAndPullsLessTheMoreRowsThereAre) {
    const std::vector<double> moved{102, 7, 98, 7, 100, 8, 100, 6};
    EXPECT_NEAR(ledoit_wolf(moved, 2).shrinkage, 17.0 / 18, 1e-12);
    Numbers numbers;
    std::vector<double> few;
    std::vector<double> many;
    for (int i = 0; i < 2000; ++i) {
        const double x = numbers.next();
        const double y = x + 0.1 * numbers.next();
        for (auto* rows : {&few, &many}) {
            if (rows == &few && i >= 10) continue;
            rows->insert(rows->end(), {x, y, numbers.next()});
        }
    }
    EXPECT_GT(ledoit_wolf(few, 3).shrinkage, ledoit_wolf(many, 3).shrinkage);
    EXPECT_LT(ledoit_wolf(many, 3).shrinkage, 0.01);
}

TEST(LedoitWolf, HasAnInverseRoot) {
    const ShrunkCovariance covariance{2, {4, 0, 0, 9}, 0};
    const std::vector<std::size_t> both{0, 1};
    const auto root = inverse_root(covariance, both);
    EXPECT_NEAR(root[0], 0.5, 1e-15);
    EXPECT_NEAR(root[1], 0, 1e-15);
    EXPECT_NEAR(root[3], 1.0 / 3, 1e-15);
    const std::vector<std::size_t> second{1};
    EXPECT_NEAR(inverse_root(covariance, second)[0], 1.0 / 3, 1e-15);
}

TEST(Gower, AgreesWithACaseByHand) {
    const std::vector<TownProfile> towns{town_with("1", {{"habitable", 0.2}, {"old", 0.3}}),
                                         town_with("2", {{"habitable", 0.4}, {"old", 0.3}}),
                                         town_with("3", {{"habitable", 0.6}, {"old", 0.5}})};
    const auto distances = TownDistances::create(towns, TownMethod::Gower);
    ASSERT_TRUE(distances);
    EXPECT_EQ(distances->used().size(), 2U);
    EXPECT_NEAR(distances->between(0, 1)->distance, 0.25, 1e-15);
    EXPECT_NEAR(distances->between(0, 2)->distance, 1, 1e-15);
    EXPECT_NEAR(distances->between(1, 2)->distance, 0.75, 1e-15);
    EXPECT_NEAR(distances->between(1, 2)->parts[feature_place("habitable")], 0.25, 1e-15);
    EXPECT_NEAR(distances->between(1, 2)->parts[feature_place("old")], 0.5, 1e-15);
}

TEST(Gower, ComparesSizesByTheirLogarithm) {
    const std::vector<TownProfile> towns{town_with("1", {{"population", 1e3}}),
                                         town_with("2", {{"population", 1e4}}),
                                         town_with("3", {{"population", 1e6}})};
    const auto distances = TownDistances::create(towns, TownMethod::Gower);
    ASSERT_TRUE(distances);
    EXPECT_NEAR(distances->between(0, 1)->distance, 1.0 / 3, 1e-15);
}

TEST(Gower, LeavesOutWhatOneOfTheTwoLacks) {
    const std::vector<TownProfile> towns{town_with("1", {{"habitable", 0.2}, {"old", 0.3}}),
                                         town_with("2", {{"habitable", 0.4}}),
                                         town_with("3", {{"habitable", 0.6}, {"old", 0.5}})};
    const auto distances = TownDistances::create(towns, TownMethod::Gower);
    ASSERT_TRUE(distances);
    const auto apart = distances->between(0, 1);
    ASSERT_TRUE(apart);
    EXPECT_EQ(apart->compared, 1U);
    EXPECT_NEAR(apart->distance, 0.5, 1e-15);
    EXPECT_EQ(apart->parts[feature_place("old")], 0);
}

TEST(Mahalanobis, AgreesWithCasesByHand) {
    // Without correlation and of variance 1 after scaling: the plain distance of what is scaled.
    const std::vector<TownProfile> cross{
        town_with("1", {{"rigid", 2}, {"debt", 0}}), town_with("2", {{"rigid", -2}, {"debt", 0}}),
        town_with("3", {{"rigid", 0}, {"debt", 1}}), town_with("4", {{"rigid", 0}, {"debt", -1}})};
    const auto plain = TownDistances::create(cross, TownMethod::Mahalanobis);
    ASSERT_TRUE(plain);
    EXPECT_NEAR(plain->between(0, 1)->distance, 2 * std::sqrt(2.0), 1e-12);
    EXPECT_NEAR(plain->between(0, 2)->distance, 2, 1e-12);
    EXPECT_NEAR(plain->between(0, 2)->parts[feature_place("rigid")], 1, 1e-12);
    // With a correlation r = 0.8 the covariance is [1 c; c 1] with c = (1 - shrinkage) r.
    std::vector<TownProfile> slanted;
    for (const auto& [x, y] : {std::pair{2, 2}, {-2, -2}, {1, -0}, {-1, 0}, {0, 1}, {0, -1}}) {
        slanted.push_back(
            town_with(std::to_string(slanted.size()),
                      {{"rigid", static_cast<double>(x)}, {"debt", static_cast<double>(y)}}));
    }
    const auto distances = TownDistances::create(slanted, TownMethod::Mahalanobis);
    ASSERT_TRUE(distances);
    const double variance = 10.0 / 6;
    const double c = (1 - distances->shrinkage()) * (8.0 / 6) / variance;
    const double dx = 3 / std::sqrt(variance);
    const double dy = 2 / std::sqrt(variance);
    const double squared = (dx * dx - 2 * c * dx * dy + dy * dy) / (1 - c * c);
    EXPECT_NEAR(distances->between(0, 3)->distance, std::sqrt(squared), 1e-12);
}

TEST(TownDistances, AreDistancesAndTheirPartsAddUp) {
    const auto towns = many_towns(60, 0.05);
    for (const TownMethod method : {TownMethod::Gower, TownMethod::Mahalanobis}) {
        const auto distances = TownDistances::create(towns, method);
        ASSERT_TRUE(distances);
        ASSERT_EQ(distances->used().size(), town_features().size());
        for (std::size_t a = 0; a < towns.size(); ++a) {
            EXPECT_EQ(distances->between(a, a)->distance, 0);
            for (std::size_t b = 0; b < a; ++b) {
                const auto there = distances->between(a, b);
                const auto back = distances->between(b, a);
                ASSERT_TRUE(there && back);
                EXPECT_EQ(there->distance, back->distance);
                EXPECT_EQ(there->parts, back->parts);
                EXPECT_GT(there->distance, 0);
                EXPECT_TRUE(std::ranges::all_of(there->parts, [](double p) { return p >= 0; }));
                const double sum = std::accumulate(there->parts.begin(), there->parts.end(), 0.0);
                EXPECT_NEAR(sum, there->distance, 1e-12 * there->distance);
            }
        }
    }
}

TEST(TownDistances, OfGowerStayWithinOne) {
    const auto towns = many_towns(40, 0.05);
    const auto distances = TownDistances::create(towns, TownMethod::Gower);
    ASSERT_TRUE(distances);
    for (std::size_t b = 1; b < towns.size(); ++b) {
        const auto apart = distances->between(0, b);
        ASSERT_TRUE(apart);
        EXPECT_LE(apart->distance, 1);
    }
}

TEST(TownDistances, OfTwoTownsWithLittleInCommonAreNot) {
    std::vector<TownProfile> towns = many_towns(10, 0);
    for (std::size_t f = 0; f < towns[1].features.size(); ++f) {
        if (f % 3 != 0) towns[1].features[f].reset();
    }
    const auto distances = TownDistances::create(towns, TownMethod::Mahalanobis);
    ASSERT_TRUE(distances);
    EXPECT_FALSE(distances->between(0, 1));
    EXPECT_TRUE(distances->between(0, 2));
}

TEST(TownDistances, LeaveOutWhatSaysNothing) {
    std::vector<TownProfile> towns = many_towns(10, 0);
    const std::size_t constant = feature_place("old");
    const std::size_t rare = feature_place("debt");
    for (std::size_t i = 0; i < towns.size(); ++i) {
        towns[i].features[constant] = 0.3;
        if (i > 3) towns[i].features[rare].reset();
    }
    const auto distances = TownDistances::create(towns, TownMethod::Gower);
    ASSERT_TRUE(distances);
    const auto& used = distances->used();
    EXPECT_EQ(used.size(), town_features().size() - 2);
    EXPECT_EQ(std::ranges::find(used, constant), used.end());
    EXPECT_EQ(std::ranges::find(used, rare), used.end());
}

TEST(TownDistances, NeedTwoTownsThatDiffer) {
    const std::vector<TownProfile> one{town_with("1", {{"old", 0.3}})};
    EXPECT_EQ(TownDistances::create(one, TownMethod::Gower).error().code, ErrorCode::Conflict);
    const std::vector<TownProfile> alike{one[0], one[0]};
    EXPECT_FALSE(TownDistances::create(alike, TownMethod::Mahalanobis));
    EXPECT_FALSE(TownDistances::create({}, TownMethod::Mahalanobis));
}

}  // namespace
}  // namespace musubi
