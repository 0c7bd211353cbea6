#include "base/json.h"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <limits>

#include "base/random.h"

namespace musubi {
namespace {

Json json_of(std::string_view text) {
    auto value = parse_json(text);
    EXPECT_TRUE(value) << text << ": " << to_text(value.error());
    return value ? *value : Json{};
}

Error refused(std::string_view text, const JsonLimits& limits = {}) {
    const auto value = parse_json(text, limits);
    EXPECT_FALSE(value) << text.substr(0, 80);
    return value ? Error{} : value.error();
}

TEST(JsonEquality, IsOfValuesNotOfSpelling) {
    EXPECT_EQ(json_of("1"), json_of("1.0"));
    EXPECT_EQ(json_of(R"({"a":1,"b":[null,true]})"), json_of(R"({"b":[null,true],"a":1.0})"));
    EXPECT_NE(json_of("[1,2]"), json_of("[2,1]"));
    EXPECT_NE(json_of(R"({"a":1})"), json_of(R"({"a":1,"b":1})"));
    EXPECT_NE(json_of(R"({"a":1,"b":2})"), json_of(R"({"a":1,"c":2})"));
    EXPECT_NE(json_of("1"), json_of("true"));
    EXPECT_NE(json_of("null"), json_of("false"));
    EXPECT_NE(json_of("9007199254740993"), json_of("9007199254740992"));
}

TEST(JsonEquality, OfLargeObjectsIsNotQuadratic) {
    Json::Object forward;
    Json::Object backward;
    constexpr int kMembers = 100'000;
    for (int i = 0; i < kMembers; ++i) {
        forward.push_back({"member" + std::to_string(i), i});
        backward.push_back({"member" + std::to_string(kMembers - 1 - i), kMembers - 1 - i});
    }
    // Comparing each with each would take minutes: the time limit of the test would tell.
    EXPECT_EQ(Json{forward}, Json{backward});
    backward.front().value = "another";
    EXPECT_NE(Json{forward}, Json{backward});
}

TEST(JsonParse, KeepsIntegersExactToTheEdges) {
    const Json least = json_of("-9223372036854775808");
    ASSERT_TRUE(least.is_integer());
    EXPECT_EQ(least.integer(), std::numeric_limits<std::int64_t>::min());
    const Json greatest = json_of("9223372036854775807");
    ASSERT_TRUE(greatest.is_integer());
    EXPECT_EQ(greatest.integer(), std::numeric_limits<std::int64_t>::max());
    const Json beyond = json_of("9223372036854775808");
    EXPECT_FALSE(beyond.is_integer());
    EXPECT_EQ(beyond.number(), 0x1p63);
    EXPECT_EQ(refused("1e400").code, ErrorCode::BadRequest);
}

TEST(JsonParse, DoublesComeBackToTheBit) {
    SeededRandom random{7};
    for (int i = 0; i < 20'000; ++i) {
        const double value = std::bit_cast<double>(random.next());
        if (!std::isfinite(value)) continue;
        std::string text;
        append_json_number(text, value);
        const Json back = json_of(text);
        ASSERT_EQ(back.number(), value) << text;
    }
    std::string text;
    append_json_number(text, std::numeric_limits<double>::infinity());
    EXPECT_EQ(text, "null");
    EXPECT_TRUE(std::signbit(json_of(to_text(Json{-0.0})).number()));
}

TEST(JsonParse, RefusesAMemberWrittenTwice) {
    EXPECT_EQ(refused(R"({"a":1,"b":{"c":1,"c":2}})").code, ErrorCode::BadRequest);
    std::string many = "{";
    for (int i = 0; i < 100; ++i) many += "\"m" + std::to_string(i) + "\":1,";
    const Error error = refused(many + R"("m7":2})");
    EXPECT_NE(error.detail.find("m7"), std::string::npos) << error.detail;
    EXPECT_TRUE(parse_json(many + R"("other":2})"));
}

TEST(JsonParse, NamesTheByteWhereUtf8Breaks) {
    const auto place = [](std::string_view text) { return refused(text).where; };
    EXPECT_EQ(place("\"ab\x80\x80\x80\""), "byte 3");
    EXPECT_EQ(place("\"\xe4\xb8\""), "byte 1");              // cut short
    EXPECT_EQ(place("\"\xe6\x97\xa5\xc0\x80\""), "byte 4");  // overlong
    EXPECT_EQ(place("\"\xed\xa0\x80\""), "byte 1");          // a surrogate
    EXPECT_EQ(place("\"\xf4\x90\x80\x80\""), "byte 1");      // beyond U+10FFFF
    EXPECT_TRUE(is_utf8("九十九橋"));
    EXPECT_FALSE(is_utf8("\xff"));
    EXPECT_EQ(cut_utf8("九十九橋", 8), "九十");
    EXPECT_EQ(cut_utf8("九十九橋", 9), "九十九");
    EXPECT_EQ(cut_utf8("橋", 20), "橋");
}

TEST(JsonParse, NamesTheByteAndTheFaultOfWhatIsNoJson) {
    const auto told = [](std::string_view text) {
        const Error error = refused(text);
        return error.where + ": " + error.detail;
    };
    EXPECT_EQ(told(R"({"a": {]})"),
              "byte 7: malformed JSON: the name of a member is expected here, in double quotes");
    EXPECT_EQ(told(R"({"a": 1 "b": 2})"), "byte 8: malformed JSON: a ',' or '}' is expected here");
    EXPECT_EQ(told("[1, 2; 3]"), "byte 5: malformed JSON: a ',' or ']' is expected here");
    EXPECT_EQ(told(R"({"a" 1})"), "byte 5: malformed JSON: a ':' is expected here");
    EXPECT_EQ(told(R"({"a":1})"
                   " x"),
              "byte 8: malformed JSON: nothing may follow the value");
    EXPECT_EQ(told("[1,]"), "byte 3: malformed JSON: a value is expected here");
    EXPECT_EQ(told("[nul]"), "byte 1: malformed JSON: a value is expected here");
    EXPECT_EQ(told(R"({"a":1,})"),
              "byte 7: malformed JSON: the name of a member is expected here, in double quotes");
    EXPECT_EQ(told(R"([1, [2)"), "byte 6: malformed JSON: the text ends too early");
    EXPECT_EQ(told(R"(["a\x"])"), "byte 3: malformed JSON: there is no such escape");
    EXPECT_EQ(told(R"(["\u12g4"])"), "byte 2: malformed JSON: \\u needs four hexadecimal digits");
    EXPECT_EQ(told(R"(["\ud800 "])"),
              "byte 2: malformed JSON: this half of a surrogate pair lacks the other");
    EXPECT_EQ(told("[\"a\nb\"]"),
              "byte 3: malformed JSON: a control character must be written as \\u00..");
    EXPECT_EQ(told(R"(["abc)"), "byte 1: malformed JSON: this text has no closing quote");
    EXPECT_EQ(told("[01]"), "byte 1: malformed JSON: a number has no leading zeros");
    EXPECT_EQ(told("[-]"), "byte 2: malformed JSON: a digit is expected here");
    EXPECT_EQ(told("[1.]"), "byte 3: malformed JSON: a digit is expected here");
    EXPECT_EQ(told("[1e999]"), "byte 1: malformed JSON: this number is too large");
    EXPECT_EQ(told("[123456789012345678901234567890]"),
              "byte 1: malformed JSON: this number is too large");
}

TEST(JsonParse, PointsAtTheMemberThatIsWrittenTwice) {
    EXPECT_EQ(refused(R"([{"a/b":{"c":1,"c":2}}])").where, "/0/a~1b/c");
}

TEST(JsonParse, StaysWithinItsLimits) {
    EXPECT_EQ(refused("[[[[1]]]]", {.max_depth = 3}).code, ErrorCode::TooLarge);
    EXPECT_TRUE(parse_json("[[[1]]]", {.max_depth = 4}));
    EXPECT_EQ(refused("[1,2,3,4,5]", {.max_bytes = 10}).code, ErrorCode::TooLarge);
    EXPECT_EQ(refused(std::string(500'000, '[') + std::string(500'000, ']')).code,
              ErrorCode::TooLarge);
    refused(std::string(1'000'000, '['));
    EXPECT_TRUE(parse_json("[" + std::string(20'000'000, ' ') + "]"));
    EXPECT_TRUE(parse_json("[1]")) << "after a large body";
}

TEST(JsonParse, RefusesWhatIsNoJson) {
    for (const char* text : {"", " ", "{", "[1,]", "{\"a\"}", "nul", "01", "1 2", "'a'", "\"\n\"",
                             "{\"a\":1,}", "NaN", "\"\\x\"", "\"\\ud800\"", "[1] x"}) {
        EXPECT_EQ(refused(text).code, ErrorCode::BadRequest) << text;
    }
}

std::string escaped_naively(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += std::string{'\\', c};
        } else if (c == '\n' || c == '\r' || c == '\t') {
            out += c == '\n' ? "\\n" : c == '\r' ? "\\r" : "\\t";
        } else if (byte < 0x20) {
            std::array<char, 8> code{};
            snprintf(code.data(), code.size(), "\\u%04x", byte);
            out += code.data();
        } else {
            out += c;
        }
    }
    return out + "\"";
}

TEST(JsonWrite, EscapesAsTheNaiveWayDoes) {
    SeededRandom random{11};
    for (int round = 0; round < 20'000; ++round) {
        std::string text;
        const std::size_t size = random.next() % 40;
        const bool mostly_plain = random.next() % 2 == 0;
        for (std::size_t i = 0; i < size; ++i) {
            const std::uint64_t chance = random.next();
            text += mostly_plain && chance % 8 != 0 ? 'x' : static_cast<char>(chance >> 32U);
        }
        std::string written;
        append_json_string(written, text);
        ASSERT_EQ(written, escaped_naively(text));
    }
}

TEST(JsonWrite, IsReadBackTheSame) {
    const std::string text =
        R"({"":{},"a":[],"b":[null,true,false,-1,2.5,"\u0000\u001f\"\\/é"],"c":{"d":[[{}]]}})";
    const Json value = json_of(text);
    EXPECT_EQ(json_of(to_text(value)), value);
    EXPECT_EQ(to_text(json_of(to_text(value))), to_text(value));
}

TEST(Json, MembersAreSetFoundAndAppended) {
    Json object;
    object.set("a", 1).set("b", "x").set("a", 2);
    EXPECT_EQ(to_text(object), R"({"a":2,"b":"x"})");
    EXPECT_EQ(object.find("c"), nullptr);
    EXPECT_EQ(Json{5}.find("a"), nullptr);
    Json array;
    array.push_back(1);
    array.push_back(nullptr);
    EXPECT_EQ(to_text(array), "[1,null]");
}

}  // namespace
}  // namespace musubi
