#include "pack/backtest.h"

#include <gtest/gtest.h>

#include <chrono>
#include <iostream>

#include "pack/feed_readings.h"
#include "support/test_data.h"
#include "unit/pack/river_pack.h"

namespace musubi::test {
namespace {

/// `08-17T17:20 2 20`: an event in Japan's time, the gauge, the lead in minutes or `-`.
std::string line_of(const TriedEvent& event) {
    const std::string at = to_iso(event.onset + hours(9)).substr(5, 11);
    const std::string gauge = event.gauge->id.substr(event.gauge->id.rfind(':') + 1);
    const std::string lead =
        event.lead ? std::to_string(event.lead->us / minutes(1).us) : std::string{"-"};
    return at + " " + gauge + " " + lead;
}

// Each event of standbyLevel in the 10-minute part, as the method's reference evaluation has it.
const std::vector<std::string> kStandby{
    "08-17T17:20 2 20",   "09-02T05:40 2 20",  "08-17T17:10 9 20",   "09-02T05:20 9 10",
    "08-17T18:00 13 40",  "09-02T06:20 13 20", "08-17T16:20 14 10",  "08-23T05:50 14 10",
    "09-02T01:50 14 20",  "09-02T05:10 14 10", "08-17T16:30 15 10",  "09-02T05:00 15 20",
    "08-15T01:50 16 30",  "08-17T16:20 16 10", "08-19T12:00 16 10",  "08-23T04:50 16 -",
    "09-01T19:10 16 10",  "09-02T01:40 16 10", "08-17T16:00 17 -",   "08-19T11:50 17 20",
    "08-23T05:40 17 10",  "09-02T01:20 17 10", "08-14T10:50 28 30",  "08-15T03:50 77 30",
    "08-17T15:50 134 10", "09-04T05:30 134 -", "08-14T09:20 150 -",  "08-14T09:10 153 -",
    "08-20T12:40 205 -",  "09-02T21:30 205 -", "08-14T13:30 206 20", "08-14T11:10 209 40",
    "08-14T09:50 211 20", "08-14T09:30 213 -"};

TEST(RiverBacktest, FindsEachEventCallAndLeadOfTheReference) {
    REQUIRE_TEST_DATA(data);
    const auto pack = load_pack(river_pack_folder());
    ASSERT_TRUE(pack) << to_text(pack.error());
    const auto begin = std::chrono::steady_clock::now();
    const auto result = backtest_pack(*pack, (*data / "river").string());
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    ASSERT_TRUE(result) << to_text(result.error());
    const BacktestResult& all = **result;
    std::cout << to_text(all, Language::Japanese) << to_text(all, Language::English) << "limits "
              << all.least_limit << " to " << all.most_limit << "\n"
              << coefficients_text(all.of_all.coefficients) << "took " << took.count() << " s\n";

    EXPECT_EQ(all.judged.size(), 26U);
    EXPECT_EQ(all.coarse.size(), 19U);
    ASSERT_EQ(all.thresholds.size(), 4U);
    const Score& danger = all.thresholds[0].score;
    EXPECT_EQ(danger.events, 0U);
    EXPECT_EQ(danger.calls, 0U);
    const Score& evacuation = all.thresholds[1].score;
    EXPECT_EQ(evacuation.events, 1U);
    EXPECT_EQ(evacuation.caught, 1U);
    EXPECT_EQ(evacuation.calls, 1U);
    EXPECT_EQ(evacuation.median_lead(), minutes(30));
    const Score& alert = all.thresholds[2].score;
    EXPECT_EQ(alert.events, 6U);
    EXPECT_EQ(alert.caught, 6U);
    EXPECT_EQ(alert.calls, 8U);
    EXPECT_EQ(alert.median_lead(), minutes(20));
    const Score& standby = all.thresholds[3].score;
    EXPECT_EQ(standby.events, 34U);
    EXPECT_EQ(standby.caught, 26U);
    EXPECT_EQ(standby.calls, 35U);
    EXPECT_EQ(standby.true_calls, 26U);
    EXPECT_NEAR(standby.f1(), 0.754, 0.0005);
    EXPECT_EQ(standby.median_lead(), minutes(20));
    EXPECT_EQ(standby.worst_lead(), minutes(10));

    std::vector<std::string> events;
    for (const TriedEvent& event : all.thresholds[3].trial.events) {
        if (all.judged.contains(day_of(event.onset))) events.push_back(line_of(event));
    }
    std::vector<std::string> expected = kStandby;
    std::sort(events.begin(), events.end());
    std::sort(expected.begin(), expected.end());
    EXPECT_EQ(events, expected);
}

}  // namespace
}  // namespace musubi::test
