#include "model/name.h"

#include <gtest/gtest.h>

namespace musubi {
namespace {

TEST(Name, ReadsAsItsText) {
    const Name name{"urn:a"};
    EXPECT_EQ(name, "urn:a");
    EXPECT_EQ(name, std::string{"urn:a"});
    EXPECT_EQ(name, Name{std::string{"urn:a"}});
    EXPECT_NE(name, Name{"urn:b"});
    EXPECT_LT(name, Name{"urn:b"});
    EXPECT_GT(name, "urn:");
    const std::string& text = name;
    EXPECT_EQ(text, "urn:a");
    EXPECT_TRUE(Name{""}.empty());
    EXPECT_EQ(Name{}, Name{""});
    EXPECT_EQ(Name{}.size(), 0U);
}

TEST(Name, KnowsItsNumberInOneBookAlone) {
    const Name name{"urn:a", Name::Entry{7, 3}};
    const Name copy = name;
    EXPECT_EQ(copy.number_in(7), 3U);
    EXPECT_EQ(copy.number_in(8), 0U);
    EXPECT_EQ(Name{"urn:a"}.number_in(7), 0U);
    EXPECT_EQ(Name{}.number_in(7), 0U);
    name.strike();
    EXPECT_EQ(copy.number_in(7), 0U) << "all copies forget it";
    EXPECT_EQ(copy, "urn:a");
}

}  // namespace
}  // namespace musubi
