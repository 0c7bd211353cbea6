#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <iostream>
#include <optional>
#include <thread>

#include "broker/present.h"
#include "feed_house.h"
#include "sense/feed_runner.h"
#include "sense/quarantine.h"
#include "store/memory/memory_store.h"
#include "store/rocksdb/rocksdb_store.h"

namespace musubi {
namespace {

using test::pack_contexts;
using test::project;
using test::river_data;

struct Machine {
    SystemClock clock;
    SeededRandom random{1};
    Log log{LogLevel::Warn};
    Metrics metrics;
    std::unique_ptr<Store> store;
    explicit Machine(std::unique_ptr<KeyValueStore> kv) {
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
    for (int i = 0; i < 600'000; ++i) {
        const FeedSnapshot now = runner.snapshot();
        if (now.state == FeedState::Finished || now.state == FeedState::Failing) break;
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    return runner.snapshot();
}

void import_river(Machine& house, const char* what) {
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
    Machine house{make_memory_store()};
    import_river(house, "memory");
}

TEST(RiverImport, Rocksdb) {
    if (river_data().empty()) GTEST_SKIP() << "needs MUSUBI_TEST_DATA/river";
    const test::TemporaryFolder folder;
    Machine house{*open_rocksdb_store({.folder = folder.file("db")})};
    import_river(house, "rocksdb");
}

/// Imports until it is killed, and writes to `pipe` how many rows it has committed; never returns.
[[noreturn]] void import_until_killed(const std::string& database, const FeedConfig& feed,
                                      int pipe) {
    Machine house{*open_rocksdb_store({.folder = database})};
    auto runner = house.runner(feed);
    runner->start();
    while (true) {
        const std::uint64_t rows = runner->snapshot().totals.counts.rows;
        if (::write(pipe, &rows, sizeof rows) != sizeof rows) _exit(5);
        if (runner->snapshot().state == FeedState::Finished) _exit(0);
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
}

/// Lets a child import until it has got on by some rows, and kills it.
void import_and_kill(const std::string& database, const FeedConfig& feed, std::uint64_t on) {
    int ends[2] = {};
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        ::close(ends[0]);
        import_until_killed(database, feed, ends[1]);
    }
    ::close(ends[1]);
    std::optional<std::uint64_t> first;
    std::uint64_t rows = 0;
    while (::read(ends[0], &rows, sizeof rows) == sizeof rows) {
        if (rows == 0) continue;
        if (!first) first = rows;
        if (rows >= *first + on) break;
    }
    EXPECT_EQ(kill(child, SIGKILL), 0);
    ::close(ends[0]);
    ASSERT_EQ(waitpid(child, nullptr, 0), child);
}

TEST(RiverImport, AKillLosesNothingAndRepeatsNothing) {
    const test::TemporaryFolder folder;
    constexpr int kRows = 80'000;
    std::filesystem::create_directory(folder.file("in"));
    for (int file = 0; file < 4; ++file) {
        std::string text = "time,id,level\n";
        for (int i = 0; i < kRows / 4; ++i) {
            text += to_iso(Time{0} + minutes(i)) + "," + std::to_string(file) + ",1.5\nnever,x,1\n";
        }
        test::write_text(folder.file("in/" + std::to_string(file) + ".csv"), text);
    }
    const FeedConfig feed = test::level_feed("folder", folder.file("in"), "replay");
    for (int round = 0; round < 6; ++round) {
        ASSERT_NO_FATAL_FAILURE(
            import_and_kill(folder.file("db"), feed, static_cast<std::uint64_t>(round) * 1'000));
    }
    Machine house{*open_rocksdb_store({.folder = folder.file("db")})};
    const auto before = house.store->record(0, kFeedRecord, "levels");
    ASSERT_TRUE(before && *before) << "no batch was committed before the kills";
    EXPECT_LT(read_feed_totals(**before)->counts.rows, std::uint64_t{2 * kRows});
    auto runner = house.runner(feed);
    const FeedSnapshot end = run_to_end(*runner);
    EXPECT_EQ(end.state, FeedState::Finished) << end.detail.en;
    EXPECT_EQ(end.totals.counts.readings, std::uint64_t{kRows});
    EXPECT_EQ(end.totals.counts.refused, std::uint64_t{kRows});
    EXPECT_EQ(end.totals.counts.repeated + end.totals.counts.late, 0U);
    std::size_t states = 0;
    for (int file = 0; file < 4; ++file) {
        const auto history = house.store->history(service_caller("", "test"),
                                                  "urn:x:" + std::to_string(file), {test::kLevel});
        ASSERT_TRUE(history);
        for (const Series& series : *history) states += series.points.size();
    }
    EXPECT_EQ(states, std::size_t{kRows});
}

}  // namespace
}  // namespace musubi
