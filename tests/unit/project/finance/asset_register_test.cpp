#include "project/finance/asset_register.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "base/toml_schema.h"
#include "support/project.h"

namespace musubi::testing {
namespace {

using ::testing::HasSubstr;

constexpr const char* kRegister = "[register]\nname = \"r\"\nyear = 2027\n";
constexpr const char* kBy =
    "asset_by = \"a\"\noperation_by = \"o\"\ndata_by = \"d\"\nrisk_by = \"r\"\n";

std::string asset(const std::string& name, int bought, const std::string& rest) {
    return "[[asset]]\nname = \"" + name +
           "\"\nkind = \"sensor\"\nbought = " + std::to_string(bought) + "\n" + rest + "\n" + kBy;
}

AssetRegister read(const std::string& more) {
    auto assets = parse_asset_register(kRegister + more, "a.toml");
    if (!assets) throw std::runtime_error(to_text(assets.error()));
    return *assets;
}

void expect_register_refused(const std::string& more, const std::string& where,
                             const std::string& words) {
    const auto assets = parse_asset_register(kRegister + more, "a.toml");
    ASSERT_FALSE(assets) << more;
    EXPECT_EQ(assets.error().where, where) << assets.error().detail << "\n" << more;
    EXPECT_THAT(assets.error().detail, HasSubstr(words));
}

TEST(AssetRegister, EachFigureLeadsToTheLinesItIsReadFrom) {
    const AssetRegister assets =
        read(asset("gauge", 2019, "price = 1\nlife = 7") + "[[use]]\ndepartment = \"x\"\n" +
             "[[use]]\ndepartment = \"y\"\n[[use]]\ndepartment = \"x\"\n");
    EXPECT_EQ(assets.assets[0].line, 4);
    const Json out = to_json(assets, asset_figures(assets));
    EXPECT_EQ(out.find("assets")->array()[0].find("line")->integer(), 4);
    const Json::Array& departments = out.find("departments")->array();
    ASSERT_EQ(departments.size(), 2U);
    EXPECT_EQ(to_text(*departments[0].find("lines")), "[14,18]");
    EXPECT_EQ(to_text(*departments[1].find("lines")), "[16]");
}

TEST(AssetRegister, FiguresAreThoseCountedByHand) {
    const AssetRegister assets =
        read(asset("gauge", 2019, "price = 450\ncount = 20\nlife = 7\nyearly_cost = 480") +
             asset("line", 2024, "price = 15\ncount = 20\nlife = 5\nyearly_cost = 540") +
             "[[use]]\ndepartment = \"x\"\nshare = 0.5\npays = 900\notherwise = 1800\n"
             "[[use]]\ndepartment = \"y\"\nassets = [\"line\"]\nshare = 0.25\npays = 100\n"
             "[[use]]\ndepartment = \"x\"\nassets = [\"gauge\"]\notherwise = 7\n");
    const AssetFigures figures = asset_figures(assets);
    EXPECT_EQ(figures.price, 9300);
    EXPECT_EQ(figures.running, 1020);
    const double gauge = 480 + 9000.0 / 7;
    EXPECT_NEAR(figures.whole_year, gauge + 600, 1e-9);
    EXPECT_EQ(figures.past_life, (std::vector<std::size_t>{0}));
    ASSERT_EQ(figures.departments.size(), 2U);
    EXPECT_NEAR(figures.departments[0].share_of_cost, (gauge + 600) / 2, 1e-9);
    EXPECT_EQ(figures.departments[0].otherwise, 1807);
    EXPECT_NEAR(figures.departments[1].share_of_cost, 150, 1e-9);
    EXPECT_EQ(figures.paid, 1000);
    EXPECT_NEAR(figures.unshared, gauge / 2 + 150, 1e-9);
    EXPECT_EQ(figures.least_subsidy, 1366);  // 2365.7 less 1000, rounded up
    ASSERT_EQ(figures.calendar.size(), 3U);
    EXPECT_EQ(figures.calendar[0].year, 2027);  // what is overdue, at once
    EXPECT_EQ(figures.calendar[0].cost, 9000);
    EXPECT_EQ(figures.calendar[1].year, 2029);
    EXPECT_EQ(figures.calendar[2].year, 2034);
    EXPECT_EQ(figures.calendar[2].cost, 9300);
}

TEST(AssetRegister, NoSubsidyWhereItIsPaidFor) {
    const AssetFigures figures =
        asset_figures(read(asset("gauge", 2026, "price = 10\nlife = 10\nyearly_cost = 1") +
                           "[[use]]\ndepartment = \"x\"\nshare = 1\npays = 2\notherwise = 1\n"));
    EXPECT_EQ(figures.least_subsidy, 0);
    EXPECT_EQ(figures.unshared, 0);
    EXPECT_TRUE(figures.past_life.empty());
}

TEST(AssetRegister, SaysWhetherStoppingCostsMore) {
    const std::string one = asset("gauge", 2026, "price = 10\nlife = 10\nyearly_cost = 9");
    const auto told = [&](const std::string& otherwise, bool japanese) {
        const AssetRegister assets =
            read(one + "[[use]]\ndepartment = \"x\"\nshare = 1\notherwise = " + otherwise + "\n");
        return to_text(assets, asset_figures(assets), japanese);
    };
    EXPECT_THAT(told("10", false), HasSubstr("no less than the 10 千円 of keeping it"));
    EXPECT_THAT(told("9", false), HasSubstr("no reason to keep it"));
    EXPECT_THAT(told("9", true), HasSubstr("続ける理由になりません"));
}

TEST(AssetRegister, RefusesWhatDoesNotHold) {
    const std::string good = "price = 1\nlife = 5";
    expect_register_refused(asset("g", 2020, "price = 1\nlife = -5"), "a.toml:9", "from 1 to 100");
    expect_register_refused(asset("g", 2020, "price = 1\nlife = 0"), "a.toml:9", "from 1 to 100");
    expect_register_refused(asset("g", 2028, good), "a.toml:7", "after the year of the register");
    expect_register_refused(asset("g", 2020, "price = -1\nlife = 5"), "a.toml:8",
                            "'price' is a number");
    expect_register_refused(asset("g", 2020, "price = nan\nlife = 5"), "a.toml:8",
                            "'price' is a number");
    expect_register_refused(asset("g", 2020, "price = 1e12\nlife = 5\ncount = 1000"), "a.toml:8",
                            "10^12");
    expect_register_refused(asset("g", 2020, good) + asset("g", 2020, good), "a.toml:15",
                            "there twice");
    expect_register_refused(
        asset("g", 2020, good) + "[[use]]\ndepartment = \"x\"\nassets = [\"h\"]\n", "a.toml:16",
        "there is no asset 'h'");
    expect_register_refused(
        asset("g", 2020, good) + "[[use]]\ndepartment = \"x\"\nassets = [\"g\", \"g\"]\n",
        "a.toml:16", "there twice");
    expect_register_refused(asset("g", 2020, good) +
                                "[[use]]\ndepartment = \"x\"\nshare = 0.6\n"
                                "[[use]]\ndepartment = \"y\"\nshare = 0.6\n",
                            "a.toml:19", "the shares of 'g' are above 100 %");
    expect_register_refused(asset("g", 2020, good) + "[[use]]\ndepartment = \"x\"\nshare = 2\n",
                            "a.toml:16", "'share' is a number from 0 to 1");
    expect_register_refused("", "a.toml:1", "[[asset]]");
    expect_register_refused(
        "[[asset]]\nname = \"g\"\nkind = \"sensor\"\nbought = 2020\n" + good + "\n", "a.toml:4",
        "'asset_by' is missing");
}

TEST(AssetRegister, TheExampleOfTheRiverPackCanBeComputed) {
    std::ostringstream text;
    text << std::ifstream{test::project_folder() + "/packs/river/assets.toml"}.rdbuf();
    const auto assets = parse_asset_register(text.str(), "assets.toml");
    ASSERT_TRUE(assets) << to_text(assets.error());
    EXPECT_TRUE(assets->example);
    const Json told = to_json(*assets, asset_figures(*assets));
    EXPECT_EQ(told.find("assets")->array().size(), 3U);
    EXPECT_EQ(told.find("pastLife")->array().size(), 1U);
}

TEST(AssetRegister, TheReferencePageIsUpToDate) {
    std::ostringstream page;
    page << std::ifstream{test::project_folder() + "/docs/assets.md"}.rdbuf();
    EXPECT_NE(page.str().find(toml_reference(asset_schema())), std::string::npos)
        << "docs/assets.md must hold exactly this:\n"
        << toml_reference(asset_schema());
}

}  // namespace
}  // namespace musubi::testing
