#include "api/header_text.h"

#include <gtest/gtest.h>

namespace musubi {
namespace {

constexpr std::string_view kJson = "application/json";
constexpr std::string_view kLd = "application/ld+json";

TEST(AcceptWeight, IsOfTheMostSpecificRange) {
    EXPECT_EQ(accept_weight("*/*;q=0.5", kJson), 0.5);
    EXPECT_EQ(accept_weight("*/*;q=0.5, application/*;q=0.7", kJson), 0.7);
    EXPECT_EQ(accept_weight("application/json;q=0, */*", kJson), 0);
    EXPECT_EQ(accept_weight("*/*, application/json;q=0", kJson), 0);
    EXPECT_EQ(accept_weight("application/json;q=0, */*", kLd), 1);
}

TEST(AcceptWeight, IsBelowZeroWhereNothingFits) {
    EXPECT_LT(accept_weight("text/html", kJson), 0);
    EXPECT_LT(accept_weight("", kJson), 0);
    EXPECT_LT(accept_weight(",,;", kJson), 0);
    EXPECT_LT(accept_weight("application/jsonx", kJson), 0);
}

TEST(AcceptWeight, ReadsParametersWithAnyBlanks) {
    EXPECT_EQ(accept_weight(" application/json ; charset=utf-8 ; Q=0.25 ", kJson), 0.25);
    EXPECT_EQ(accept_weight("application/json;qq=0.1", kJson), 1);
}

TEST(AcceptWeight, AWeightThatIsNoneCountsAsOne) {
    for (const char* header : {"application/json;q=", "application/json;q=high",
                               "application/json;q=2", "application/json;q=-1"}) {
        EXPECT_EQ(accept_weight(header, kJson), 1) << header;
    }
}

TEST(WithoutBlanks, TakesSpacesAndTabsFromBothEnds) {
    EXPECT_EQ(without_blanks(" \t a b\t"), "a b");
    EXPECT_EQ(without_blanks(" \t"), "");
}

}  // namespace
}  // namespace musubi
