#include "trust/secret.h"

#include <gtest/gtest.h>

#include <set>

namespace musubi {
namespace {

TEST(Secret, IsComparedWhole) {
    EXPECT_TRUE(same_secret("abc", "abc"));
    EXPECT_FALSE(same_secret("abc", "abd"));
    EXPECT_FALSE(same_secret("abc", "ab"));
}

TEST(TypedCode, HasGroupsThatCanBeReadOut) {
    SeededRandom random{7};
    std::set<std::string> all;
    for (int i = 0; i < 1000; ++i) {
        const std::string code = typed_code(random, 5);
        ASSERT_EQ(code.size(), 24U);
        EXPECT_EQ(code.find_first_of("ILOU"), std::string::npos);
        EXPECT_TRUE(all.insert(code).second);
    }
}

TEST(TypedCode, IsReadAsPeopleTypeIt) {
    const std::string meant = read_typed_code("0123-4567-89AB-CDEF").value();
    EXPECT_EQ(meant, "0123456789ABCDEF");
    for (const char* typed : {"0123456789abcdef", "O123 4567 89AB CDEF", "o1 23-45 67-89abcdef",
                              "０１２３－４５６７－８９ＡＢ－ＣＤＥＦ", "0123　4567　89ab　cdef",
                              "oI23-4567-89AB-CDEF", "0l23-4567-89AB-CDEF"}) {
        EXPECT_EQ(read_typed_code(typed).value_or("none"), meant) << typed;
    }
    for (const char* bad : {"U123", "0123_4567", "あ", "\xef\xbc", "\xff", "0123\n"}) {
        EXPECT_FALSE(read_typed_code(bad)) << bad;
    }
    EXPECT_FALSE(read_typed_code(std::string(201, '0')));
}

}  // namespace
}  // namespace musubi
