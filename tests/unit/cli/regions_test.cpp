// The published file itself: cp932, a header of three lines, 1,741 municipalities.
#include <gtest/gtest.h>

#include <algorithm>

#include "cli/regions_file.h"
#include "cli/regions_text.h"
#include "project/towns/towns_alike.h"
#include "support/test_data.h"

namespace musubi {
namespace {

std::string edition_file(const std::filesystem::path& data) {
    return (data / "regions" / "SSDSE-A-2023.csv").string();
}

TEST(Regions, ReadAnEditionAsPublished) {
    REQUIRE_TEST_DATA(data);
    const auto edition = read_regions_file(edition_file(*data));
    ASSERT_TRUE(edition) << to_text(edition.error());
    EXPECT_EQ(edition->name, "SSDSE-A-2023");
    EXPECT_EQ(edition->municipalities.size(), 1741U);
    EXPECT_EQ(edition->columns.size(), 125U);
    EXPECT_EQ(edition->columns[0].name, "総人口");
    EXPECT_EQ(edition->columns[0].year, 2020);
    EXPECT_EQ(edition->missing, 0U);
    const auto sabae = std::ranges::find(edition->municipalities, "18207", &Municipality::code);
    ASSERT_NE(sabae, edition->municipalities.end());
    EXPECT_EQ(sabae->prefecture + sabae->name, "福井県鯖江市");
    EXPECT_EQ(sabae->values[0], 68302);
}

TEST(Regions, HaveNeighboursThatAreAlike) {
    REQUIRE_TEST_DATA(data);
    const auto edition = read_regions_file(edition_file(*data));
    ASSERT_TRUE(edition) << to_text(edition.error());
    const auto towns = profiles_of(*edition);
    // Beside the ward in the middle of Tokyo stand its neighbours, whatever the method.
    for (const TownMethod method : {TownMethod::Gower, TownMethod::Mahalanobis}) {
        const auto answer =
            towns_alike(towns, {.town = "新宿区", .count = 3, .method = method}, edition->name);
        ASSERT_TRUE(answer) << to_text(answer.error());
        for (const Json& town : answer->find("like")->array()) {
            EXPECT_EQ(town.find("prefecture")->string(), "東京都");
        }
        const auto fukui =
            towns_alike(towns, {.town = "福井市", .count = 1, .method = method}, edition->name);
        ASSERT_TRUE(fukui);
        EXPECT_EQ(fukui->find("like")->array()[0].find("name")->string(), "富山市");
    }
    // A town where nobody lived in that year is not compared, and that is said.
    const auto futaba = towns_alike(towns, {.town = "双葉町"}, edition->name);
    ASSERT_FALSE(futaba);
    EXPECT_EQ(futaba.error().code, ErrorCode::Conflict);
}

TEST(Regions, AreReadInUtf8AndRefusedWhereALineIsBroken) {
    const std::string text =
        "\xEF\xBB\xBFSSDSE-A-2023,Prefecture,Municipality,A1101\r\n"
        "R18207,福井県,\"鯖江\"\"市\",68302\r\n";
    const auto edition = read_regions(text, "a.csv");
    ASSERT_TRUE(edition) << to_text(edition.error());
    EXPECT_EQ(edition->municipalities[0].name, "鯖江\"市");
    for (const std::string& broken :
         {text + "R18423,福井県,\"越前町,1\n", text + std::string("R18423,\0,x,1\n", 13),
          text + "R18423,\xFF\xFE,x,1\n"}) {
        const auto refused = read_regions(broken, "a.csv");
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().where, "a.csv:3");
    }
    EXPECT_FALSE(read_regions("", "a.csv"));
    EXPECT_FALSE(read_regions_file("/nowhere.csv"));
}

TEST(RegionsText, SaysWhatIsMissingAndWhatParts) {
    const std::string text =
        "SSDSE-A-2023,Prefecture,Municipality,A1101,A1303,D2203\n"
        "R18207,福井県,鯖江市,68302,18757,-\n"
        "R18423,福井県,越前町,20118,7177,98.7\n"
        "R18205,福井県,大野市,31286,11900,90\n";
    const auto edition = read_regions(text, "a.csv");
    ASSERT_TRUE(edition) << to_text(edition.error());
    const auto towns = profiles_of(*edition);
    const auto answer = towns_alike(towns, {.town = "鯖江市"}, statistics_credit(edition->name));
    ASSERT_TRUE(answer) << to_text(answer.error());
    const std::string ja = alike_text(*answer, true, true);
    EXPECT_NE(ja.find("3の市区町村を3の特徴で"), std::string::npos) << ja;
    EXPECT_NE(ja.find("この市区町村に欠けている特徴: 経常収支比率"), std::string::npos) << ja;
    EXPECT_NE(ja.find("欠測  経常収支比率: 欠測 | 90.00 %"), std::string::npos) << ja;
    const std::string en = alike_text(*answer, false, false);
    EXPECT_NE(en.find("Towns like 福井県鯖江市 (18207)"), std::string::npos) << en;
    EXPECT_NE(en.find("Not in this edition: people for each km2"), std::string::npos) << en;
    EXPECT_EQ(alike_text(Json{}, false, true).substr(0, 10), "Towns like");
}

}  // namespace
}  // namespace musubi
