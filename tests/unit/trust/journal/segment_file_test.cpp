#include "trust/journal/segment_file.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <array>
#include <atomic>
#include <csignal>
#include <filesystem>
#include <thread>

#include "support/journal_fixture.h"

namespace musubi::testing {
namespace {

constexpr std::array kWays{SegmentWriting::Gathered, SegmentWriting::Called};

std::string line_of(std::size_t bytes, char sign) { return std::string(bytes - 1, sign) + '\n'; }

// A segment in a folder of its own.
struct Place {
    TempFolder folder;
    std::string path = folder.path("00000001.jsonl");
    std::unique_ptr<JournalHead> head;

    explicit Place(SegmentWriting way) {
        if (way == SegmentWriting::Gathered) head = JournalHead::make(folder.path());
    }
    [[nodiscard]] std::shared_ptr<SegmentFile> open(std::uint64_t bytes) const {
        return *SegmentFile::open(path, bytes, head.get());
    }
    [[nodiscard]] std::string read() const { return *read_segment(path, 64U << 20U); }
};

TEST(SegmentFile, KeepsWhatIsAppendedAndGivesRoomBack) {
    for (const SegmentWriting way : kWays) {
        const Place place{way};
        ASSERT_EQ(place.head != nullptr, way == SegmentWriting::Gathered);
        std::string expected;
        auto file = place.open(0);
        // Beyond several heads, with lines across the edge of a page.
        for (int i = 0; i < 3'000; ++i) {
            const std::string line = line_of(1 + static_cast<std::size_t>(i) * 7 % 2'000,
                                             static_cast<char>('a' + i % 26));
            ASSERT_TRUE(file->append(line));
            expected += line;
            if (i % 100 == 0) {
                ASSERT_TRUE(place.read() == expected) << i;
            }
            if (i % 301 == 0) {
                ASSERT_TRUE(file->sync());
            }
        }
        const std::string longest = line_of(JournalRecord::kMaxLine, 'z');
        ASSERT_TRUE(file->append(longest));
        expected += longest;
        if (place.head != nullptr) {
            const auto refused = file->append(line_of(JournalHead::kBytes + 1, 'z'));
            ASSERT_FALSE(refused);
            EXPECT_EQ(refused.error().code, ErrorCode::TooLarge);
        }
        EXPECT_TRUE(place.read() == expected);
        EXPECT_EQ(file_text(place.path).size() > expected.size(), place.head != nullptr);
        ASSERT_TRUE(file->sync());
        EXPECT_TRUE(without_room(file_text(place.path)) == expected)
            << "durable is what the file has";
        ASSERT_TRUE(file->finish());
        EXPECT_TRUE(file_text(place.path) == expected);

        // It is gone on with where it was told to be cut.
        file = place.open(3);
        ASSERT_TRUE(file->append("xyz\n"));
        ASSERT_TRUE(file->finish());
        EXPECT_EQ(file_text(place.path), expected.substr(0, 3) + "xyz\n");
    }
}

TEST(SegmentFile, WhatAKillLeftInTheHeadComesToTheFile) {
    const Place place{SegmentWriting::Gathered};
    std::string expected;
    {
        const auto killed = place.open(0);
        for (int i = 0; i < 500; ++i) {
            const std::string line = line_of(700, static_cast<char>('a' + i % 26));
            ASSERT_TRUE(killed->append(line));
            expected += line;
            if (i == 450) {
                ASSERT_TRUE(killed->sync());
            }
        }
    }
    ASSERT_LT(without_room(file_text(place.path)).size(), expected.size());
    ASSERT_TRUE(place.read() == expected);
    const auto again = place.open(expected.size());
    EXPECT_TRUE(file_text(place.path) == expected);
    ASSERT_TRUE(again->append("b\n"));
    EXPECT_TRUE(place.read() == expected + "b\n");
}

// When the power went, the file has all that was synced, and the pages of the head may be anything.
TEST(SegmentFile, AHeadOfAnotherStartOfTheMachineIsPassedOver) {
    const Place place{SegmentWriting::Gathered};
    {
        const auto lost = place.open(0);
        ASSERT_TRUE(lost->append("a\n"));
        ASSERT_TRUE(lost->sync());
        ASSERT_TRUE(lost->append("b\n"));
    }
    EXPECT_EQ(place.read(), "a\nb\n");
    std::string head = file_text(place.folder.path("head"));
    head[16] = head[16] == '0' ? '1' : '0';
    put_file(place.folder.path("head"), head);
    EXPECT_EQ(place.read(), "a\n");
}

// A bound on the size of files, in the place of a full disk.
class SmallFiles {
public:
    explicit SmallFiles(rlim_t bytes) {
        was_ = std::signal(SIGXFSZ, SIG_IGN);
        getrlimit(RLIMIT_FSIZE, &before_);
        const rlimit bound{bytes, before_.rlim_max};
        setrlimit(RLIMIT_FSIZE, &bound);
    }
    SmallFiles(const SmallFiles&) = delete;
    SmallFiles& operator=(const SmallFiles&) = delete;
    ~SmallFiles() {
        setrlimit(RLIMIT_FSIZE, &before_);
        std::signal(SIGXFSZ, was_);
    }

private:
    rlimit before_{};
    void (*was_)(int) = nullptr;
};

TEST(SegmentFile, WhereThereIsNoRoomNothingOfALineStays) {
    for (const SegmentWriting way : kWays) {
        const Place place{way};
        auto file = place.open(0);
        std::string expected;
        {
            const SmallFiles small{1'200'000};
            for (;;) {
                const std::string line = line_of(1'000, 'a');
                const auto done = file->append(line);
                if (!done) {
                    EXPECT_EQ(done.error().code, ErrorCode::Io);
                    break;
                }
                expected += line;
                ASSERT_LT(expected.size(), 1'300'000U);
            }
            EXPECT_GE(expected.size(), 1'000'000U);
            EXPECT_FALSE(file->append(line_of(1'000, 'b')));
            EXPECT_TRUE(place.read() == expected);
            EXPECT_TRUE(file->sync()) << "what was taken has its room";
        }
        ASSERT_TRUE(file->append("c\n")) << "there is room again";
        ASSERT_TRUE(file->finish());
        EXPECT_TRUE(file_text(place.path) == expected + "c\n");
    }
}

// Each line has its number, and none is as long as the next.
std::string numbered_line(int number) {
    return fmt::format("{{{:06}{}}}\n", number,
                       std::string(static_cast<std::size_t>(number) % 701, 'a'));
}

// Reads along while a few heads are filled.
void read_along(SegmentWriting way, bool with_syncs) {
    constexpr int kLines = 1'500;
    const Place place{way};
    auto file = place.open(0);
    std::atomic<bool> done{false};
    std::atomic<int> appended{0};
    std::thread reader{[&] {
        while (!done) {
            const int before = appended;
            const std::string bytes = place.read();
            std::string_view text = bytes;
            int number = 0;
            for (; text.find('\n') != std::string_view::npos; ++number) {
                const std::string line = numbered_line(number);
                ASSERT_EQ(text.substr(0, line.size()), line);
                text.remove_prefix(line.size());
            }
            ASSERT_GE(number, before);
            // With calls the last one may be on its way.
            ASSERT_TRUE(text.empty() || way == SegmentWriting::Called);
        }
    }};
    std::thread syncer{[&] {
        while (with_syncs && !done) ASSERT_TRUE(file->sync());
    }};
    for (int i = 0; i < kLines; ++i) {
        EXPECT_TRUE(file->append(numbered_line(i)));
        appended = i + 1;
    }
    done = true;
    reader.join();
    syncer.join();
}

TEST(SegmentFile, WhoReadsAlongSeesWholeLines) {
    for (const SegmentWriting way : kWays) {
        for (int round = 0; round < 200; ++round) {
            ASSERT_NO_FATAL_FAILURE(read_along(way, round % 4 == 0)) << round;
            if (HasFailure()) return;
        }
    }
}

// What is redacted later must not stand in the head still.
TEST(SegmentFile, NothingOfAFinishedOneStaysInTheHead) {
    const Place place{SegmentWriting::Gathered};
    const auto file = place.open(0);
    ASSERT_TRUE(file->append("a name\n"));
    ASSERT_TRUE(file->finish());
    EXPECT_EQ(file_text(place.folder.path("head")).find("name"), std::string::npos);
}

// What a kill leaves is what the files are while the journal is open.
TEST(SegmentFile, AJournalGoesOnAfterAKill) {
    for (const SegmentWriting way : kWays) {
        JournalHouse house;
        house.open(*folder_journal_files(house.path(), way));
        std::uint64_t last = 0;
        for (int i = 0; i < 10; ++i) last = *house.journal->write(key_made("a"));
        JournalHouse other;
        std::filesystem::copy(house.path(), other.path());
        EXPECT_EQ(first_fault(other.verify()), "clean");
        Journal& again = other.open();
        EXPECT_EQ(again.find(last).value()->kind, "key-made");
        EXPECT_EQ(again.find(last + 1).value()->kind, "start") << "nothing was cut";
        EXPECT_EQ(first_fault(other.verify()), "clean");
    }
}

// Pages of the last second come to the disk in any order: a hole may have whole lines behind it.
TEST(SegmentFile, AHoleThatALossOfPowerLeftIsCutWithWhatIsBehindIt) {
    JournalHouse house;
    house.open();
    for (int i = 0; i < 6; ++i) ASSERT_TRUE(house.journal->write(key_made("a")));
    house.journal.reset();
    const std::string file = house.path() + "/00000001.jsonl";
    std::string text = file_text(file);
    std::size_t fifth = 0;
    for (int line = 1; line < 5; ++line) fifth = text.find('\n', fifth) + 1;
    text.replace(fifth + 100, 500, std::string(500, '\0'));
    put_file(file, text);
    EXPECT_NE(first_fault(house.verify()), "clean");
    Journal& journal = house.open();
    EXPECT_EQ(journal.find(4).value()->kind, "key-made");
    EXPECT_EQ(journal.find(5).value()->kind, "cut");
    EXPECT_EQ(first_fault(house.verify()), "clean");
}

// Room is zero bytes behind the last line of the last file; anything else is damage.
TEST(SegmentFile, ZeroBytesElsewhereAreFound) {
    JournalHouse house;
    house.open();
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(house.journal->write(key_made("a")));
    house.journal.reset();
    const std::string file = house.path() + "/00000001.jsonl";
    const std::string whole = file_text(file);
    put_file(file, whole + std::string(5'000, '\0'));
    EXPECT_EQ(first_fault(house.verify()), "clean");
    put_file(file, std::string(1'000, '\0') + whole);
    EXPECT_NE(first_fault(house.verify()), "clean");
    put_file(file, whole + std::string(5'000, '\0') + whole);
    EXPECT_NE(first_fault(house.verify()), "clean");
    std::string damaged = whole;
    damaged[whole.find('\n') + 1] = '\0';  // what follows is no room: lines stand in it
    put_file(file, damaged);
    EXPECT_NE(first_fault(house.verify()), "clean");
    put_file(file, whole + std::string(5'000, '\0'));
    std::filesystem::copy_file(file, house.path() + "/00000002.jsonl");
    EXPECT_NE(first_fault(house.verify()), "clean") << "a file that is done with has no room";
}

}  // namespace
}  // namespace musubi::testing
