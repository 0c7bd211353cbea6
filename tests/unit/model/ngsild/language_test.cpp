#include "model/ngsild/language.h"

#include <gtest/gtest.h>

namespace musubi::ngsild {
namespace {

std::string chosen(std::string_view map, std::string_view ranges) {
    const Json json = parse_json(map).value();
    const JsonMember* found = choose_language(json.object(), ranges);
    return found == nullptr ? "" : found->name;
}

TEST(ChooseLanguage, FollowsQualityThenOrder) {
    constexpr std::string_view kMap = R"({"en":"a","fr":"b","nl":"c"})";
    EXPECT_EQ(chosen(kMap, "fr"), "fr");
    EXPECT_EQ(chosen(kMap, "fr;q=0.2,nl;q=0.9"), "nl");
    EXPECT_EQ(chosen(kMap, "fr-CH, fr;q=0.9, en;q=0.8, *;q=0.5"), "fr");
    EXPECT_EQ(chosen(kMap, "en;q=0,nl"), "nl");
}

TEST(ChooseLanguage, IgnoresCaseAndShortensAndLengthens) {
    EXPECT_EQ(chosen(R"({"en":"a","fr":"b"})", "FR"), "fr");
    EXPECT_EQ(chosen(R"({"en":"a","nl":"b"})", "nl-BE"), "nl");
    EXPECT_EQ(chosen(R"({"de":"a","en-US":"b"})", "en"), "en-US");
    EXPECT_EQ(chosen(R"({"de":"a","english":"b"})", "en"), "de");
}

TEST(ChooseLanguage, FallsBackToTheOneWithoutLanguageThenToAny) {
    EXPECT_EQ(chosen(R"({"de":"a","@none":"b"})", "ja"), "@none");
    EXPECT_EQ(chosen(R"({"de":"a","fr":"b"})", "*"), "de");
    EXPECT_EQ(chosen(R"({"de":"a"})", ",;,;q=x"), "de");
    EXPECT_EQ(chosen("{}", "de"), "");
}

}  // namespace
}  // namespace musubi::ngsild
