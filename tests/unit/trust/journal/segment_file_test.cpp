#include "trust/journal/segment_file.h"

#include <sys/resource.h>

#include <array>
#include <atomic>
#include <csignal>
#include <filesystem>
#include <thread>

#include "support/journal_fixture.h"

namespace musubi::testing {
namespace {

constexpr std::array kWays{SegmentWriting::Mapped, SegmentWriting::Called};

std::string line_of(std::size_t bytes, char sign) { return std::string(bytes - 1, sign) + '\n'; }

TEST(SegmentFile, KeepsWhatIsAppendedAndGivesRoomBack) {
    for (const SegmentWriting way : kWays) {
        const TempFolder folder;
        const std::string path = folder.path("one");
        std::string expected;
        auto file = *SegmentFile::open(path, 0, way);
        // Beyond several windows, with lines across the edge of a page and of a window.
        for (int i = 0; i < 3'000; ++i) {
            const std::string line = line_of(1 + static_cast<std::size_t>(i) * 7 % 2'000,
                                             static_cast<char>('a' + i % 26));
            ASSERT_TRUE(file->append(line));
            expected += line;
        }
        ASSERT_TRUE(file->append(line_of(64U << 10U, 'z')));
        expected += line_of(64U << 10U, 'z');
        const std::string open = file_text(path);
        EXPECT_TRUE(without_room(open) == expected);
        EXPECT_EQ(open.size() > expected.size(), way == SegmentWriting::Mapped);
        ASSERT_TRUE(file->sync());
        ASSERT_TRUE(file->finish());
        EXPECT_TRUE(file_text(path) == expected);

        // It is gone on with where it was told to be cut.
        file = *SegmentFile::open(path, 3, way);
        ASSERT_TRUE(file->append("xyz\n"));
        ASSERT_TRUE(file->finish());
        EXPECT_EQ(file_text(path), expected.substr(0, 3) + "xyz\n");
    }
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
        const TempFolder folder;
        const std::string path = folder.path("one");
        auto file = *SegmentFile::open(path, 0, way);
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
            EXPECT_TRUE(without_room(file_text(path)) == expected);
        }
        ASSERT_TRUE(file->append("c\n")) << "there is room again";
        ASSERT_TRUE(file->finish());
        EXPECT_TRUE(file_text(path) == expected + "c\n");
    }
}

TEST(SegmentFile, WhoReadsAlongSeesWholeLines) {
    const TempFolder folder;
    const std::string path = folder.path("one");
    auto file = *SegmentFile::open(path, 0, SegmentWriting::Mapped);
    const std::string line = "{" + std::string(3'000, 'a') + "}\n";
    std::atomic<bool> done{false};
    std::thread reader{[&] {
        while (!done) {
            const std::string bytes = file_text(path);
            std::string_view text = without_room(bytes);
            while (!text.empty() && text.front() != '\0') {
                ASSERT_EQ(text.substr(0, text.find('\n') + 1), line);
                text.remove_prefix(line.size());
            }
        }
    }};
    for (int i = 0; i < 3'000; ++i) ASSERT_TRUE(file->append(line));
    done = true;
    reader.join();
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
