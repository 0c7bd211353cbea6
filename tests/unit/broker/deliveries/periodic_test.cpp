#include "unit/broker/delivery_fixture.h"

namespace musubi::testing {
namespace {

using PeriodicTest = DeliveryTest;
INSTANTIATE_TEST_SUITE_P(Stores, PeriodicTest, ::testing::Values(Kind::Memory, Kind::Rocksdb));

TEST_P(PeriodicTest, TheStateIsToldEachTimeTheIntervalHasPassed) {
    ASSERT_TRUE(create(*store, town, gauge("urn:e:1", 1)));
    ASSERT_TRUE(create(*store, town, gauge("urn:e:2", 2)));
    ASSERT_TRUE(subscribe(gauges("urn:sub:1", "http://a/x", R"("timeInterval":10,)")));
    clock.advance(seconds(9));
    ASSERT_TRUE(level("urn:e:1", 3));
    ASSERT_TRUE(reacted());
    EXPECT_EQ(port.count(), 0U) << "a change is none of its business";
    clock.advance(seconds(1));
    ASSERT_TRUE(comes_true([&] { return port.count() == 1; }));
    EXPECT_EQ(port.sent().at(0).body.find("data")->array().size(), 2U) << "all of them together";
    EXPECT_EQ(told("urn:e:1"), std::vector<double>{3});
    // Three intervals in which nobody was there to tell it are one.
    clock.advance(seconds(35));
    ASSERT_TRUE(comes_true([&] { return port.count() == 2; }));
    clock.advance(seconds(4));
    ASSERT_TRUE(all_delivered());
    EXPECT_EQ(port.count(), 2U);
    clock.advance(seconds(1));
    ASSERT_TRUE(comes_true([&] { return port.count() == 3; })) << "the beat is kept";
    EXPECT_NE(port.sent().at(1).header("Musubi-Delivery-Id"),
              port.sent().at(2).header("Musubi-Delivery-Id"));
    EXPECT_EQ(*port.sent().at(2).body.find("id"),
              Json{"urn:ngsi-ld:Notification:" + port.sent().at(2).header("Musubi-Delivery-Id")});
}

TEST_P(PeriodicTest, OnlyWhatTheQueryFindsAndNothingWhereThatIsNothing) {
    ASSERT_TRUE(create(*store, town, gauge("urn:e:1", 1)));
    ASSERT_TRUE(create(*store, town, gauge("urn:e:2", 2)));
    ASSERT_TRUE(subscribe(
        gauges("urn:sub:1", "http://a/x", R"("timeInterval":10,"q":"urn:test:level>1",)")));
    ASSERT_TRUE(subscribe(
        gauges("urn:sub:2", "http://b/x", R"("timeInterval":10,"q":"urn:test:level>9",)")));
    clock.advance(seconds(10));
    ASSERT_TRUE(comes_true([&] { return port.count() == 1; }));
    EXPECT_EQ(told("urn:e:2"), std::vector<double>{2});
    EXPECT_EQ(told("urn:e:1"), std::vector<double>{});
    ASSERT_TRUE(all_delivered());
    EXPECT_EQ(port.count(), 1U);
}

TEST_P(PeriodicTest, ARestartTellsNothingTwice) {
    ASSERT_TRUE(create(*store, town, gauge("urn:e:1", 1)));
    ASSERT_TRUE(subscribe(gauges("urn:sub:1", "http://a/x", R"("timeInterval":10,)")));
    clock.advance(seconds(10));
    ASSERT_TRUE(comes_true([&] { return port.count() == 1; }));
    ASSERT_TRUE(all_delivered());
    stop();
    start();
    clock.advance(seconds(2));
    ASSERT_TRUE(level("urn:e:1", 2));
    ASSERT_TRUE(all_delivered());
    EXPECT_EQ(port.count(), 1U);
    clock.advance(seconds(8));
    ASSERT_TRUE(comes_true([&] { return port.count() == 2; }));
}

TEST_P(PeriodicTest, MuchIsToldInSeveralNotifications) {
    constexpr std::size_t kMany = SubscriptionReactor::kPageEntities + 1;
    ASSERT_TRUE(store->commit(town, [](Transaction& tx) -> Result<void> {
        for (std::size_t i = 0; i < kMany; ++i) {
            Entity skeleton;
            skeleton.id = "urn:e:" + std::to_string(i);
            skeleton.types = {"urn:test:Gauge"};
            TRY(tx.create(std::move(skeleton)));
        }
        return {};
    }));
    ASSERT_TRUE(subscribe(gauges("urn:sub:1", "http://a/x", R"("timeInterval":10,)")));
    clock.advance(seconds(10));
    ASSERT_TRUE(comes_true([&] { return port.count() == 2; }));
    std::size_t told = 0;
    for (const auto& sent : port.sent()) told += sent.body.find("data")->array().size();
    EXPECT_EQ(told, kMany);
}

}  // namespace
}  // namespace musubi::testing
