#include "project/effect/interrupted_series.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "unit/project/effect/effect_data.h"

namespace musubi {
namespace {

using testing::ar1_noise;
using testing::series_of;

// A trend, and after `before` a step and a new slope; noise on top.
EffectSeries stepped(std::size_t periods, std::size_t before, double step, double slope,
                     double rho = 0.3) {
    SeededRandom random{11};
    std::vector<double> values = ar1_noise(periods, rho, random);
    for (std::size_t t = 0; t < periods; ++t) {
        values[t] += 100 + 0.5 * static_cast<double>(t);
        if (t >= before) values[t] += step + slope * static_cast<double>(t - before);
    }
    return series_of(std::move(values), before);
}

EffectRule series_refusal(const EffectSeries& series,
                          const InterruptedSeriesOptions& options = {}) {
    const auto judged = judge_interrupted_series(series, options);
    EXPECT_FALSE(judged);
    return judged ? EffectRule::PoorFit : judged.error().rule;
}

TEST(InterruptedSeries, FindsTheStepAndTheSlope) {
    const auto found = judge_interrupted_series(stepped(60, 36, -20, -1), {}).value();
    EXPECT_LT(found.low, -20 - 11.5);
    EXPECT_GT(found.high, -20 - 11.5);
    EXPECT_LT(found.high, 0);
    EXPECT_TRUE(found.shown());
    ASSERT_EQ(found.parts.size(), 2U);
    EXPECT_EQ(found.parts[0].code, "level_change");
    EXPECT_NEAR(found.parts[0].estimate, -20, 2.5);
    EXPECT_NEAR(found.parts[1].estimate, -1, 0.2);
    // The estimate is the mean of observed less counterfactual.
    double sum = 0;
    for (std::size_t t = 36; t < 60; ++t) sum += found.observed[t] - found.counterfactual[t];
    EXPECT_NEAR(sum / 24, found.estimate, 1e-9);
    EXPECT_EQ(found.seed, 1U);
}

TEST(InterruptedSeries, TakesTheSeasonOut) {
    EffectSeries series = stepped(72, 48, 3, 0);
    for (std::size_t t = 0; t < 72; ++t) series.values[t] += t % 12 == 0 ? 40 : 0;
    InterruptedSeriesOptions options;
    const auto plain = judge_interrupted_series(series, options);
    options.season = 12;
    const auto seasonal = judge_interrupted_series(series, options).value();
    ASSERT_TRUE(plain);
    EXPECT_GT(plain->high - plain->low, 3 * (seasonal.high - seasonal.low));
    EXPECT_LT(seasonal.before_rmse, 2);
    EXPECT_GT(seasonal.high, 3);
    EXPECT_LT(seasonal.low, 3);
}

TEST(InterruptedSeries, IsTheSameToTheBitForASeed) {
    const EffectSeries series = stepped(60, 36, -2, 0);
    InterruptedSeriesOptions options;
    const auto first = to_text(to_json(judge_interrupted_series(series, options).value()));
    EXPECT_EQ(first, to_text(to_json(judge_interrupted_series(series, options).value())));
    options.seed = 2;
    EXPECT_NE(first, to_text(to_json(judge_interrupted_series(series, options).value())));
}

TEST(InterruptedSeries, RefusesWhatCanNotCarryTheClaim) {
    EXPECT_EQ(series_refusal(stepped(30, 7, 1, 0)), EffectRule::TooFewBefore);
    EXPECT_EQ(series_refusal(stepped(30, 23, 1, 0)), EffectRule::TooFewAfter);
    EXPECT_EQ(series_refusal(stepped(60, 20, 1, 0), {{}, 12}), EffectRule::TooFewSeasons);
    EXPECT_EQ(series_refusal(stepped(60, 30, 1, 0), {{}, 1}), EffectRule::BadSeason);
    EXPECT_EQ(series_refusal(stepped(60, 30, 1, 0), {{.level = 1.5}}), EffectRule::BadLevel);
    EXPECT_EQ(series_refusal(stepped(60, 30, 1, 0), {{.level = NAN}}), EffectRule::BadLevel);
    std::vector<double> line;
    for (int t = 0; t < 40; ++t) line.push_back(3 + 2 * t + (t >= 20 ? 5 : 0));
    EXPECT_EQ(series_refusal(series_of(line, 20)), EffectRule::NoVariation);
    EXPECT_EQ(series_refusal(series_of(std::vector<double>(40, 0.0), 20)), EffectRule::NoVariation);
}

TEST(InterruptedSeries, RefusesATrendThatBentBefore) {
    EffectSeries series = stepped(60, 40, 0, 0);
    for (std::size_t t = 20; t < 60; ++t) series.values[t] += 2 * static_cast<double>(t - 20);
    EXPECT_EQ(series_refusal(series), EffectRule::BeforeBends);
    InterruptedSeriesOptions options;
    options.look_for_bends = false;
    EXPECT_EQ(series_refusal(series, options),
              EffectRule::HangsTogether);  // as what it looks like then
}

TEST(InterruptedSeries, RefusesAWalkWithoutAnAnchor) {
    SeededRandom random{3};
    std::vector<double> values;
    double at = 0;
    for (int t = 0; t < 24; ++t) values.push_back(at += next_normal(random));
    InterruptedSeriesOptions options;
    options.look_for_bends = false;
    std::size_t refusals = 0;
    for (int i = 0; i < 40; ++i) {
        for (double& value : values) value = at += next_normal(random);
        const auto judged = judge_interrupted_series(series_of(values, 12), options);
        if (!judged) {
            EXPECT_EQ(judged.error().rule, EffectRule::HangsTogether);
            ++refusals;
        }
    }
    EXPECT_GT(refusals, 10U);
}

}  // namespace
}  // namespace musubi
