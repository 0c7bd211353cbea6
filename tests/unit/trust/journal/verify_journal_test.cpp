#include "trust/journal/verify_journal.h"

#include <algorithm>

#include "support/journal_fixture.h"

namespace musubi::testing {
namespace {

JournalReport verify_text(std::string_view text, const JournalChecks& checks = {}) {
    JournalVerifier verifier{checks};
    verifier.begin("example");
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        verifier.take(text.substr(0, end), end != std::string_view::npos);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return verifier.finish();
}

// A journal of two segments with a redaction and checkpoints, one of them at its end.
struct Example {
    Example() {
        house.open();
        for (const char* id : {"a", "b"}) EXPECT_TRUE(house.journal->write(key_made(id)));
        house.clock.advance(minutes(1));
        EXPECT_TRUE(house.journal->redact(4, "person:1", "wrong"));
        EXPECT_TRUE(house.journal->write(key_made("d", "aoi")));
        EXPECT_TRUE(house.journal->stop());
        const std::vector<std::string> paths = *segment_paths(house.path());
        for (const std::string& path : paths) text += without_room(file_text(path));
        std::string_view rest = text;
        while (!rest.empty()) {
            const std::size_t end = rest.find('\n') + 1;
            lines.emplace_back(rest.substr(0, end));
            rest.remove_prefix(end);
        }
    }
    JournalHouse house;
    std::string text;
    std::vector<std::string> lines;
};

std::string joined(const std::vector<std::string>& lines) {
    std::string text;
    for (const std::string& line : lines) text += line;
    return text;
}

TEST(JournalVerify, EachChangedByteIsFound) {
    const Example example;
    ASSERT_EQ(first_fault(verify_text(example.text)), "clean");
    SeededRandom random{11};
    std::string text = example.text;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char was = text[i];
        // A neighbour, the other case of a letter, or anything.
        text[i] = static_cast<char>(i % 3 == 0 ? was ^ 1 : i % 3 == 1 ? was ^ 0x20 : random.next());
        if (text[i] == was) text[i] = static_cast<char>(was ^ 3);
        EXPECT_FALSE(verify_text(text).clean()) << "byte " << i << " as " << int{text[i]};
        text[i] = was;
    }
}

TEST(JournalVerify, EachLostAddedOrSwappedLineIsFound) {
    const Example example;
    const std::size_t count = example.lines.size();
    for (std::size_t i = 0; i < count; ++i) {
        std::vector<std::string> lost = example.lines;
        lost.erase(lost.begin() + static_cast<std::ptrdiff_t>(i));
        const JournalReport report = verify_text(joined(lost));
        EXPECT_FALSE(report.clean()) << "without " << i;
        std::vector<std::string> twice = example.lines;
        twice.insert(twice.begin() + static_cast<std::ptrdiff_t>(i), twice[i]);
        EXPECT_FALSE(verify_text(joined(twice)).clean()) << "twice " << i;
        for (std::size_t k = 0; k < i; ++k) {
            std::vector<std::string> swapped = example.lines;
            std::swap(swapped[i], swapped[k]);
            EXPECT_FALSE(verify_text(joined(swapped)).clean()) << i << " for " << k;
        }
    }
}

TEST(JournalVerify, RandomChangesAreFound) {
    const Example example;
    SeededRandom random{23};
    for (int round = 0; round < 500; ++round) {
        std::string text = example.text;
        const std::size_t at = random.next() % text.size();
        const std::size_t size = 1 + random.next() % 300;
        if (round % 2 == 0) {
            text.erase(at, size);
        } else {
            text.insert(at, text.substr(random.next() % text.size(), size));
        }
        if (text == example.text) continue;
        const JournalReport report = verify_text(text);
        const bool back = example.text.starts_with(text);  // at a checkpoint: see below
        EXPECT_TRUE(!report.clean() || back) << "round " << round;
    }
}

TEST(JournalVerify, AnEndThatIsLostIsFound) {
    const Example example;
    const JournalReport whole = verify_text(example.text);
    const JournalChecks known{.expected = std::pair{whole.last, whole.head}};
    EXPECT_EQ(first_fault(verify_text(example.text, known)), "clean");
    std::string text = example.text;
    while (text.pop_back(), !text.empty()) {
        const JournalReport report = verify_text(text);
        if (!report.clean()) continue;
        // Only where it ends in an earlier checkpoint; what is known from elsewhere shows it.
        EXPECT_EQ(report.signed_through, report.last);
        EXPECT_FALSE(verify_text(text, known).clean());
    }
    EXPECT_FALSE(verify_text("").clean());
}

TEST(JournalVerify, WhoMakesTheChainAnewNeedsTheKey) {
    const Example example;
    // Another key signs a journal that says the same.
    JournalHouse other;
    other.open();
    ASSERT_TRUE(other.journal->write(key_made("a")));
    ASSERT_TRUE(other.journal->stop());
    const std::string forged{without_room(file_text(other.path() + "/00000001.jsonl"))};
    EXPECT_TRUE(verify_text(forged).clean());
    const JournalChecks pinned{.keys = {example.house.key.public_key()}};
    EXPECT_EQ(first_fault(verify_text(example.text, pinned)), "clean");
    const JournalReport report = verify_text(forged, pinned);
    EXPECT_NE(first_fault(report).find("a key that is not the given one"), std::string::npos);
    EXPECT_EQ(report.signed_through, 0U);
}

TEST(JournalVerify, FaultsAndMemoryAreBounded) {
    std::string text;
    for (int i = 0; i < 1'000; ++i) text += "x\n";
    EXPECT_EQ(verify_text(text).faults.size(), JournalReport::kMaxFaults);
    const TempFolder folder;
    put_file(folder.path("long"), std::string(1U << 20U, 'x'));
    const auto report = verify_journal({folder.path("long")}, {});
    ASSERT_TRUE(report);
    EXPECT_EQ(first_fault(*report), "1: the line is longer than any entry");
    EXPECT_FALSE(verify_journal({folder.path("nothing")}, {}));
}

}  // namespace
}  // namespace musubi::testing
