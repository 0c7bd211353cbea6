#include "trust/passkeys/cbor.h"

#include <gtest/gtest.h>

#include "support/soft_authenticator.h"

namespace musubi::testing {
namespace {

bool skips(const std::string& bytes) {
    CborReader reader{bytes};
    const auto whole = reader.skip();
    return whole && whole->size() == bytes.size() && reader.end();
}

TEST(Cbor, ReadsWhatAuthenticatorsWrite) {
    for (const std::int64_t value :
         {std::int64_t{0}, std::int64_t{23}, std::int64_t{24}, std::int64_t{-1}, std::int64_t{-257},
          std::int64_t{65536}, INT64_MAX, INT64_MIN}) {
        const std::string bytes = cbor_integer(value);
        CborReader reader{bytes};
        const auto read = reader.integer();
        ASSERT_TRUE(read) << value;
        EXPECT_EQ(*read, value);
        EXPECT_TRUE(reader.end());
    }
    EXPECT_TRUE(skips(cbor_map(2, cbor_text("a") + "\xf5" + cbor_integer(-3) + cbor_bytes("b"))));
    EXPECT_TRUE(skips("\xfb" + std::string(8, '\x40')));
}

TEST(Cbor, RefusesWhatIsCutOffWhereverItIsCut) {
    const std::string whole =
        cbor_map(2, cbor_text("fmt") + cbor_text("none") + cbor_integer(-70'000) +
                        cbor_bytes(std::string(300, 'x')));
    ASSERT_TRUE(skips(whole));
    for (std::size_t size = 0; size < whole.size(); ++size) {
        EXPECT_FALSE(skips(whole.substr(0, size))) << size;
    }
    EXPECT_FALSE(skips(whole + std::string(1, '\0'))) << "something follows";
}

TEST(Cbor, RefusesWhatCanonicalFormDoesNotHave) {
    using namespace std::string_literals;
    for (const std::string& bytes : {"\x9f\xff"s, "\xbf\xff"s, "\x5f\x41x\xff"s, "\x7f\x61x\xff"s,
                                     "\xc0\x00"s, "\xff"s, "\x1c"s, "\xfc"s, "\xf8\x20"s}) {
        EXPECT_FALSE(skips(bytes)) << to_hex(bytes);
    }
    CborReader tooLarge{"\x1b\xff\xff\xff\xff\xff\xff\xff\xff"};
    EXPECT_FALSE(tooLarge.integer());
}

TEST(Cbor, AClaimOfEnormousLengthCostsNothing) {
    for (const unsigned major : {2U, 3U, 4U, 5U}) {
        for (const std::uint64_t size : {UINT64_MAX, std::uint64_t{1} << 62U,
                                         std::uint64_t{UINT32_MAX}, std::uint64_t{100'000}}) {
            EXPECT_FALSE(skips(cbor_head(major, size) + "xx")) << major << " " << size;
        }
    }
}

TEST(Cbor, IsNotFollowedDeeperThanItsLimit) {
    const auto nested = [](int depth) {
        return std::string(static_cast<std::size_t>(depth), '\x81') + std::string(1, '\0');
    };
    EXPECT_TRUE(skips(nested(CborReader::kMaxDepth)));
    EXPECT_FALSE(skips(nested(CborReader::kMaxDepth + 1)));
    EXPECT_FALSE(skips(nested(100'000)));
}

}  // namespace
}  // namespace musubi::testing
