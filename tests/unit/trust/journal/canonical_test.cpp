#include "trust/journal/canonical.h"

#include <gtest/gtest.h>

#include <array>

#include "base/json.h"

namespace musubi {
namespace {

constexpr std::array<std::string_view, 5> kNames{"way", "entities", "types", "ground", "role"};

TEST(CanonicalMembers, AreInTheOrderOfTheirNamesWhateverOrderTheyCameIn) {
    for (std::size_t first = 0; first < kNames.size(); ++first) {
        CanonicalMembers members;
        Json object;
        for (std::size_t i = 0; i < kNames.size(); ++i) {
            const std::string_view name = kNames.at((first + i) % kNames.size());
            const std::string value = "結\"\b\n" + std::string(name);
            members.text(name, value);
            object.set(name, value);
        }
        members.whole("policyVersion", 7);
        object.set("policyVersion", 7);
        members.json("persons", R"({"a":[0,1]})");
        object.set("persons", *parse_json(R"({"a":[0,1]})"));
        std::string expected;
        ASSERT_TRUE(append_canonical(expected, object));
        EXPECT_EQ(members.str().value(), expected) << first;
    }
}

TEST(CanonicalMembers, MayBeNoneOrAsManyAsThereIsRoomFor) {
    EXPECT_EQ(CanonicalMembers{}.str().value(), "{}");
    CanonicalMembers members;
    constexpr std::string_view kLetters = "ponmlkjihgfedcba";
    static_assert(kLetters.size() == CanonicalMembers::kMost);
    for (std::size_t i = 0; i < kLetters.size(); ++i) members.whole(kLetters.substr(i, 1), 1);
    const std::string text = members.str().value();
    EXPECT_TRUE(text.starts_with(R"({"a":1,"b":1,)")) << text;
    EXPECT_TRUE(text.ends_with(R"("o":1,"p":1})")) << text;
}

TEST(CanonicalMembers, RefuseWhatNoReaderWouldTakeTheSame) {
    // The last one is cut within a character, so that what follows would make it whole.
    for (const std::string_view broken : {"\xff", "a\xc3", "\xed\xa0\x80", "\xe7\xb5"}) {
        CanonicalMembers members;
        members.text("a", broken);
        members.text("b", "\x90");
        EXPECT_FALSE(members.str());
    }
    for (const std::int64_t number : {(std::int64_t{1} << 53), -(std::int64_t{1} << 53)}) {
        CanonicalMembers members;
        members.whole("a", number);
        EXPECT_FALSE(members.str());
    }
    CanonicalMembers members;
    members.whole("a", (std::int64_t{1} << 53) - 1);
    EXPECT_EQ(members.str().value(), R"({"a":9007199254740991})");
}

}  // namespace
}  // namespace musubi
