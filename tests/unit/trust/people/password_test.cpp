#include "trust/people/password.h"

#include <gtest/gtest.h>

namespace musubi {
namespace {

constexpr Argon2Cost kCheap{.memory_kib = 64, .passes = 1, .lanes = 1};

TEST(Password, IsTheSameOnEachKeyboard) {
    EXPECT_EQ(normal_password("ＡＢＣ　ｶﾞ").value(), normal_password("ABC ガ").value());
    EXPECT_EQ(normal_password(std::string("e\xcc\x81")).value(), "\xc3\xa9");
}

TEST(Password, IsBoundedBeforeItIsRead) {
    EXPECT_TRUE(normal_password(std::string(256, 'a')));
    for (const std::size_t size : {257UL, 1025UL, 10'000'000UL}) {
        const auto refused = normal_password(std::string(size, 'a'));
        ASSERT_FALSE(refused) << size;
        EXPECT_EQ(refused.error().code, ErrorCode::TooLarge);
    }
    EXPECT_EQ(normal_password("\xff\xfe").error().code, ErrorCode::BadRequest);
}

TEST(Password, MayBeAnyLongTextThatIsNotTriedFirst) {
    for (const char* good : {"four words in a row", "川の水は今日も澄んでいる", "aB3$x9!kQ2mZ",
                             "yamada likes rivers", "            a bridge"}) {
        EXPECT_TRUE(check_password(good, "yamada")) << good;
    }
    for (const char* bad :
         {"elevensigns", "十一文字には足りない言葉", "password1234", "Password123456",
          "!!PassWord!!", "yamada123456", "2026-Yamada-!!", "yamadayamada", "aaaaaaaaaaaa",
          "abababababab", "川川川川川川川川川川川川", "123456789012", "987654321098",
          "abcdefghijklm", "musubimusubi"}) {
        const bool short_one = std::string_view(bad).starts_with("十");
        EXPECT_EQ(static_cast<bool>(check_password(bad, "yamada")), short_one) << bad;
    }
}

TEST(Password, IsKnownAgainAndNoOtherIs) {
    SeededRandom random{1};
    const PasswordHasher hasher{kCheap};
    const std::string stored = hasher.hash("four words in a row", random).value();
    EXPECT_TRUE(stored.starts_with("$argon2id$v=19$m=64,t=1,p=1$")) << stored;
    EXPECT_TRUE(hasher.verify("four words in a row", stored));
    EXPECT_FALSE(hasher.verify("four words in a ro", stored));
    EXPECT_FALSE(hasher.verify("", stored));
    EXPECT_NE(hasher.hash("four words in a row", random).value(), stored) << "each has its salt";
}

TEST(Password, TakesTheSameWorkOfNobody) {
    SeededRandom random{1};
    const PasswordHasher hasher{kCheap};
    const std::string stored = hasher.hash("four words in a row", random).value();
    const std::uint64_t before = hasher.computations();
    EXPECT_FALSE(hasher.verify("wrong", stored));
    EXPECT_EQ(hasher.computations(), before + 1);
    EXPECT_FALSE(hasher.verify("wrong", ""));
    EXPECT_EQ(hasher.computations(), before + 2);
    EXPECT_FALSE(
        hasher.verify("wrong", "$argon2id$v=19$m=4294967295,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$A"))
        << "a stored text that asks for four terabytes is not believed";
    EXPECT_EQ(hasher.computations(), before + 3);
}

TEST(Password, OfALowerCostIsOutdated) {
    SeededRandom random{1};
    const std::string stored = PasswordHasher{kCheap}.hash("four words in a row", random).value();
    EXPECT_FALSE(PasswordHasher{kCheap}.is_outdated(stored));
    EXPECT_TRUE((PasswordHasher{{.memory_kib = 128, .passes = 1}}.is_outdated(stored)));
    EXPECT_TRUE((PasswordHasher{{.memory_kib = 64, .passes = 2}}.is_outdated(stored)));
    EXPECT_TRUE(
        (PasswordHasher{{.memory_kib = 128, .passes = 1}}.verify("four words in a row", stored)));
}

TEST(Password, HasItsCostInItsText) {
    EXPECT_EQ(read_argon2_cost("$argon2id$v=19$m=65536,t=3,p=1$abc$def").value().memory_kib,
              65536U);
    for (const char* bad : {"", "$argon2i$v=19$m=64,t=1,p=1$a$b", "$argon2id$v=16$m=64,t=1,p=1$a$b",
                            "$argon2id$v=19$m=99999999999,t=1,p=1$a$b",
                            "$argon2id$v=19$m=64,t=1000,p=1$a$b", "$argon2id$v=19$m=64,t=1,p=1"}) {
        EXPECT_FALSE(read_argon2_cost(bad)) << bad;
    }
}

}  // namespace
}  // namespace musubi
