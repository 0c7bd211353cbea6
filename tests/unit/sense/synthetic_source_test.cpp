#include <gtest/gtest.h>

#include <set>

#include "feed_house.h"

namespace musubi {
namespace {

using test::comes_to_rest;
using test::eventually;
using test::House;
using test::project;
using test::reaches;

const std::string kCurrent = "https://smartdatamodels.org/dataModel.Environment/currentLevel";
const std::string kFirstStation = "urn:ngsi-ld:FloodMonitoring:yuigawa:1";

FeedConfig town() {
    auto feed = load_feed(project() + "/packs/river/feeds/synthetic.toml");
    EXPECT_TRUE(feed) << to_text(feed.error());
    return *feed;
}

std::uint64_t readings(const FeedRunner& runner) {
    return runner.snapshot().totals.counts.readings;
}

TEST(SyntheticSource, MakesAPastAndThenGoesWithTheClock) {
    House house;
    auto runner = house.runner(town());
    EXPECT_TRUE(runner->snapshot().synthetic);
    runner->start();
    ASSERT_TRUE(reaches(*runner, FeedState::Waiting)) << runner->snapshot().detail.en;
    EXPECT_GT(house.states(kFirstStation, kCurrent), 900U) << "seven days, every ten minutes";
    EXPECT_LE(house.states(kFirstStation, kCurrent), 1010U);
    const EntityPtr station = house.find(kFirstStation);
    ASSERT_TRUE(station);
    EXPECT_EQ(station->types,
              (std::vector<std::string>{
                  "https://smartdatamodels.org/dataModel.Environment/FloodMonitoring"}));
    const Attribute* synthetic = station->find("https://musubi.example/ns/river/synthetic");
    ASSERT_NE(synthetic, nullptr);
    EXPECT_TRUE(synthetic->value.boolean());
    const Attribute* level = station->find(kCurrent);
    ASSERT_NE(level, nullptr);
    EXPECT_EQ(level->unit_code, "MTR");
    EXPECT_EQ(level->observed_at, house.clock.now());

    const std::uint64_t before = readings(*runner);
    for (int i = 0; i < 6; ++i) {
        house.clock.advance(seconds(10));
        ASSERT_TRUE(
            comes_to_rest(*runner, [&] { return readings(*runner) >= before + (i + 1) * 11U; }));
    }
    EXPECT_EQ(house.find(kFirstStation)->find(kCurrent)->observed_at, house.clock.now());
    EXPECT_GT(house.find(kFirstStation)->find(kCurrent)->value.number(), 2.10)
        << "水防団待機 in a minute";
}

TEST(SyntheticSource, AfterAPauseItGoesOnWithoutMakingThePastAgain) {
    House house;
    {
        auto runner = house.runner(town());
        runner->start();
        ASSERT_TRUE(reaches(*runner, FeedState::Waiting));
    }
    const std::size_t states = house.states(kFirstStation, kCurrent);
    house.clock.advance(hours(5));
    auto runner = house.runner(town());
    runner->start();
    ASSERT_TRUE(reaches(*runner, FeedState::Waiting));
    EXPECT_LE(house.states(kFirstStation, kCurrent), states + 1)
        << "what was not recorded is a gap";
    EXPECT_EQ(house.find(kFirstStation)->find(kCurrent)->observed_at, house.clock.now());
    house.clock.advance(seconds(60));
    EXPECT_TRUE(eventually([&] {
        return house.find(kFirstStation)->find(kCurrent)->value.number() > 2.10;
    })) << "the first storm again";
}

TEST(SyntheticSource, IsCheckedBeforeItStarts) {
    House house;
    FeedConfig feed = town();
    feed.sources[1].location = "/nowhere/stations.csv";
    const FeedTools tools{*house.store, nullptr,   house.clock,
                          house.random, house.log, house.metrics};
    EXPECT_EQ(FeedRunner::create(feed, test::pack_contexts(), tools).error().code, ErrorCode::Io);
    feed = town();
    feed.sources[1].attributes[0].columns = {"flow"};
    EXPECT_EQ(FeedRunner::create(feed, test::pack_contexts(), tools).error().code,
              ErrorCode::BadRequest);
}

}  // namespace
}  // namespace musubi
