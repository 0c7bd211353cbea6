#include "trust/encoding.h"

#include <gtest/gtest.h>

namespace musubi {
namespace {

TEST(Encoding, Sha256IsTheStandards) {
    // FIPS 180-4, example "abc".
    const std::string wanted = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    EXPECT_EQ(to_hex(sha256({"abc"})), wanted);
    EXPECT_EQ(to_hex(sha256({"a", "", "bc"})), wanted);
}

TEST(Encoding, HexGoesThereAndBack) {
    const std::string bytes{"\x00\xff\x10", 3};
    EXPECT_EQ(to_hex(bytes), "00ff10");
    EXPECT_EQ(from_hex("00ff10"), bytes);
    for (const char* bad : {"0", "0g", "FF", " 00"}) EXPECT_FALSE(from_hex(bad)) << bad;
}

TEST(Encoding, Base64UrlGoesThereAndBack) {
    // RFC 4648, 10, without the padding.
    for (const auto& [plain, text] : {std::pair{"", ""},
                                      {"f", "Zg"},
                                      {"fo", "Zm8"},
                                      {"foo", "Zm9v"},
                                      {"foob", "Zm9vYg"},
                                      {"\xfb\xff", "-_8"}}) {
        EXPECT_EQ(to_base64url(plain), text);
        EXPECT_EQ(from_base64url(text), plain);
    }
    // One sign alone, padding, the other alphabet, bits that mean nothing.
    for (const char* bad : {"Z", "Zg==", "+_8", "Zh"}) EXPECT_FALSE(from_base64url(bad)) << bad;
}

TEST(Encoding, Base64IsReadWithItsPadding) {
    for (const auto& [text, plain] : {std::pair{"", ""},
                                      {"Zg==", "f"},
                                      {"Zm8=", "fo"},
                                      {"Zm9v", "foo"},
                                      {"+/8=", "\xfb\xff"}}) {
        EXPECT_EQ(from_base64(text), plain);
    }
    for (const char* bad : {"Zg", "Zg=", "Zh==", "-_8=", "Zg===", "====", "Z===", "Zm 9"}) {
        EXPECT_FALSE(from_base64(bad)) << bad;
    }
}

}  // namespace
}  // namespace musubi
