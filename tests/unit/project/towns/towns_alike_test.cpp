#include "project/towns/towns_alike.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "support/project.h"
#include "towns_fixture.h"

namespace musubi {
namespace {

using testing::feature_place;
using testing::town_with;

std::vector<TownProfile> four_towns() {
    std::vector<TownProfile> towns{town_with("18207", {{"old", 0.25}, {"habitable", 0.6}}),
                                   town_with("18423", {{"old", 0.35}, {"habitable", 0.2}}),
                                   town_with("18209", {{"old", 0.27}, {"habitable", 0.5}}),
                                   town_with("18382", {{"old", 0.40}, {"habitable", 0.1}})};
    towns[0].name = "鯖江市";
    towns[1].name = "越前町";
    towns[2].name = "越前市";
    towns[3].name = "池田町";
    return towns;
}

std::string names_of(const Json& answer) {
    std::string out;
    for (const Json& town : answer.find("like")->array()) {
        out += (out.empty() ? "" : " ") + town.find("name")->string();
    }
    return out;
}

TEST(TownsAlike, AreNamedTheNearestFirst) {
    const auto towns = four_towns();
    const auto answer = towns_alike(towns, {.town = "鯖江市"}, "source");
    ASSERT_TRUE(answer) << to_text(answer.error());
    EXPECT_EQ(names_of(*answer), "越前市 越前町 池田町");
    EXPECT_EQ(answer->find("source")->string(), "source");
    const Json& old = answer->find("features")->array()[feature_place("old")];
    EXPECT_EQ(old.find("value")->number(), 25);  // in percent
    EXPECT_TRUE(old.find("used")->boolean());
    EXPECT_FALSE(answer->find("features")->array()[feature_place("debt")].find("used")->boolean());
    const auto two = towns_alike(towns, {.town = "18207", .count = 2}, "source");
    ASSERT_TRUE(two);
    EXPECT_EQ(names_of(*two), "越前市 越前町");
}

TEST(TownsAlike, OfTheSameDistanceAreInTheOrderOfTheirCodes) {
    std::vector<TownProfile> towns = four_towns();
    towns[3].features = towns[1].features;
    EXPECT_EQ(names_of(*towns_alike(towns, {.town = "鯖江市"}, "")), "越前市 池田町 越前町");
}

TEST(TownsAlike, AreTheSameWhateverTheOrderOfTheTowns) {
    std::vector<TownProfile> towns = four_towns();
    const std::string first = to_text(*towns_alike(towns, {.town = "越前町"}, ""));
    std::ranges::reverse(towns);
    EXPECT_EQ(to_text(*towns_alike(towns, {.town = "越前町"}, "")), first);
}

TEST(TownsAlike, FindsATownByCodeAndName) {
    std::vector<TownProfile> towns = four_towns();
    for (const char* text : {"18382", "R18382", "１８３８２", "池田町", "福井県池田町"}) {
        const auto found = find_town(towns, text);
        ASSERT_TRUE(found) << text;
        EXPECT_EQ(*found, 3U);
    }
    towns[1].name = "池田町";
    towns[1].prefecture = "長野県";
    EXPECT_EQ(*find_town(towns, "福井県池田町"), 3U);
    const auto several = find_town(towns, "池田町");
    ASSERT_FALSE(several);
    EXPECT_NE(several.error().detail.find("長野県池田町 (18423), 福井県池田町 (18382)"),
              std::string::npos)
        << several.error().detail;
    EXPECT_EQ(find_town(towns, "江戸").error().code, ErrorCode::NotFound);
    EXPECT_EQ(find_town(towns, "\xFF").error().code, ErrorCode::BadRequest);
}

TEST(TownsAlike, RefusesWhatCanNotBeAsked) {
    std::vector<TownProfile> towns = four_towns();
    EXPECT_FALSE(towns_alike(towns, {.town = "鯖江市", .count = 0}, ""));
    EXPECT_FALSE(towns_alike(towns, {.town = "鯖江市", .count = kMaxTownsAlike + 1}, ""));
    for (auto& feature : towns[0].features) feature.reset();
    const auto bare = towns_alike(towns, {.town = "鯖江市"}, "");
    ASSERT_FALSE(bare);
    EXPECT_EQ(bare.error().code, ErrorCode::Conflict);
    EXPECT_FALSE(parse_town_method("euclid"));
    EXPECT_EQ(*parse_town_method("mahalanobis"), TownMethod::Mahalanobis);
}

TEST(TownFeatures, AreOnTheirPage) {
    std::ostringstream page;
    page << std::ifstream{test::project_folder() + "/docs/towns.md"}.rdbuf();
    EXPECT_NE(page.str().find(town_features_reference()), std::string::npos)
        << "docs/towns.md has to hold this:\n"
        << town_features_reference();
}

TEST(TownFeatures, AreSharesLogarithmsAndRates) {
    const auto features = town_features();
    const auto figure = [](std::string_view code) -> std::optional<double> {
        if (code == "A1101") return 20'000;
        if (code == "A1303") return 5'000;
        if (code == "B1103") return 1'000;  // ha
        if (code == "I6100") return 0;
        if (code == "E2101") return 0;
        if (code == "E2501") return 100;
        return std::nullopt;
    };
    const auto values = features_of(figure);
    EXPECT_EQ(values[feature_place("population")], 20'000);
    EXPECT_EQ(values[feature_place("density")], 2'000);  // a km2
    EXPECT_EQ(values[feature_place("old")], 0.25);
    EXPECT_EQ(values[feature_place("doctors")], 0);
    EXPECT_EQ(values[feature_place("pupils")], std::nullopt);  // no school: no such number
    EXPECT_EQ(values[feature_place("debt")], std::nullopt);
    EXPECT_EQ(compared_value(features[feature_place("population")], 1'000), 3);
    EXPECT_EQ(compared_value(features[feature_place("doctors")], 0), 0);
    EXPECT_EQ(shown_value(features[feature_place("old")], 0.25), 25);
}

}  // namespace
}  // namespace musubi
