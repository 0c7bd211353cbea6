#include "base/canonical_json.h"

#include <gtest/gtest.h>

#include <bit>
#include <limits>

namespace musubi {
namespace {

std::string number(std::uint64_t bits) {
    std::string out;
    append_canonical_number(out, std::bit_cast<double>(bits));
    return out;
}

// RFC 8785, appendix B: IEEE 754 bits and what ECMAScript writes.
TEST(CanonicalJson, WritesNumbersAsEcmaScriptDoes) {
    EXPECT_EQ(number(0x0000000000000000), "0");
    EXPECT_EQ(number(0x8000000000000000), "0");
    EXPECT_EQ(number(0x0000000000000001), "5e-324");
    EXPECT_EQ(number(0x8000000000000001), "-5e-324");
    EXPECT_EQ(number(0x7fefffffffffffff), "1.7976931348623157e+308");
    EXPECT_EQ(number(0x4340000000000000), "9007199254740992");
    EXPECT_EQ(number(0xc340000000000000), "-9007199254740992");
    EXPECT_EQ(number(0x4430000000000000), "295147905179352830000");
    EXPECT_EQ(number(0x44b52d02c7e14af5), "9.999999999999997e+22");
    EXPECT_EQ(number(0x44b52d02c7e14af6), "1e+23");
    EXPECT_EQ(number(0x444b1ae4d6e2ef4f), "999999999999999900000");
    EXPECT_EQ(number(0x444b1ae4d6e2ef50), "1e+21");
    EXPECT_EQ(number(0x3eb0c6f7a0b5ed8c), "9.999999999999997e-7");
    EXPECT_EQ(number(0x3eb0c6f7a0b5ed8d), "0.000001");
    EXPECT_EQ(number(0x41b3de4355555553), "333333333.3333332");
    EXPECT_EQ(number(0xbecbf647612f3696), "-0.0000033333333333333333");
    EXPECT_EQ(number(0x43143ff3c1cb0959), "1424953923781206.2");
}

TEST(CanonicalJson, OrdersMembersAndKeepsLists) {
    const auto value = *parse_json(
        "{\"\\u20ac\":1,\"\\r\":2,\"\\ufb33\":3,\"1\":4,\"\\ud83d\\ude00\":5,\"\\u0080\":6,"
        "\"\\u00f6\":[ 56, {\"d\":true,\"10\":null} ]}");
    // RFC 8785, 3.2.3: by UTF-16 code units, so that U+1F600 comes before U+FB33.
    EXPECT_EQ(
        *canonical_json(value),
        "{\"\\r\":2,\"1\":4,\"\xc2\x80\":6,\"ö\":[56,{\"10\":null,\"d\":true}],\"€\":1,\"😀\":5,"
        "\"\xef\xac\xb3\":3}");
    EXPECT_EQ(*canonical_json(Json{"\b\f\n\"\\\x01/"}), "\"\\b\\f\\n\\\"\\\\\\u0001/\"");
}

TEST(CanonicalJson, RefusesWhatNotEveryReaderWouldMean) {
    EXPECT_FALSE(canonical_json(Json{std::numeric_limits<double>::infinity()}));
    EXPECT_FALSE(canonical_json(Json{std::numeric_limits<double>::quiet_NaN()}));
    EXPECT_FALSE(canonical_json(Json{(std::int64_t{1} << 53)}));
    EXPECT_FALSE(canonical_json(Json{1e16}));
    EXPECT_FALSE(canonical_json(Json{std::numeric_limits<std::int64_t>::min()}));
    EXPECT_EQ(*canonical_json(Json{(std::int64_t{1} << 53) - 1}), "9007199254740991");
    EXPECT_FALSE(canonical_json(Json{"\xff"}));
    Json deep{1};
    for (int i = 0; i <= kMaxCanonicalDepth; ++i) deep = Json{Json::Array{deep}};
    EXPECT_FALSE(canonical_json(deep));
}

}  // namespace
}  // namespace musubi
