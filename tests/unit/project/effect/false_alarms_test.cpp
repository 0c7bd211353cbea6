#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "project/effect/differences.h"
#include "project/effect/synthetic_control.h"
#include "project/effect/synthetic_differences.h"
#include "unit/project/effect/effect_data.h"

// Where there is no project, an effect is found no more often than 1 - level says.
namespace musubi {
namespace {

using testing::noisy_rows;
using testing::panel_of;

// 5 %, and three standard errors of a count of so many: one run in a thousand fails by chance, and
// the seeds are fixed.
double most_alarms(int of) { return 0.05 * of + 3 * std::sqrt(0.05 * 0.95 * of); }

// MUSUBI_ALARM_RUNS, or 100.
int runs() {
    const char* asked = std::getenv("MUSUBI_ALARM_RUNS");
    return asked != nullptr ? std::atoi(asked) : 100;
}

class FalseAlarms : public ::testing::TestWithParam<double> {};

TEST_P(FalseAlarms, OfASeriesAtRandomDatesStayWithinTheLevel) {
    const int all = runs();
    SeededRandom random{42};
    int mean = 0;
    int level = 0;
    int slope = 0;
    int judged = 0;
    for (int i = 0; i < all; ++i) {
        auto values = testing::ar1_noise(60, GetParam(), random);
        const auto before = static_cast<std::size_t>(8 + random.next() % 45);
        InterruptedSeriesOptions options;
        options.seed = static_cast<std::uint64_t>(i);
        const auto found =
            judge_interrupted_series(testing::series_of(std::move(values), before), options);
        if (!found) continue;
        ++judged;
        mean += found->shown() ? 1 : 0;
        level += found->parts[0].p <= 0.05 ? 1 : 0;
        slope += found->parts[1].p <= 0.05 ? 1 : 0;
        EXPECT_EQ(found->shown(), found->low > 0 || found->high < 0);
    }
    EXPECT_LE(mean, most_alarms(all));
    EXPECT_LE(level, most_alarms(all));
    EXPECT_LE(slope, most_alarms(all));
    // Of those judged alone, too: refusals do not hide alarms.
    EXPECT_LE(mean, most_alarms(judged));
    EXPECT_GT(judged, all / 3);
}

TEST_P(FalseAlarms, OfDifferencesStayWithinTheLevel) {
    const int all = 2 * runs();
    for (const std::size_t treated : {1U, 3U, 10U}) {
        SeededRandom random{7};
        int alarms = 0;
        int judged = 0;
        int refused = 0;
        for (int i = 0; i < all; ++i) {
            const auto rows = noisy_rows(40, 30, GetParam(), random);
            const auto before = static_cast<std::size_t>(4 + random.next() % 24);
            DifferencesOptions options;
            const auto found = judge_differences(panel_of(rows, treated, before), options);
            if (!found) {
                refused += found.error().rule == EffectRule::TrendsDiffer ? 1 : 0;
                continue;
            }
            ++judged;
            alarms += found->shown() ? 1 : 0;
            EXPECT_EQ(found->shown(), found->low > 0 || found->high < 0);
        }
        EXPECT_LE(alarms, most_alarms(judged)) << treated;
        EXPECT_GE(alarms, judged / 100) << treated;       // nor is the test blunt
        EXPECT_LE(refused, most_alarms(all)) << treated;  // the test of trends is one at 5 % too
        EXPECT_EQ(judged + refused, all);
    }
}

TEST_P(FalseAlarms, OfSyntheticControlsStayWithinTheLevel) {
    const int all = runs();
    SeededRandom random{9};
    int controls = 0;
    int differences = 0;
    int judged = 0;
    for (int i = 0; i < all; ++i) {
        const auto rows = noisy_rows(40, 40, GetParam(), random);
        const auto before = static_cast<std::size_t>(8 + random.next() % 30);
        const EffectPanel panel = panel_of(rows, 1, before);
        const auto control = judge_synthetic_control(panel, {});
        controls += control && control->shown() ? 1 : 0;
        judged += control ? 1 : 0;
        const auto difference = judge_synthetic_differences(panel, {});
        differences += difference && difference->shown() ? 1 : 0;
    }
    EXPECT_LE(controls, most_alarms(judged));
    EXPECT_LE(differences, most_alarms(all));
    EXPECT_GT(judged, all / 2);
}

INSTANTIATE_TEST_SUITE_P(OfNoise, FalseAlarms, ::testing::Values(0.0, 0.4, 0.7));

}  // namespace
}  // namespace musubi
