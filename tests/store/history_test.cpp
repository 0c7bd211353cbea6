#include "broker/readings.h"
#include "support/store_fixture.h"

namespace musubi::testing {
namespace {

class HistoryOfStore : public StoreTest {
protected:
    Result<ReadingCounts> read(std::vector<Reading> readings) {
        ReadingCounts counts;
        auto committed = store->commit(town, [&](Transaction& tx) -> Result<void> {
            counts = TRY(apply_readings(tx, readings));
            return {};
        });
        if (!committed) return committed.error();
        return counts;
    }
    static Reading level(int minute, double value) {
        return {"urn:a",
                {"urn:test:Gauge"},
                {property("urn:test:level", value, Time{} + minutes(minute))}};
    }
    std::vector<Point> points() {
        auto series = store->history(town, "urn:a", {"urn:test:level"});
        EXPECT_TRUE(series);
        return series->empty() ? std::vector<Point>{} : series->at(0).points;
    }
};
INSTANTIATE_TEST_SUITE_P(Stores, HistoryOfStore, ::testing::Values(Kind::Memory, Kind::Rocksdb),
                         name_of);

TEST_P(HistoryOfStore, LateReadingsJoinItAndLeaveThePresentAlone) {
    ASSERT_TRUE(read({level(10, 1.0), level(30, 3.0)}));
    const auto counts = read({level(20, 2.0)});
    ASSERT_TRUE(counts);
    EXPECT_EQ(counts->late, 1U);
    EXPECT_EQ((*store->find(town, "urn:a"))->attributes.at(0).value, Json{3.0});
    EXPECT_EQ(points().size(), 3U);
}

TEST_P(HistoryOfStore, RepeatedReadingsChangeNothing) {
    ASSERT_TRUE(read({level(10, 1.0), level(20, 2.0), level(30, 3.0)}));
    const std::uint64_t sequence = store->sequence();
    const auto counts = read({level(10, 1.0), level(20, 2.0), level(30, 3.0)});
    ASSERT_TRUE(counts);
    EXPECT_EQ(counts->repeated, 3U);
    EXPECT_EQ(store->sequence(), sequence);
    EXPECT_EQ(points().size(), 3U);
}

TEST_P(HistoryOfStore, FullSeriesBecomeChunksAndNothingIsLost) {
    for (int batch = 0; batch < 30; ++batch) {
        std::vector<Reading> readings;
        for (int i = 0; i < 100; ++i) readings.push_back(level(batch * 100 + i, batch + i * 0.01));
        ASSERT_TRUE(read(readings));
    }
    ASSERT_EQ(points().size(), 3000U);
    EXPECT_TRUE(store->key_value().scan(Space::History, {}, {})->valid());
    if (GetParam() == Kind::Rocksdb) {
        reopen();
        const auto again = points();
        ASSERT_EQ(again.size(), 3000U);
        EXPECT_EQ(again.at(1234).value, Json{12 + 34 * 0.01});
    }
    EXPECT_EQ(read({level(5, 0.05), level(1000, 10.0)})->repeated, 2U);
}

TEST_P(HistoryOfStore, KeepsDeletions) {
    ASSERT_TRUE(create(*store, town, gauge("urn:a", 1)));
    ASSERT_TRUE(store->commit(town, [](Transaction& tx) { return tx.erase("urn:a"); }));
    const auto all = points();
    ASSERT_EQ(all.size(), 2U);
    EXPECT_TRUE(all.at(1).deleted);
}

TEST_P(HistoryOfStore, OldChunksGoByTheSpanOfTheirType) {
    for (int batch = 0; batch < 12; ++batch) {
        std::vector<Reading> readings;
        for (int i = 0; i < 100; ++i) readings.push_back(level(batch * 100 + i, i));
        ASSERT_TRUE(read(readings));
    }
    EXPECT_EQ(*store->apply_retention({{"urn:test:Other", days(1)}}), 0U);
    EXPECT_GE(*store->apply_retention({{"urn:test:Gauge", days(1)}}), 512U);
    EXPECT_LT(points().size(), 700U);
}

}  // namespace
}  // namespace musubi::testing
