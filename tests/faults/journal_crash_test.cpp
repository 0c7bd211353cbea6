#include <sys/resource.h>

#include <csignal>
#include <thread>

#include "base/random.h"
#include "faults/child_process.h"
#include "support/journal_fixture.h"
#include "trust/journal/journal_folder.h"

// A child writes entries and says on a pipe which were acknowledged; it is killed at a random
// moment. Then each of them is there, and nothing else is wrong.
namespace musubi::testing {
namespace {

constexpr int kEntryWriters = 4;
constexpr int kRoundsAJournal = 25;  // then a new one: its first entries are tried too

std::unique_ptr<Journal> open_journal(const std::string& data, Random& random, Log& log,
                                      Metrics& metrics) {
    static const SystemClock kClock;
    auto home = open_journal_home(data);
    EXPECT_TRUE(home) << to_text(home.error());
    auto opened = Journal::open({.files = std::move(home->files),
                                 .key = std::move(home->key),
                                 .clock = kClock,
                                 .random = random,
                                 .log = log,
                                 .metrics = metrics},
                                {.segment_bytes = 40'000, .checkpoint_every = 50});
    EXPECT_TRUE(opened) << to_text(opened.error());
    return opened ? std::move(opened).value() : nullptr;
}

JournalEntry numbered_entry(int number) {
    Json details;
    details.set("entity", "urn:person:" + std::to_string(number));
    return {.kind = journal_kind::kAccess,
            .tenant = {},
            .subject = "person:1",
            .details = std::move(details)};
}

// Writers, and one that redacts what was written before, so that kills fall into that as well.
void write_entries_until_killed(const std::string& data, int pipe) {
    SystemRandom random;
    Log log{LogLevel::Off};
    Metrics metrics;
    const auto journal = open_journal(data, random, log, metrics);
    if (journal == nullptr) return;
    std::vector<std::jthread> threads;
    threads.emplace_back([&] {
        for (std::uint64_t number = 3;; number += 7) {
            if (!journal->redact(number, "person:2", "a test")) {
                std::this_thread::sleep_for(std::chrono::milliseconds(2));
            }
        }
    });
    for (int w = 0; w < kEntryWriters; ++w) {
        threads.emplace_back([&] {
            for (int i = 0;; ++i) {
                const auto number = journal->write(numbered_entry(i));
                if (!number) _exit(4);
                tell(pipe, *number);
            }
        });
    }
}

// One child, killed after a random number of acknowledgements; `last`: the highest that was told.
void one_kill(const std::string& data, SeededRandom& random, std::uint64_t& last) {
    ChildProcess child{[&](int pipe) { write_entries_until_killed(data, pipe); }};
    const int count = 1 + static_cast<int>(random.next() % 300);
    std::uint64_t number = 0;
    for (int i = 0; child.read(number); ++i) {
        last = std::max(last, number);
        if (i == count) child.kill();
    }
    ASSERT_TRUE(child.was_killed()) << "the writer ended by itself";
    const auto report = verify_journal({journal_folder(data)}, {.unfinished = true});
    ASSERT_TRUE(report) << to_text(report.error());
    EXPECT_EQ(first_fault(*report), "clean");
    EXPECT_EQ(report->first, 1U);
    EXPECT_GE(report->last, last) << "an acknowledged entry is gone";
}

TEST(JournalCrash, NothingAcknowledgedIsLost) {
    SeededRandom random{4'811};
    const int rounds = fault_rounds();
    for (int first = 0; first < rounds; first += kRoundsAJournal) {
        const TempFolder folder;
        std::uint64_t last = 0;
        for (int round = first; round < std::min(rounds, first + kRoundsAJournal); ++round) {
            ASSERT_NO_FATAL_FAILURE(one_kill(folder.path("town"), random, last))
                << "in round " << round;
        }
        EXPECT_GT(last, 0U);
    }
}

// A file that may not grow stands for a full disk: the write that meets the end is short.
TEST(JournalDisk, AFullDiskIsToldAndLeavesNothingTorn) {
    const TempFolder folder;
    EXPECT_TRUE(in_child([&] {
        std::signal(SIGXFSZ, SIG_IGN);
        const rlimit limit{.rlim_cur = 10'000, .rlim_max = RLIM_INFINITY};
        ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
        SystemRandom random;
        Log log{LogLevel::Off};
        Metrics metrics;
        const auto journal = open_journal(folder.path("town"), random, log, metrics);
        ASSERT_NE(journal, nullptr);
        int written = 0;
        while (written < 1'000 && journal->write(numbered_entry(written))) ++written;
        EXPECT_GT(written, 5);
        ASSERT_LT(written, 1'000) << "nothing failed: the test shows nothing";
        const std::uint64_t last = journal->last();
        EXPECT_EQ(journal->write(numbered_entry(0)).error().code, ErrorCode::Io);
        EXPECT_EQ(journal->last(), last);
        // There is room again: it goes on.
        const rlimit none{.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};
        ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &none), 0);
        EXPECT_EQ(*journal->write(numbered_entry(0)), last + 1);
        ASSERT_TRUE(journal->stop());
    }));
    const auto report = verify_journal({journal_folder(folder.path("town"))}, {});
    ASSERT_TRUE(report) << to_text(report.error());
    EXPECT_EQ(first_fault(*report), "clean");
}

}  // namespace
}  // namespace musubi::testing
