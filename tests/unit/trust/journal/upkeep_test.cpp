#include <filesystem>

#include "support/journal_fixture.h"
#include "trust/journal/journal_folder.h"

namespace musubi::testing {
namespace {

JournalEntry access_of(const std::string& name) {
    Json details;
    details.set("entity", name);
    return {.kind = journal_kind::kAccess,
            .tenant = {},
            .subject = "person:1",
            .details = std::move(details)};
}

TEST(JournalRedaction, TakesTheDetailsAndLeavesTheChain) {
    JournalHouse house{{.segment_bytes = 3'000}};
    Journal& journal = house.open();
    std::vector<std::uint64_t> written;
    for (int i = 0; i < 12; ++i) {
        written.push_back(*journal.write(access_of("urn:person:" + std::to_string(i))));
    }
    for (const std::size_t which : {std::size_t{1}, written.size() - 1}) {  // done with, and open
        const auto entry = journal.redact(written[which], "person:officer", "a wrong address");
        ASSERT_TRUE(entry) << to_text(entry.error());
        const auto record = *journal.find(*entry);
        EXPECT_EQ(record->kind, "redaction");
        EXPECT_EQ(record->subject, "person:officer");
        EXPECT_EQ(record->details->find("why")->string(), "a wrong address");
        EXPECT_FALSE((*journal.find(written[which]))->details);
    }
    EXPECT_TRUE(journal.write(access_of("urn:person:later")));
    ASSERT_TRUE(journal.stop());
    const JournalReport report = house.verify({});
    EXPECT_EQ(first_fault(report), "clean");
    EXPECT_EQ(report.redacted, 2U);
    for (const auto& file : std::filesystem::directory_iterator(house.path())) {
        const std::string text = file_text(file.path());
        EXPECT_EQ(text.find("urn:person:1\""), std::string::npos) << file.path();
        EXPECT_EQ(text.find("urn:person:11\""), std::string::npos) << file.path();
    }
}

TEST(JournalRedaction, NobodyRedactsWhatIsOfThemselves) {
    JournalHouse house;
    Journal& journal = house.open();
    const std::uint64_t done = *journal.write(access_of("x"));  // by person:1
    JournalEntry about = key_made("k");
    about.kind = journal_kind::kPersonChanged;
    about.details.set("person", "2");
    const std::uint64_t changed = *journal.write(about);
    EXPECT_EQ(journal.redact(done, "person:1", "w").error().code, ErrorCode::Forbidden);
    EXPECT_EQ(journal.redact(changed, "person:2", "w").error().code, ErrorCode::Forbidden);
    EXPECT_TRUE((*journal.find(done))->details);
    EXPECT_TRUE(journal.redact(done, "person:2", "w"));
    EXPECT_TRUE(journal.redact(changed, "person:1", "w"));
}

TEST(JournalRedaction, RefusesWhatItMustNotTake) {
    JournalHouse house;
    Journal& journal = house.open();
    const std::uint64_t number = *journal.write(access_of("x"));
    EXPECT_EQ(journal.redact(number, "a", "").error().code, ErrorCode::BadRequest);
    EXPECT_EQ(journal.redact(99, "a", "b").error().code, ErrorCode::NotFound);
    EXPECT_EQ(journal.redact(1, "a", "b").error().code, ErrorCode::Conflict);
    EXPECT_EQ(journal.redact(2, "a", "b").error().code, ErrorCode::Conflict);
    EXPECT_EQ(journal.redact(number, "a", " \u3000").error().code, ErrorCode::BadRequest);
    EXPECT_TRUE(journal.redact(number, "a", "b"));
    EXPECT_EQ(journal.redact(number, "a", "b").error().code, ErrorCode::AlreadyExists);
}

TEST(JournalRedaction, WithoutOneMissingDetailsAreAFault) {
    JournalHouse house;
    Journal& journal = house.open();
    const std::uint64_t number = *journal.write(access_of("x"));
    ASSERT_TRUE(journal.stop());
    JournalRecord record = **journal.find(number);
    house.journal.reset();
    const std::string with = to_line(record);
    record.details.reset();
    record.salt.clear();
    const std::string file = house.path() + "/00000001.jsonl";
    std::string text = file_text(file);
    text.replace(text.find(with), with.size(), to_line(record));
    put_file(file, text);
    EXPECT_EQ(first_fault(house.verify({})), "3: it has no details, and no redaction names it");
}

TEST(JournalRedaction, IsFinishedAtTheNextStart) {
    JournalHouse house;
    Journal& journal = house.open();
    const std::uint64_t number = *journal.write(access_of("urn:secret"));
    // As where the process ended between the entry and the rewriting.
    Json details;
    details.set("number", static_cast<std::int64_t>(number));
    details.set("why", "x");
    ASSERT_TRUE(journal.write(
        {.kind = "redaction", .tenant = {}, .subject = "a", .details = std::move(details)}));
    Journal& again = house.open();
    EXPECT_FALSE((*again.find(number))->details);
    EXPECT_EQ(first_fault(house.verify()), "clean");
}

TEST(JournalRetention, WholeSegmentsGoAndTheRestHolds) {
    JournalHouse house{{.segment_bytes = 2'000}};
    Journal& journal = house.open();
    for (int day = 0; day < 20; ++day) {
        house.clock.advance(days(1));
        EXPECT_TRUE(journal.write(access_of("x")));
    }
    EXPECT_EQ(*journal.apply_retention(days(100)), 0U);
    const std::uint64_t through = *journal.apply_retention(days(7));
    EXPECT_GT(through, 5U);
    EXPECT_FALSE(*journal.find(through));
    const auto first = *journal.find(through + 1);
    ASSERT_TRUE(first);
    EXPECT_LT(first->at, house.clock.now() - days(6)) << "more went than is old";
    ASSERT_TRUE(journal.stop());
    JournalReport report = house.verify({});
    EXPECT_EQ(first_fault(report), "clean");
    EXPECT_EQ(report.first, through + 1);
    ASSERT_EQ(report.notes.size(), 1U);
    EXPECT_NE(report.notes.front().en.find("went with their time"), std::string::npos);

    // Who takes one more segment away is found: no retention says so.
    std::vector<std::string> paths = *segment_paths(house.path());
    std::filesystem::remove(paths.front());
    report = house.verify({});
    EXPECT_NE(first_fault(report).find("no retention says"), std::string::npos);
    // A part that goes on from an entry that is known holds.
    const std::string head =
        read_line(file_text(paths[1]).substr(0, file_text(paths[1]).find('\n')))->previous;
    report = house.verify({.expected = std::pair{report.first - 1, head}});
    EXPECT_EQ(first_fault(report), "clean");
    EXPECT_FALSE(house.verify({.expected = std::pair{report.first - 1, no_hash()}}).clean());
}

TEST(JournalRetention, GoesOnAfterARestart) {
    JournalHouse house{{.segment_bytes = 2'000}};
    for (int day = 0; day < 9; ++day) {
        house.clock.advance(days(1));
        EXPECT_TRUE(house.open().write(access_of("x")));
    }
    EXPECT_GT(*house.journal->apply_retention(days(4)), 0U);
    house.open();
    EXPECT_EQ(first_fault(house.verify()), "clean");
}

TEST(JournalBackup, ComesBackWithItsKey) {
    JournalHouse house;
    Journal& journal = house.open();
    EXPECT_TRUE(journal.write(access_of("x")));
    ASSERT_TRUE(journal.backup(house.folder.path("backup")));
    const std::string data = house.folder.path("restored");
    ASSERT_TRUE(restore_journal(house.folder.path("backup"), data));
    auto home = open_journal_home(data);
    ASSERT_TRUE(home) << to_text(home.error());
    EXPECT_EQ(home->key.public_key(), house.key.public_key());
    EXPECT_EQ(first_fault(*verify_journal({journal_folder(data)}, {.unfinished = true})), "clean");
    // A backup of a former release has none.
    ASSERT_TRUE(restore_journal(house.folder.path("nothing"), house.folder.path("other")));
}

// Checkpoints by time come from another thread, when it gets to run: here each is asked for.
TEST(JournalBackup, FollowsTheJournal) {
    JournalHouse house{{.segment_bytes = 2'000, .checkpoint_after = days(365)}};
    Journal& journal = house.open();
    const std::string copy = house.folder.path("backup");
    std::vector<std::uint64_t> written;
    for (int day = 0; day < 12; ++day) {
        house.clock.advance(days(1));
        written.push_back(*journal.write(access_of("urn:" + std::to_string(day))));
        ASSERT_TRUE(journal.checkpoint("day"));
        ASSERT_TRUE(journal.backup(copy));
    }
    ASSERT_TRUE(journal.redact(written[6], "a", "b"));
    ASSERT_GT(*journal.apply_retention(days(8)), 0U);
    ASSERT_TRUE(journal.checkpoint("backup"));
    ASSERT_TRUE(journal.backup(copy));
    const auto report = verify_journal({copy + "/journal"}, {});
    ASSERT_TRUE(report);
    EXPECT_EQ(first_fault(*report), "clean");
    EXPECT_EQ(report->last, journal.last());
    const std::vector<std::string> paths = *segment_paths(copy + "/journal");
    EXPECT_FALSE(paths.empty());
    for (const std::string& path : paths) {
        EXPECT_EQ(file_text(path).find("urn:6\""), std::string::npos);
    }
}

/// The size of a backup's only old segment before and after an entry of so many bytes is redacted,
/// and whether the entry is in it still.
struct Redacted {
    std::uintmax_t before = 0;
    std::uintmax_t after = 0;
    bool is_there = false;
};
Redacted redacted_in_backup(std::size_t bytes) {
    JournalHouse house{{.checkpoint_after = days(365)}};
    Journal& journal = house.open();
    const std::string copy = house.folder.path("backup");
    const std::uint64_t entry = *journal.write(access_of(std::string(bytes, 'x')));
    EXPECT_TRUE(journal.backup(copy));
    const std::string path = segment_paths(copy + "/journal")->front();
    Redacted out{.before = std::filesystem::file_size(path)};
    EXPECT_TRUE(journal.redact(entry, "a", "b"));
    EXPECT_TRUE(journal.backup(copy));
    out.after = std::filesystem::file_size(path);
    out.is_there = file_text(path).find("xxx") != std::string::npos;
    return out;
}

// The segment grows by the redaction and loses the details: that both are as long says nothing.
TEST(JournalBackup, LosesWhatIsRedactedThoughItsSizeStays) {
    constexpr std::size_t kSome = 100;
    const Redacted one = redacted_in_backup(kSome);
    ASSERT_GT(one.after, one.before);
    const Redacted same = redacted_in_backup(kSome + (one.after - one.before));
    EXPECT_EQ(same.after, same.before);
    EXPECT_FALSE(same.is_there);
}

}  // namespace
}  // namespace musubi::testing
