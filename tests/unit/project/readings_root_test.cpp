#include "project/measures/readings_root.h"

#include <gtest/gtest.h>

#include "trust/encoding.h"

namespace musubi {
namespace {

std::vector<MeasuredReading> two_days() {
    const Time noon = *parse_time("2026-11-25T03:00:00Z");
    return {{.at = noon, .number = 1.5, .text = {}},
            {.at = noon + hours(1), .is_number = false, .text = "\"high\""},
            {.at = noon + days(1), .number = -2, .text = {}}};
}

std::string bytes_of(std::initializer_list<int> bytes) {
    std::string out;
    for (const int byte : bytes) out += static_cast<char>(byte);
    return out;
}

// Written from the header's words alone.
TEST(ReadingsRoot, IsTheMerkleTreeOfDays) {
    const std::string name = std::string("urn:e") + '\0' + "urn:a" + '\0';
    const auto time = [](Time at) {
        std::string out;
        for (int shift = 56; shift >= 0; shift -= 8) {
            out += static_cast<char>((at.us >> shift) & 0xff);
        }
        return out;
    };
    const auto readings = two_days();
    const std::string first = sha256({std::string(1, '\0'), name, time(readings[0].at),
                                      bytes_of({1, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0}),
                                      time(readings[1].at), bytes_of({2, 0, 0, 0, 6}), "\"high\""});
    const std::string second = sha256({std::string(1, '\0'), name, time(readings[2].at),
                                       bytes_of({1, 0xc0, 0, 0, 0, 0, 0, 0, 0})});
    ReadingsRoot root;
    root.add("urn:e", "urn:a", readings);
    EXPECT_EQ(root.hex(), to_hex(sha256({std::string(1, '\x01'), first, second})));
}

TEST(ReadingsRoot, OrderOfSeriesDoesNotMatterAndEachReadingDoes) {
    const auto root_of = [](const std::vector<MeasuredReading>& readings, bool turned) {
        ReadingsRoot root;
        for (int i = 0; i < 7; ++i) {
            root.add("urn:e" + std::to_string(turned ? 6 - i : i), "urn:a", readings);
        }
        root.add("urn:e3", "urn:a", readings);  // again
        return root.hex();
    };
    EXPECT_EQ(root_of(two_days(), false), root_of(two_days(), true));
    auto changed = two_days();
    changed[2].number = -2.0000000000000004;
    EXPECT_NE(root_of(changed, false), root_of(two_days(), false));
    EXPECT_EQ(ReadingsRoot{}.hex(),
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

}  // namespace
}  // namespace musubi
