#include "trust/journal/journal.h"

#include <filesystem>
#include <thread>

#include "support/journal_fixture.h"

namespace musubi::testing {
namespace {

std::vector<std::uint64_t> numbers(const JournalPage& page) {
    std::vector<std::uint64_t> out;
    for (const JournalRecord& record : page.entries) out.push_back(record.number);
    return out;
}

TEST(Journal, BindsEachEntryToTheOneBefore) {
    JournalHouse house;
    Journal& journal = house.open();
    EXPECT_EQ(*journal.write(key_made("a")), 3U);  // behind "start" and its checkpoint
    EXPECT_EQ(*journal.write(key_made("b", "aoi")), 4U);
    ASSERT_TRUE(journal.stop());
    const JournalReport report = house.verify({});
    EXPECT_EQ(first_fault(report), "clean");
    EXPECT_EQ(report.entries, 6U);
    EXPECT_EQ(report.checkpoints, 2U);
    EXPECT_EQ(report.signed_through, 6U);
    EXPECT_EQ(report.keys, std::vector{house.key.public_key().text()});
    EXPECT_FALSE(journal.write(key_made("c"))) << "it had stopped";
}

TEST(Journal, GoesOnWhereItWas) {
    JournalHouse house;
    EXPECT_TRUE(house.open().write(key_made("a")));
    Journal& again = house.open();
    EXPECT_EQ(again.last(), 5U);
    EXPECT_EQ((*again.find(3))->details->find("key")->string(), "a");
    EXPECT_EQ(first_fault(house.verify()), "clean");
}

TEST(Journal, NumbersStayInOrderFromManyThreads) {
    JournalHouse house;
    Journal& journal = house.open();
    std::vector<std::jthread> writers;
    for (int w = 0; w < 4; ++w) {
        writers.emplace_back([&] {
            for (int i = 0; i < 600; ++i) EXPECT_TRUE(journal.write(key_made("x")));
        });
    }
    writers.clear();
    EXPECT_GE(journal.last(), 2'404U);
    ASSERT_TRUE(journal.stop());
    const JournalReport report = house.verify({});
    EXPECT_EQ(first_fault(report), "clean");
    EXPECT_GE(report.checkpoints, 4U) << "one each thousand entries";
}

TEST(Journal, ATornEndIsCutAndThatIsAnEntry) {
    JournalHouse house;
    EXPECT_TRUE(house.open().write(key_made("a")));
    house.journal.reset();
    const std::string file = house.path() + "/00000001.jsonl";
    const std::string whole = file_text(file);
    const std::string first_byte_missing = '\0' + whole.substr(1, 100) + '\n';
    for (const std::string& torn : {whole.substr(0, 200), first_byte_missing}) {
        put_file(file, whole + torn);
        EXPECT_NE(first_fault(house.verify()), "clean");
        Journal& journal = house.open();
        const auto cut = *journal.find(4);
        ASSERT_TRUE(cut);
        EXPECT_EQ(cut->kind, "cut");
        EXPECT_EQ(cut->details->find("bytes")->integer(), static_cast<std::int64_t>(torn.size()));
        EXPECT_EQ(first_fault(house.verify()), "clean");
        house.journal.reset();
    }
}

TEST(Journal, ADamagedEndIsNotCutAway) {
    JournalHouse house;
    house.open();
    house.journal.reset();
    const std::string file = house.path() + "/00000001.jsonl";
    const std::string damaged = file_text(file) + std::string(2U << 20U, 'x');
    put_file(file, damaged);
    const auto opened = Journal::open({.files = *folder_journal_files(house.path()),
                                       .key = SigningKey::generate(),
                                       .clock = house.clock,
                                       .random = house.random,
                                       .log = house.log,
                                       .metrics = house.metrics});
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::Corrupt);
    EXPECT_EQ(file_text(file), damaged);
}

TEST(Journal, SignsWhatStandsAloneAfterAnHour) {
    JournalHouse house{{.checkpoint_after = hours(1)}};
    Journal& journal = house.open();
    const std::uint64_t before = journal.last();
    house.clock.advance(hours(2));
    EXPECT_TRUE(journal.write(key_made("a")));
    // It looks every ten seconds at the latest.
    for (int i = 0; i < 2'000 && journal.last() < before + 2; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    const auto record = *journal.find(before + 2);
    ASSERT_TRUE(record);
    EXPECT_EQ(record->kind, "checkpoint");
    EXPECT_EQ(record->details->find("why")->string(), "time");
}

TEST(Journal, IsReadFromEitherEndAndNarrowed) {
    JournalHouse house{{.segment_bytes = 2'000}};
    Journal& journal = house.open();
    std::vector<std::uint64_t> of_aoi;
    for (int i = 0; i < 20; ++i) {
        house.clock.advance(minutes(1));
        const bool aoi = i % 3 == 0;
        const std::uint64_t number = *journal.write(key_made("k", aoi ? "aoi" : ""));
        if (aoi) of_aoi.push_back(number);
    }
    EXPECT_GT(std::distance(std::filesystem::directory_iterator(house.path()), {}), 3);
    JournalQuery query{.after = 0, .limit = 1000, .tenant = "aoi"};
    EXPECT_EQ(numbers(*journal.read(query)), of_aoi);
    query.after.reset();
    EXPECT_EQ(numbers(*journal.read(query)), std::vector(of_aoi.rbegin(), of_aoi.rend()));
    query.limit = 2;
    std::vector<std::uint64_t> paged;
    for (bool more = true; more;) {
        const JournalPage page = *journal.read(query);
        for (const std::uint64_t number : numbers(page)) paged.push_back(number);
        query.before = page.next;
        more = page.next.has_value();
    }
    EXPECT_EQ(paged, std::vector(of_aoi.rbegin(), of_aoi.rend()));
    EXPECT_EQ(journal.read({.after = 0, .kind = "start"})->entries.size(), 1U);
    EXPECT_TRUE(journal.read({.after = 0, .subject = "key:nobody"})->entries.empty());
    const Time third = (*journal.find(of_aoi[2]))->at;
    EXPECT_EQ(journal.read({.after = 0, .tenant = "aoi", .from = third})->entries.size(), 5U);
    EXPECT_EQ(journal.read({.after = 0, .tenant = "aoi", .to = third})->entries.size(), 2U);
    EXPECT_FALSE(*journal.find(0));
    EXPECT_FALSE(*journal.find(10'000));
}

TEST(Journal, ASegmentThatIsDoneWithStandsBehindWhatIsKnown) {
    JournalHouse house{{.segment_bytes = 2'000}};
    Journal& journal = house.open();
    for (int i = 0; i < 10; ++i) EXPECT_TRUE(journal.write(key_made("k")));
    const std::string second = house.path() + "/00000002.jsonl";
    const auto alone = verify_journal({second}, {});
    ASSERT_TRUE(alone);
    EXPECT_NE(first_fault(*alone).find("no retention says"), std::string::npos);
    // Behind the entry that it goes on from.
    const auto before = *journal.find(alone->first - 1);
    ASSERT_TRUE(before);
    const auto report =
        verify_journal({second}, {.expected = std::pair{before->number, before->hash}});
    ASSERT_TRUE(report);
    EXPECT_EQ(first_fault(*report), "clean");
    ASSERT_EQ(report->notes.size(), 1U);
    EXPECT_NE(report->notes.front().en.find("what was before is not here"), std::string::npos);
}

TEST(Journal, LinesComeAsTheyStand) {
    JournalHouse house{{.segment_bytes = 2'000}};
    Journal& journal = house.open();
    for (int i = 0; i < 10; ++i) EXPECT_TRUE(journal.write(key_made("k")));
    std::string joined;
    std::uint64_t after = 0;
    const std::uint64_t last = journal.last();
    while (after < last) {
        const JournalLines lines = *journal.lines(after, last, 1'500);
        ASSERT_GT(lines.last, after);
        after = lines.last;
        joined += lines.text;
    }
    put_file(house.folder.path("joined"), joined);
    EXPECT_EQ(first_fault(*verify_journal({house.folder.path("joined")}, {.unfinished = true})),
              "clean");
    EXPECT_EQ(after, last);
}

TEST(Journal, InMemoryItStaysSmall) {
    JournalHouse house{{.segment_bytes = 2'000, .max_bytes = 10'000}};
    Journal& journal = house.open(memory_journal_files());
    for (int i = 0; i < 200; ++i) EXPECT_TRUE(journal.write(key_made("k")));
    EXPECT_FALSE(*journal.find(1));
    const JournalPage page = *journal.read({.limit = 1000});
    EXPECT_LT(page.entries.size(), 40U);
    EXPECT_GT(page.entries.size(), 5U);
}

TEST(Journal, FindsTheAccessesToDataAboutAPerson) {
    JournalHouse house;
    Journal& journal = house.open();
    const auto access = [](const std::string& who, std::string_view persons) {
        JournalEntry entry{
            .kind = journal_kind::kAccess, .tenant = {}, .subject = who, .details = {}};
        entry.details.set("persons", parse_json(persons).value());
        return entry;
    };
    const auto first = *journal.write(access("person:b", R"({"a": [0], "c": [1]})"));
    EXPECT_TRUE(journal.write(access("person:b", R"({"c": [0]})")));
    EXPECT_TRUE(journal.write(access("person:a", R"({"c": [0], "ab": ["a"]})")));
    EXPECT_TRUE(journal.write(key_made("a")));
    const auto own = *journal.write(access("person:a", R"({"a": [0]})"));
    JournalQuery query;
    query.person = "a";
    EXPECT_EQ(numbers(*journal.read(query)), (std::vector{own, first}));
    query.not_subject = "person:a";
    EXPECT_EQ(numbers(*journal.read(query)), std::vector{first});
    query.limit = 1;
    query.not_subject = "";
    const JournalPage page = *journal.read(query);
    EXPECT_EQ(numbers(page), std::vector{own});
    query.before = page.next;
    EXPECT_EQ(numbers(*journal.read(query)), std::vector{first});
    query.before = first;
    EXPECT_TRUE(journal.read(query)->entries.empty());
    ASSERT_TRUE(journal.redact(first, "person:p", "a mistake"));
    query.before.reset();
    query.limit = 10;
    EXPECT_EQ(numbers(*journal.read(query)), std::vector{own}) << "what was taken away is gone";
}

}  // namespace
}  // namespace musubi::testing
