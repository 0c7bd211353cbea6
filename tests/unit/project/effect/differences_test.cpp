#include "project/effect/differences.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "project/effect/assignments.h"
#include "unit/project/effect/effect_data.h"

namespace musubi {
namespace {

using testing::noisy_rows;
using testing::panel_of;

std::vector<std::vector<double>> moved_rows(std::size_t units, std::size_t treated, double effect,
                                            std::uint64_t seed = 5) {
    SeededRandom random{seed};
    auto rows = noisy_rows(units, 24, 0.5, random);
    for (std::size_t unit = units - treated; unit < units; ++unit) {
        for (std::size_t t = 12; t < 24; ++t) rows[unit][t] += effect;
    }
    return rows;
}

EffectRule differences_refusal(const EffectPanel& panel, const DifferencesOptions& options = {}) {
    const auto judged = judge_differences(panel, options);
    EXPECT_FALSE(judged);
    return judged ? EffectRule::PoorFit : judged.error().rule;
}

// Worked by hand: differences 1, 2, 3, 2, 2 and 6, 8, 7, 5, 9 around means 2 and 7;
// variances 0.5 and 2.5, error sqrt(0.6), 8 degrees of freedom (as many on both sides).
TEST(Differences, AreTheDifferenceOfDifferences) {
    std::vector<std::vector<double>> rows;
    int at = 0;
    for (const double difference : {1, 2, 3, 2, 2, 6, 8, 7, 5, 9}) {
        const double wobble = (at * 7) % 5 * 0.1;  // before, unlike but not by group
        ++at;
        rows.push_back({10 + wobble, 10 - 2 * wobble, 10 + wobble, 10 + difference});
    }
    const auto found = judge_differences(panel_of(rows, 5, 3), {}).value();
    EXPECT_NEAR(found.estimate, 5, 1e-12);
    EXPECT_NEAR(found.standard_error, std::sqrt(0.6), 1e-12);
    EXPECT_NEAR(found.high - found.estimate, 2.306004135204166 * std::sqrt(0.6), 1e-9);
    EXPECT_EQ(found.interval_by, "by_clusters");
    EXPECT_FALSE(found.seed);
}

TEST(Differences, OfOneAmongManyAreJudgedByAllWays) {
    const auto found = judge_differences(panel_of(moved_rows(40, 1, 8), 1, 12), {}).value();
    EXPECT_EQ(found.rank, (std::pair<std::size_t, std::size_t>{1, 40}));
    EXPECT_NEAR(found.p, 1.0 / 40, 1e-12);
    EXPECT_GT(found.low, 0);
    EXPECT_LT(found.low, 8);
    EXPECT_GT(found.high, 8);
    EXPECT_EQ(found.interval_by, "by_ways");
    EXPECT_NEAR(found.observed.back() - found.counterfactual.back(), 8, 4);
}

// The interval is the test turned round: moved by either end, p passes the level.
TEST(Differences, HaveAnIntervalOfWhatTheTestDoesNotReject) {
    const auto rows = moved_rows(12, 2, 3);
    const auto found = judge_differences(panel_of(rows, 2, 12), {}).value();
    for (const double shift :
         {found.low - 1e-6, found.low + 1e-6, found.high - 1e-6, found.high + 1e-6}) {
        auto less = rows;
        for (std::size_t unit = 10; unit < 12; ++unit) {
            for (std::size_t t = 12; t < 24; ++t) less[unit][t] -= shift;
        }
        const auto judged = judge_differences(panel_of(less, 2, 12), {}).value();
        EXPECT_EQ(judged.p > 0.05, shift > found.low && shift < found.high) << shift;
    }
}

TEST(Differences, RefuseTrendsThatDiffer) {
    for (const std::size_t treated : {1U, 3U, 10U}) {
        auto rows = moved_rows(40, treated, 0);
        for (std::size_t unit = 40 - treated; unit < 40; ++unit) {
            for (std::size_t t = 0; t < 24; ++t) rows[unit][t] += static_cast<double>(t);
        }
        EXPECT_EQ(differences_refusal(panel_of(rows, treated, 12)), EffectRule::TrendsDiffer)
            << treated;
    }
}

TEST(Differences, RefuseWhatCanNotCarryTheClaim) {
    EXPECT_EQ(differences_refusal(panel_of(moved_rows(2, 1, 1), 1, 12)),
              EffectRule::TooFewComparisons);
    EXPECT_EQ(differences_refusal(panel_of(moved_rows(19, 1, 1), 1, 12)), EffectRule::TooFewWays);
    EXPECT_EQ(differences_refusal(panel_of(moved_rows(6, 3, 1), 3, 12)),
              EffectRule::TooFewWays);  // 20, mirrored
    EXPECT_EQ(differences_refusal(panel_of(moved_rows(40, 5, 1), 5, 2)), EffectRule::TooFewBefore);
    EXPECT_EQ(differences_refusal(panel_of(moved_rows(40, 5, 1), 5, 12), {{.level = 0.1}}),
              EffectRule::BadLevel);
    const std::vector<std::vector<double>> flat(10, std::vector<double>(8, 1.0));
    EXPECT_EQ(differences_refusal(panel_of(flat, 5, 4)), EffectRule::NoVariation);
}

TEST(Differences, AreTheSameToTheBitForASeed) {
    const EffectPanel panel = panel_of(moved_rows(60, 4, 1), 4, 12);
    DifferencesOptions options;
    const auto first = judge_differences(panel, options).value();
    EXPECT_EQ(first.seed, 1U);  // 487,635 ways: drawn
    EXPECT_EQ(to_text(to_json(first)), to_text(to_json(judge_differences(panel, options).value())));
    options.seed = 9;
    EXPECT_NE(to_text(to_json(first)), to_text(to_json(judge_differences(panel, options).value())));
}

TEST(Assignments, AreAllWaysOnceAndTheTruthFirst) {
    const Assignments ways{7, 3, 1};
    EXPECT_TRUE(ways.complete());
    EXPECT_EQ(ways.ways().size(), 35U);
    EXPECT_EQ(ways.ways().front(), (std::vector<std::size_t>{4, 5, 6}));
    auto sorted = ways.ways();
    std::sort(sorted.begin(), sorted.end());
    EXPECT_EQ(std::unique(sorted.begin(), sorted.end()), sorted.end());
    EXPECT_EQ(Assignments(200, 100, 1).ways().size(), Assignments::kMostWays);
}

}  // namespace
}  // namespace musubi
