#include <gtest/gtest.h>

#include <chrono>
#include <iostream>
#include <thread>

#include "broker/present.h"
#include "sense/feed_runner.h"
#include "sense/quarantine.h"
#include "store/memory/memory_store.h"
#include "store/rocksdb/rocksdb_store.h"
#include "test_feed.h"

namespace musubi {
namespace {

using test::pack_contexts;
using test::project;
using test::river_data;

struct House {
    SystemClock clock;
    SeededRandom random{1};
    Log log{LogLevel::Warn};
    Metrics metrics;
    std::unique_ptr<Store> store;
    explicit House(std::unique_ptr<KeyValueStore> kv) {
        store = *Store::open(std::move(kv), {}, clock, log, metrics);
    }
    std::unique_ptr<FeedRunner> runner(FeedConfig config) {
        auto made = FeedRunner::create(std::move(config), pack_contexts(),
                                       {*store, nullptr, clock, random, log, metrics});
        EXPECT_TRUE(made) << to_text(made.error());
        return std::move(*made);
    }
};

FeedSnapshot run_to_end(FeedRunner& runner) {
    runner.start();
    for (int i = 0; i < 60'000; ++i) {
        const FeedSnapshot now = runner.snapshot();
        if (now.state == FeedState::Finished || now.state == FeedState::Failing) break;
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    return runner.snapshot();
}

void import_river(House& house, const char* what) {
    const FeedConfig feed = *load_feed(project() + "/packs/river/feeds/fukui.toml", river_data());
    auto runner = house.runner(feed);
    const auto begin = std::chrono::steady_clock::now();
    const FeedSnapshot end = run_to_end(*runner);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    std::cout << what << ": " << end.totals.counts.readings / took.count()
              << " readings/s durable, took " << took.count() << " s\n";
    EXPECT_EQ(end.state, FeedState::Finished) << end.detail.en;
    const FeedCounts& counts = end.totals.counts;
    EXPECT_EQ(counts.readings, 355'840U + 103U);
    EXPECT_EQ(counts.missing, 1'733U);
    EXPECT_EQ(counts.refused, 6U);
    std::cout << "joined " << counts.joined << " late " << counts.late << " repeated "
              << counts.repeated << "\n";
    const auto quarantine = read_quarantine(*house.store, 0, "fukui", 100);
    ASSERT_TRUE(quarantine);
    ASSERT_EQ(quarantine->rows.size(), 6U);
    for (const QuarantinedRow& row : quarantine->rows) {
        EXPECT_EQ(row.file, "2021-08-29-bk.csv");
        EXPECT_EQ(row.reason, RefusalReason::MergeMark);
    }
    EXPECT_EQ(quarantine->rows.back().line, 2U);
    EXPECT_EQ(quarantine->rows.back().row, "<<<<<<< HEAD");
    const Caller caller = service_caller("", "test");
    const auto bridge = house.store->find(caller, "urn:ngsi-ld:FloodMonitoring:fukui:1");
    ASSERT_TRUE(bridge && *bridge);
    const auto present = read_present(*house.store, 0, house.clock);
    ASSERT_TRUE(present);
    EXPECT_TRUE(present->replay);
    EXPECT_EQ(to_iso(present->at), "2023-07-31T14:20:00Z");
}

TEST(RiverImport, Memory) {
    if (river_data().empty()) GTEST_SKIP() << "needs MUSUBI_TEST_DATA/river";
    House house{make_memory_store()};
    import_river(house, "memory");
}

TEST(RiverImport, Rocksdb) {
    if (river_data().empty()) GTEST_SKIP() << "needs MUSUBI_TEST_DATA/river";
    const test::TemporaryFolder folder;
    House house{*open_rocksdb_store({.folder = folder.file("db")})};
    import_river(house, "rocksdb");
}

}  // namespace
}  // namespace musubi
