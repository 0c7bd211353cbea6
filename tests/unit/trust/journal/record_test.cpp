#include "trust/journal/record.h"

#include <gtest/gtest.h>

#include "trust/journal/canonical.h"

namespace musubi {
namespace {

std::string canonical(std::string_view json) {
    std::string out;
    const auto value = parse_json(json);
    if (!value) return "no JSON";
    const auto done = append_canonical(out, *value);
    return done ? out : std::string(name_of(done.error().code));
}

TEST(Canonical, IsRfc8785) {
    EXPECT_EQ(canonical(R"({ "b": [1, true, null], "a": "\u20ac\u0008\u000c\n\u001f\"\\\/" })"),
              "{\"a\":\"€\\b\\f\\n\\u001f\\\"\\\\/\",\"b\":[1,true,null]}");
    // RFC 8785, 3.2.3: by UTF-16 code units, so the one beyond U+FFFF before U+FB33.
    EXPECT_EQ(canonical("{\"\xef\xac\xb3\":1,\"\xf0\x9f\x98\x80\":2,\"\xc3\xb6\":3,\"1\":4}"),
              "{\"1\":4,\"\xc3\xb6\":3,\"\xf0\x9f\x98\x80\":2,\"\xef\xac\xb3\":1}");
}

TEST(Canonical, TakesWholeNumbersAlone) {
    EXPECT_EQ(canonical("[9007199254740991,-9007199254740991]"),
              "[9007199254740991,-9007199254740991]");
    for (const char* bad : {"[9007199254740992]", "[0.5]", "[1e3]"}) {
        EXPECT_EQ(canonical(bad), "BadRequest") << bad;
    }
    std::string deep(20, '[');
    deep += std::string(20, ']');
    EXPECT_EQ(canonical(deep), "TooLarge");
}

JournalRecord example() {
    JournalRecord record;
    record.number = 7;
    record.at = *parse_time("2026-11-26T09:00:00.000001Z");
    record.tenant = "aoi";
    record.kind = "key-made";
    record.subject = "key:abc";
    record.previous = no_hash();
    record.salt = "000102030405060708090a0b0c0d0e0f";
    record.details = *parse_json(R"({"key":"x","label":"橋"})");
    record.sealed = seal_of(record.salt, *details_text(*record.details));
    record.hash = hash_of(record);
    return record;
}

// The values are what `sha256sum` makes of the texts that docs/journal.md describes.
TEST(JournalRecord, IsAsDocumented) {
    const JournalRecord record = example();
    EXPECT_EQ(record.sealed, "11076e6f3a687c4b447e597be9433a145fdc7a2ae6eb9dfb80034c2bd8f168ec");
    EXPECT_EQ(record.hash, "ecae7b322ea8fb99c65d9cb8eedd80e970b6c65a5734b222ef7dac7faa25e069");
    const std::string line = to_line(record);
    const auto again = read_line(std::string_view(line).substr(0, line.size() - 1));
    ASSERT_TRUE(again) << to_text(again.error());
    EXPECT_EQ(to_line(*again), line);
    EXPECT_TRUE(hash_holds(*again));
    EXPECT_TRUE(seal_holds(*again));
}

TEST(JournalRecord, KeepsItsHashWithoutItsDetails) {
    JournalRecord record = example();
    record.details.reset();
    record.salt.clear();
    const std::string line = to_line(record);
    EXPECT_EQ(line.find("橋"), std::string::npos);
    const auto again = read_line(std::string_view(line).substr(0, line.size() - 1));
    ASSERT_TRUE(again) << to_text(again.error());
    EXPECT_TRUE(hash_holds(*again));
    EXPECT_EQ(again->hash, example().hash);
}

TEST(JournalRecord, ALineHasOneForm) {
    std::string line = to_line(example());
    line.pop_back();
    ASSERT_TRUE(read_line(line));
    const auto with = [&](std::string_view from, std::string_view to) {
        std::string changed = line;
        changed.replace(changed.find(from), from.size(), to);
        return changed;
    };
    EXPECT_FALSE(read_line(line + " "));
    EXPECT_FALSE(read_line(with("\"kind\"", " \"kind\"")));
    EXPECT_FALSE(read_line(with("\"key-made\"", "\"key-mad\\u0065\"")));
    EXPECT_FALSE(read_line(with("\"key-made\"", "\"Key-made\"")));
    EXPECT_FALSE(read_line(with("\"number\":7", "\"number\":0")));
    EXPECT_FALSE(read_line(with("\"number\":7", "\"number\":7.0")));
    EXPECT_FALSE(read_line(with("\"number\":7", "\"number\":7,\"of\":1")));
    EXPECT_FALSE(read_line(with("09:00:00.000001Z", "10:00:00.000001+01:00")));
    EXPECT_FALSE(read_line(with(",\"subject\":\"key:abc\"", "")));
    EXPECT_FALSE(read_line(with("\"salt\":\"000102030405060708090a0b0c0d0e0f\",", "")));
    EXPECT_FALSE(read_line("[]"));
    EXPECT_FALSE(read_line(""));
}

TEST(JournalRecord, AnEntryIsCheckedBeforeItIsWritten) {
    const auto code = [](const JournalEntry& entry) {
        const auto checked = check_who(entry.who());
        return checked ? std::string("good") : std::string(name_of(checked.error().code));
    };
    EXPECT_EQ(code({.kind = "sign-in", .tenant = "", .subject = "key:a", .details = {}}), "good");
    EXPECT_EQ(code({.kind = "Sign in", .tenant = "", .subject = "", .details = {}}), "BadRequest");
    EXPECT_EQ(code({.kind = "x", .tenant = "", .subject = "\xff", .details = {}}), "BadRequest");
    EXPECT_EQ(code({.kind = "x", .tenant = "", .subject = std::string(257, 'a'), .details = {}}),
              "TooLarge");
    Json large;
    large.set("text", std::string(40'000, 'a'));
    EXPECT_EQ(details_text(large).error().code, ErrorCode::TooLarge);
    EXPECT_EQ(details_text(Json{1}).error().code, ErrorCode::BadRequest);
    EXPECT_EQ(*details_text(Json{}), "{}");
}

}  // namespace
}  // namespace musubi
