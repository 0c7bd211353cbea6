#include <future>

#include "broker/readings.h"
#include "broker/temporal_commands.h"
#include "store/verify.h"
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
    void fill_with_chunks() {
        for (int batch = 0; batch < 12; ++batch) {
            std::vector<Reading> readings;
            for (int i = 0; i < 100; ++i) {
                readings.push_back(level(batch * 100 + i, batch + i * 0.01));
            }
            ASSERT_TRUE(read(readings));
        }
        ASSERT_TRUE(store->key_value().scan(Space::History, {}, {})->valid());
    }
    Result<Committed> correct(InstanceId instance, const Json& value) {
        return store->commit(town, [&](Transaction& tx) {
            Attribute patch;
            patch.name = "urn:test:level";
            patch.value = value;
            return modify_instance(tx, "urn:a", instance, patch, true);
        });
    }
    Result<Committed> withdraw(InstanceId instance) {
        return store->commit(town, [&](Transaction& tx) {
            return remove_instance(tx, "urn:a", "urn:test:level", instance);
        });
    }
    void reopen_where_it_lasts() {
        if (GetParam() == Kind::Rocksdb) reopen();
    }
    void expect_sound() {
        const auto report = verify_store(store->key_value());
        ASSERT_TRUE(report);
        EXPECT_TRUE(report->clean()) << report->faults.front();
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

TEST_P(HistoryOfStore, ACorrectedInstanceKeepsItsIdWhereverItStands) {
    fill_with_chunks();
    const std::vector<Point> before = points();
    for (const std::size_t place : {std::size_t{3}, before.size() - 20, before.size() - 1}) {
        ASSERT_TRUE(correct(before[place].instance, 77.0));
    }
    reopen_where_it_lasts();
    const std::vector<Point> after = points();
    ASSERT_EQ(after.size(), before.size());
    for (std::size_t i = 0; i < after.size(); ++i) {
        const bool corrected = i == 3 || i == before.size() - 20 || i == before.size() - 1;
        EXPECT_EQ(after[i].instance, before[i].instance);
        EXPECT_EQ(after[i].at, before[i].at);
        EXPECT_EQ(after[i].value, corrected ? Json{77.0} : before[i].value);
    }
    EXPECT_EQ(after[3].recorded, before[3].recorded);
    EXPECT_EQ((*store->find(town, "urn:a"))->attributes.at(0).value, Json{77.0});
    const auto former = store->former_states(town, "urn:a", "urn:test:level");
    ASSERT_TRUE(former);
    ASSERT_EQ(former->at(0).points.size(), 3U);
    EXPECT_EQ(former->at(0).points[0].value, before[3].value);
    expect_sound();
}

TEST_P(HistoryOfStore, AWithdrawnInstanceIsGoneAndTheNewestOtherIsPresent) {
    fill_with_chunks();
    const std::vector<Point> before = points();
    const std::size_t last = before.size() - 1;
    for (const std::size_t place : {std::size_t{3}, last - 20, last, last - 1}) {
        ASSERT_TRUE(withdraw(before[place].instance));
    }
    EXPECT_EQ(withdraw(before[3].instance).error().code, ErrorCode::NotFound);
    reopen_where_it_lasts();
    EXPECT_EQ(points().size(), before.size() - 4);
    const EntityPtr entity = *store->find(town, "urn:a");
    EXPECT_EQ(entity->attributes.at(0).value, before[last - 2].value);
    EXPECT_EQ(entity->attributes.at(0).instance, before[last - 2].instance);
    expect_sound();
}

TEST_P(HistoryOfStore, TheLastInstanceTakesItsAttributeAlong) {
    ASSERT_TRUE(read({level(10, 1.0)}));
    ASSERT_TRUE(withdraw(points().at(0).instance));
    EXPECT_TRUE(points().empty());
    EXPECT_TRUE((*store->find(town, "urn:a"))->attributes.empty());
    expect_sound();
}

TEST_P(HistoryOfStore, WhatIsPurgedLeavesNothing) {
    fill_with_chunks();
    ASSERT_TRUE(correct(points().at(3).instance, 77.0));
    ASSERT_TRUE(store->commit(town, [](Transaction& tx) -> Result<void> {
        return remove_attribute_evolution(tx, "urn:a", "urn:test:level", {}, false);
    }));
    EXPECT_TRUE(points().empty());
    EXPECT_FALSE(store->key_value().scan(Space::History, {}, {})->valid());
    ASSERT_TRUE(read({level(1, 1.0), level(2, 2.0)}));
    reopen_where_it_lasts();
    EXPECT_EQ(points().size(), 2U);
    EXPECT_TRUE(store->former_states(town, "urn:a", "urn:test:level")->empty());
    expect_sound();
}

TEST_P(HistoryOfStore, AnEntityIsPurgedWithItsHistoryAlsoAfterItWasDeleted) {
    fill_with_chunks();
    const auto purge = [](Transaction& tx) { return tx.purge("urn:a"); };
    ASSERT_TRUE(store->commit(town, [](Transaction& tx) { return tx.erase("urn:a"); }));
    EXPECT_FALSE(points().empty());
    ASSERT_TRUE(store->commit(town, purge));
    EXPECT_FALSE(store->history(town, "urn:a", {}));
    EXPECT_EQ(store->commit(town, purge).error().code, ErrorCode::NotFound);
    reopen_where_it_lasts();
    EXPECT_FALSE(store->history(town, "urn:a", {}));
    expect_sound();
}

TEST_P(HistoryOfStore, RewritesOfOneGroupSeeEachOther) {
    ASSERT_TRUE(read({level(10, 1.0), level(20, 2.0), level(30, 3.0)}));
    const std::vector<Point> before = points();
    std::vector<std::future<Result<Committed>>> done;
    for (const Point& point : before) {
        auto promise = std::make_shared<std::promise<Result<Committed>>>();
        done.push_back(promise->get_future());
        store->submit({.caller = town,
                       .run =
                           [point](Transaction& tx) {
                               return remove_instance(tx, "urn:a", "urn:test:level",
                                                      point.instance);
                           },
                       .done = [promise](Result<Committed> r) { promise->set_value(r); }});
    }
    for (auto& one : done) EXPECT_TRUE(one.get());
    EXPECT_TRUE(points().empty());
    expect_sound();
}

TEST_P(HistoryOfStore, ACorrectionIsNoLongerThanItsChunkHasRoom) {
    fill_with_chunks();
    const std::vector<Point> before = points();
    const std::string long_text(3U << 20U, 'x');
    EXPECT_TRUE(correct(before[0].instance, long_text));
    EXPECT_TRUE(correct(before[1].instance, long_text));
    EXPECT_EQ(correct(before[2].instance, long_text).error().code, ErrorCode::TooLarge);
    EXPECT_EQ(points()[1].value, Json{long_text});
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
