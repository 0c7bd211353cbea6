#include "sense/feed_runner.h"

#include <gtest/gtest.h>

#include "broker/present.h"
#include "feed_house.h"

namespace musubi {
namespace {

using test::comes_to_rest;
using test::eventually;
using test::House;
using test::kLevel;
using test::level_feed;
using test::reaches;
using test::TemporaryFolder;
using test::write_text;

const std::string kLevelHeader = "time,id,level\n";

double level_of(House& house, const std::string& id) {
    const EntityPtr entity = house.find(id);
    const Attribute* level = entity ? entity->find(kLevel) : nullptr;
    return level != nullptr ? level->value.number() : -1;
}

std::vector<std::string> runner_types() {
    return {"https://uri.etsi.org/ngsi-ld/default-context/T"};
}

void append(const std::string& path, const std::string& text) {
    std::ofstream{path, std::ios::binary | std::ios::app} << text;
}

TEST(FeedRunner, AReplayReadsFilesInOrderAndSetsThePresent) {
    const TemporaryFolder folder;
    write_text(folder.file("2.csv"),
               kLevelHeader + "2021-08-14T09:00,a,3\n2021-08-14T08:30,a,2.5\n");
    write_text(folder.file("1.csv"),
               kLevelHeader + "2021-08-14T08:00,a,1\n2021-08-14T08:00,b,1\nx,a,1");
    House house;
    auto runner = house.runner(level_feed("folder", folder.path(), "replay"));
    runner->start();
    ASSERT_TRUE(reaches(*runner, FeedState::Finished)) << runner->snapshot().detail.en;
    EXPECT_EQ(level_of(house, "urn:x:a"), 3);
    const FeedSnapshot end = runner->snapshot();
    EXPECT_EQ(end.totals.counts.rows, 5U);
    EXPECT_EQ(end.totals.counts.readings, 4U);
    EXPECT_EQ(end.totals.counts.joined, 3U);
    EXPECT_EQ(end.totals.counts.late, 1U);
    EXPECT_EQ(end.totals.counts.refused, 1U);
    EXPECT_EQ(end.progress, 1);
    const auto present = read_present(*house.store, 0, house.clock);
    ASSERT_TRUE(present);
    EXPECT_TRUE(present->replay);
    EXPECT_EQ(to_iso(present->at), "2021-08-14T09:00:00Z");
    const auto quarantine = read_quarantine(*house.store, 0, "levels", 10);
    ASSERT_TRUE(quarantine);
    ASSERT_EQ(quarantine->rows.size(), 1U);
    EXPECT_EQ(quarantine->rows[0].file, "1.csv");
    EXPECT_EQ(quarantine->rows[0].line, 4U);
    EXPECT_EQ(quarantine->rows[0].row, "x,a,1");
    EXPECT_EQ(quarantine->rows[0].reason, RefusalReason::BadTime);
}

// It is refused, and no part of it is kept with a row that is refused for something else.
TEST(FeedRunner, AnIndividualNumberIsNotTakenIn) {
    const TemporaryFolder folder;
    write_text(folder.file("1.csv"),
               "time,id,note\n2021-08-14T08:00,a,123456789018\n2021-08-14T08:00,b,well\n"
               "never,c,123456789018\n");
    auto feed = parse_feed(
        "[feed]\nname = \"notes\"\nmode = \"replay\"\n[[source]]\nname = \"s\"\n"
        "kind = \"folder\"\npath = \"" +
            folder.path() +
            "\"\n[source.entity]\nid = \"urn:x:{id}\"\ntype = \"T\"\n"
            "[source.time]\ncolumn = \"time\"\nzone = \"UTC\"\n"
            "[[source.attribute]]\nname = \"note\"\ncolumn = \"note\"\nas = \"text\"\n",
        "test.toml");
    ASSERT_TRUE(feed) << to_text(feed.error());
    for (const bool excepted : {false, true}) {
        House house;
        auto runner = *FeedRunner::create(
            *feed, test::pack_contexts(),
            {.store = *house.store,
             .http = nullptr,
             .clock = house.clock,
             .random = house.random,
             .log = house.log,
             .metrics = house.metrics,
             .takes_twelve_digits = [&](const std::string&, const std::vector<std::string>& types) {
                 EXPECT_EQ(types, runner_types());
                 return excepted;
             }});
        runner->start();
        ASSERT_TRUE(reaches(*runner, FeedState::Finished)) << runner->snapshot().detail.en;
        EXPECT_NE(house.find("urn:x:b"), nullptr);
        EXPECT_EQ(house.find("urn:x:a") != nullptr, excepted);
        const auto quarantine = read_quarantine(*house.store, 0, "notes", 10);
        ASSERT_TRUE(quarantine);
        ASSERT_EQ(quarantine->rows.size(), excepted ? 1U : 2U);
        for (const QuarantinedRow& row : quarantine->rows) {
            EXPECT_EQ(row.row.find("123456789018"), std::string::npos) << row.row;
        }
        EXPECT_EQ(quarantine->rows.back().reason,
                  excepted ? RefusalReason::BadTime : RefusalReason::MyNumber);
    }
}

TEST(FeedRunner, AFileThatGrowsIsReadOnFromWhereItWas) {
    const TemporaryFolder folder;
    const std::string path = folder.file("live.csv");
    write_text(path, kLevelHeader + "2026-11-22T02:00,a,1\n2026-11-22T02:10,a,2");
    House house;
    // The file's own time is of today: it counts as just written.
    house.clock.jump_to(Time{std::chrono::duration_cast<std::chrono::microseconds>(
                                 std::chrono::system_clock::now().time_since_epoch())
                                 .count()});
    auto runner = house.runner(level_feed("file", path));
    runner->start();
    ASSERT_TRUE(reaches(*runner, FeedState::Waiting));
    EXPECT_EQ(level_of(house, "urn:x:a"), 1) << "the last line may still be being written";
    append(path, "5\n2026-11-22T02:20,a,3\n");
    house.clock.advance(seconds(11));
    ASSERT_TRUE(comes_to_rest(*runner, [&] { return level_of(house, "urn:x:a") == 3; }));
    EXPECT_EQ(runner->snapshot().totals.counts.rows, 3U) << "no row was read twice";
    EXPECT_EQ(house.states("urn:x:a", kLevel), 3U);
    append(path, "2026-11-22T02:30,a,4");
    house.clock.advance(minutes(2));
    EXPECT_TRUE(eventually([&] { return level_of(house, "urn:x:a") == 4; })) << "it has settled";
    const auto present = read_present(*house.store, 0, house.clock);
    EXPECT_FALSE(present->replay);
}

TEST(FeedRunner, AFileThatWasReplacedIsReadAnewAndRepeatsNothing) {
    const TemporaryFolder folder;
    const std::string path = folder.file("live.csv");
    write_text(path, kLevelHeader + "2026-11-22T02:00,a,1\n2026-11-22T02:10,a,2\n");
    House house;
    auto runner = house.runner(level_feed("file", path));
    runner->start();
    ASSERT_TRUE(comes_to_rest(*runner, [&] { return level_of(house, "urn:x:a") == 2; }));
    write_text(folder.file("new"),
               kLevelHeader + "2026-11-22T02:10,a,2\n2026-11-22T02:20,a,3\n2026-11-22T02:05,a,9\n");
    std::filesystem::rename(folder.file("new"), path);
    house.clock.advance(seconds(11));
    ASSERT_TRUE(comes_to_rest(*runner, [&] { return runner->snapshot().totals.counts.rows == 5; }));
    EXPECT_EQ(level_of(house, "urn:x:a"), 3);
    EXPECT_EQ(house.states("urn:x:a", kLevel), 4U);
    EXPECT_EQ(runner->snapshot().totals.counts.repeated, 1U);
}

// The same file, longer, with the same beginning: but a row in the middle was corrected.
TEST(FeedRunner, AFileThatWasWrittenOverIsReadAnew) {
    const TemporaryFolder folder;
    const std::string path = folder.file("live.csv");
    std::string begin = kLevelHeader;
    for (int i = 0; i < 300; ++i) begin += to_iso(Time{0} + minutes(i)) + ",a,1\n";
    write_text(path, begin + "2026-11-22T02:10,a,2\n");
    House house;
    auto runner = house.runner(level_feed("file", path));
    runner->start();
    ASSERT_TRUE(comes_to_rest(*runner, [&] { return level_of(house, "urn:x:a") == 2; }));
    write_text(path, begin + "2026-11-22T02:10,a,7\n2026-11-22T02:20,a,3\n");
    house.clock.advance(seconds(11));
    ASSERT_TRUE(comes_to_rest(*runner, [&] { return level_of(house, "urn:x:a") == 3; }));
    EXPECT_EQ(house.states("urn:x:a", kLevel), 303U) << "the correction is a state of its own";
    EXPECT_EQ(runner->snapshot().totals.counts.repeated, 300U);
}

TEST(FeedRunner, GoesOnWhereItWasAfterAStop) {
    const TemporaryFolder folder;
    std::string text = kLevelHeader;
    for (int i = 0; i < 5000; ++i) {
        text += to_iso(Time{0} + minutes(i)) + ",a," + std::to_string(i) + "\n";
    }
    write_text(folder.file("1.csv"), text);
    House house;
    {
        auto first = house.runner(level_feed("folder", folder.path(), "replay"));
        first->start();
        eventually([&] { return first->snapshot().totals.counts.rows > 0; });
        first->stop();
        EXPECT_EQ(first->snapshot().state, FeedState::Stopped);
    }
    auto second = house.runner(level_feed("folder", folder.path(), "replay"));
    second->start();
    ASSERT_TRUE(reaches(*second, FeedState::Finished));
    EXPECT_EQ(second->snapshot().totals.counts.rows, 5000U);
    EXPECT_EQ(second->snapshot().totals.counts.repeated, 0U);
    EXPECT_EQ(house.states("urn:x:a", kLevel), 5000U);
}

TEST(FeedRunner, ASourceThatChangesShapeFailsInWordsAndTheNextGoodFileGoesOn) {
    const TemporaryFolder folder;
    write_text(folder.file("1.csv"), kLevelHeader + "2026-11-22T02:00,a,1\n");
    write_text(folder.file("2.csv"), "time,id,flow\n2026-11-22T02:10,a,2\n2026-11-22T02:11,a,2\n");
    House house;
    auto runner = house.runner(level_feed("folder", folder.path()));
    runner->start();
    ASSERT_TRUE(reaches(*runner, FeedState::Failing));
    EXPECT_EQ(runner->snapshot().detail.en, "the header of 2.csv lacks columns: level");
    EXPECT_EQ(runner->snapshot().detail.ja, "2.csv の見出しに列がありません: level");
    EXPECT_EQ(runner->snapshot().totals.counts.left_out, 2U);
    EXPECT_EQ(read_quarantine(*house.store, 0, "levels", 9)->total, 1U);
    write_text(folder.file("3.csv"), kLevelHeader + "2026-11-22T02:20,a,3\n");
    house.clock.advance(seconds(11));
    EXPECT_TRUE(reaches(*runner, FeedState::Waiting));
    EXPECT_EQ(level_of(house, "urn:x:a"), 3);
}

TEST(FeedRunner, WaitsForAFileThatIsNotThere) {
    const TemporaryFolder folder;
    House house;
    auto runner = house.runner(level_feed("file", folder.file("later.csv")));
    runner->start();
    ASSERT_TRUE(reaches(*runner, FeedState::Failing));
    write_text(folder.file("later.csv"), kLevelHeader + "2026-11-22T02:00,a,1\n");
    house.clock.advance(seconds(11));
    EXPECT_TRUE(reaches(*runner, FeedState::Waiting));
    EXPECT_EQ(level_of(house, "urn:x:a"), 1);
}

TEST(FeedRunner, SaysThatItsTenantIsMissingAndGoesOnWhenItIsThere) {
    const TemporaryFolder folder;
    write_text(folder.file("1.csv"), kLevelHeader + "2026-11-22T02:00,a,1\n");
    House house;
    FeedConfig feed = level_feed("folder", folder.path());
    feed.tenant = "town";
    auto runner = house.runner(feed);
    runner->start();
    ASSERT_TRUE(reaches(*runner, FeedState::Failing));
    ASSERT_TRUE(house.store->create_tenant(service_caller("", "test"), "town"));
    house.clock.advance(minutes(2));
    EXPECT_TRUE(eventually([&] {
        house.clock.advance(seconds(1));
        return runner->snapshot().totals.counts.readings == 1;
    }));
}

TEST(FeedRunner, OfTwoOfOneFeedNoneRepeatsTheOther) {
    const TemporaryFolder folder;
    std::string text = kLevelHeader;
    for (int i = 0; i < 20'000; ++i) {
        text += to_iso(Time{0} + minutes(i)) + ",a," + std::to_string(i) + "\n";
    }
    write_text(folder.file("1.csv"), text);
    House house;
    auto one = house.runner(level_feed("folder", folder.path(), "replay"));
    auto two = house.runner(level_feed("folder", folder.path(), "replay"));
    one->start();
    two->start();
    ASSERT_TRUE(eventually([&] {
        house.clock.advance(seconds(1));
        return one->snapshot().state == FeedState::Finished &&
               two->snapshot().state == FeedState::Finished;
    }));
    EXPECT_EQ(house.states("urn:x:a", kLevel), 20'000U);
    const auto totals = read_feed_totals(**house.store->record(0, kFeedRecord, "levels"));
    EXPECT_EQ(totals->counts.rows, 20'000U);
}

TEST(FeedRunner, AReplayAtASpeedShowsReadingsWhenTheirTimeHasCome) {
    const TemporaryFolder folder;
    write_text(folder.file("1.csv"), kLevelHeader +
                                         "2021-08-14T08:00,a,1\n2021-08-14T08:10,a,2\n"
                                         "2021-08-14T08:20,a,3\n2023-08-14T08:20,a,4\n");
    House house;
    FeedConfig feed = level_feed("folder", folder.path(), "replay");
    feed.speed = 600;
    auto runner = house.runner(feed);
    runner->start();
    ASSERT_TRUE(eventually([&] { return level_of(house, "urn:x:a") == 1; }));
    std::this_thread::sleep_for(std::chrono::milliseconds{120});
    EXPECT_EQ(level_of(house, "urn:x:a"), 1);
    house.clock.advance(milliseconds(1100));
    ASSERT_TRUE(eventually([&] { return level_of(house, "urn:x:a") == 2; }));
    house.clock.advance(seconds(1));
    EXPECT_TRUE(reaches(*runner, FeedState::Finished)) << "two years without readings are jumped";
    EXPECT_EQ(level_of(house, "urn:x:a"), 4);
}

TEST(Quarantine, KeepsTheLastTenThousand) {
    const TemporaryFolder folder;
    std::string text = kLevelHeader;
    for (int i = 0; i < 10'050; ++i) text += "never,a," + std::to_string(i) + "\n";
    write_text(folder.file("1.csv"), text + "2026-11-22T02:00,a,1\n");
    House house;
    auto runner = house.runner(level_feed("folder", folder.path(), "replay"));
    runner->start();
    ASSERT_TRUE(reaches(*runner, FeedState::Finished));
    const auto all = read_quarantine(*house.store, 0, "levels", SIZE_MAX);
    ASSERT_TRUE(all);
    EXPECT_EQ(all->total, 10'050U);
    EXPECT_EQ(all->dropped, 50U);
    ASSERT_EQ(all->rows.size(), 10'000U);
    EXPECT_EQ(all->rows.front().row, "never,a,10049");
    EXPECT_EQ(all->rows.back().row, "never,a,50");
    EXPECT_EQ(house.store->records(0, kQuarantineRecord)->size(), 10'000U);
    EXPECT_EQ(read_quarantine(*house.store, 0, "levels", 3)->rows.size(), 3U);
    EXPECT_EQ(read_quarantine(*house.store, 0, "level", 3)->total, 0U);
}

TEST(FeedRunner, JsonIsReadWhole) {
    const TemporaryFolder folder;
    FeedConfig feed = level_feed("file", folder.file("now.json"));
    feed.sources[0].format = SourceFormat::Json;
    feed.sources[0].rows = "/rows";
    write_text(folder.file("now.json"),
               R"({"rows":[{"time":"2026-11-22T02:00Z","id":"a","level":1.5},
                           {"time":"2026-11-22T02:00Z","id":"b","level":"x"}]})");
    House house;
    auto runner = house.runner(feed);
    runner->start();
    ASSERT_TRUE(reaches(*runner, FeedState::Waiting));
    EXPECT_EQ(level_of(house, "urn:x:a"), 1.5);
    EXPECT_EQ(runner->snapshot().totals.counts.refused, 1U);
    write_text(folder.file("now.json"), R"({"rows":[{"time":"2026-11-22T02:10Z","id":"a",)");
    house.clock.advance(seconds(11));
    ASSERT_TRUE(reaches(*runner, FeedState::Failing));
    write_text(folder.file("now.json"),
               R"({"rows":[{"time":"2026-11-22T02:10Z","id":"a","level":2}]})");
    house.clock.advance(seconds(11));
    ASSERT_TRUE(reaches(*runner, FeedState::Waiting));
    EXPECT_EQ(level_of(house, "urn:x:a"), 2);
}

}  // namespace
}  // namespace musubi
