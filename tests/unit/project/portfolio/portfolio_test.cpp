#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <sstream>

#include "base/toml_schema.h"
#include "project/portfolio/narrowing.h"
#include "project/portfolio/portfolio_table.h"
#include "support/project.h"
#include "support/replaced.h"

namespace musubi {
namespace {

using test::replaced;

std::string project_text(const std::string& file) {
    std::ostringstream text;
    text << std::ifstream{test::project_folder() + "/" + file}.rdbuf();
    return text.str();
}

Result<Portfolio> read(const std::string& text) {
    const PortfolioFile file{"p.toml", text};
    return read_portfolio({&file, 1});
}

std::string refusal_of(const std::string& text) {
    const auto portfolio = read(text);
    return portfolio ? "read" : to_text(portfolio.error());
}

Result<Portfolio> example() {
    const std::vector<PortfolioFile> files{
        {"pilots.toml", project_text("examples/portfolio/pilots.toml")},
        {"projects.toml", project_text("examples/portfolio/projects.toml")}};
    return read_portfolio(files);
}

std::string counts_of(const Json& table) {
    std::string out;
    for (const Json& row : table.find("rows")->array()) {
        out += row.find("id")->string() + "=" + std::to_string(row.find("pilots")->integer()) +
               "+" + std::to_string(row.find("projects")->array().size()) + " ";
    }
    return out;
}

const std::string kSmall = R"(
[portfolio]
source = "a test"
[[field]]
id = "farming"
ja = "農業"
en = "farming"
[[field]]
id = "health"
ja = "医療"
en = "health"
[[function]]
id = "ai"
ja = "AI"
en = "AI"
[[year]]
year = 2021
name = "令和3年度"
pilots = { farming = 4, health = 1 }
total = 5
[[project]]
id = "one"
ja = "一"
en = "one"
year = 2023
stage = "plan"
field = "health"
functions = ["ai"]
)";

TEST(Portfolio, HasThe69PilotsAnd15ProjectsOfThePaper) {
    const auto portfolio = example();
    ASSERT_TRUE(portfolio) << to_text(portfolio.error());
    EXPECT_EQ(portfolio->pilots(), 69);
    EXPECT_EQ(portfolio->projects.size(), 15U);
    EXPECT_EQ(counts_of(portfolio_table(*portfolio, PortfolioBy::Year)),
              "2020=19+0 2021=26+0 2022=24+0 2023=0+15 ");
    EXPECT_EQ(counts_of(portfolio_table(*portfolio, PortfolioBy::Field)),
              "farming-fishing=13+0 factories-power=13+0 air-sea-ports=5+0 transport=9+0 "
              "tourism-culture-sport=9+0 safety=8+0 health=8+0 other=4+0 =0+15 ");
    EXPECT_EQ(counts_of(portfolio_table(*portfolio, PortfolioBy::Stage)),
              "plan=0+0 pilot=69+15 rollout=0+0 ");
    EXPECT_EQ(counts_of(portfolio_table(*portfolio, PortfolioBy::Function)),
              "wifi-halow=0+7 local-5g=0+7 satellite=0+2 realtime-link=0+1 three-d=0+3 "
              "ai-engine=0+4 cameras-sensors=0+11 =69+0 ");
}

TEST(Portfolio, OfOneFileIsLaidOutByEachOfFive) {
    const auto portfolio = read(kSmall);
    ASSERT_TRUE(portfolio) << to_text(portfolio.error());
    EXPECT_EQ(counts_of(portfolio_table(*portfolio, PortfolioBy::Field)),
              "farming=4+0 health=1+1 ");
    EXPECT_EQ(counts_of(portfolio_table(*portfolio, PortfolioBy::Year)), "2021=5+0 2023=0+1 ");
    EXPECT_EQ(counts_of(portfolio_table(*portfolio, PortfolioBy::Stage)),
              "plan=0+1 pilot=5+0 rollout=0+0 ");
    EXPECT_EQ(counts_of(portfolio_table(*portfolio, PortfolioBy::Function)), "ai=0+1 =5+0 ");
    EXPECT_EQ(counts_of(portfolio_table(*portfolio, PortfolioBy::Region)), "=5+1 ");
    EXPECT_EQ(*parse_portfolio_by("function"), PortfolioBy::Function);
    EXPECT_FALSE(parse_portfolio_by("colour"));
}

TEST(Portfolio, RefusesATotalThatIsWrongNamingTheRow) {
    const std::string said = refusal_of(replaced(kSmall, "total = 5", "total = 6"));
    EXPECT_NE(said.find("「令和3年度」の合計が合いません: 書かれているのは 6、数えると 5"),
              std::string::npos)
        << said;
    EXPECT_NE(said.find("the total of 2021 is wrong: it says 6, counted are 5 (p.toml:20)"),
              std::string::npos)
        << said;
    EXPECT_NE(refusal_of(replaced(kSmall, "\"a test\"", "\"a test\"\npilots = 4"))
                  .find("all pilots is wrong"),
              std::string::npos);
    EXPECT_NE(refusal_of(replaced(kSmall, "\"a test\"", "\"a test\"\nprojects = 2"))
                  .find("says 2, counted are 1"),
              std::string::npos);
    EXPECT_NE(refusal_of(replaced(kSmall, "en = \"AI\"", "en = \"AI\"\nprojects = 2"))
                  .find("function ai is wrong"),
              std::string::npos);
}

TEST(Portfolio, RefusesWhatItDoesNotKnowNamingTheLine) {
    const std::vector<std::array<std::string, 3>> wrong{
        {"farming = 4", "fishing = 4", "there is no field fishing (p.toml:19)"},
        {"farming = 4", "farming = -4", "the count of farming is a whole number"},
        {"farming = 4", "farming = 4.5", "the count of farming is a whole number"},
        {"farming = 4", "farming = \"4\"", "the count of farming is a whole number"},
        {"field = \"health\"", "field = \"boats\"", "there is no field boats (p.toml:27)"},
        {"[\"ai\"]", "[\"ai\", \"ai\"]", "ai is there twice"},
        {"[\"ai\"]", "[\"sea\"]", "there is no function sea"},
        {"\"plan\"", "\"dream\"", "'dream' is not a value of 'stage'"},
        {"id = \"health\"", "id = \"farming\"", "farming is there twice"},
        {"id = \"one\"", "id = \"One!\"", "an id is of lower-case letters"},
        {"year = 2023", "year = 5", "the year has four digits"},
        {"source = \"a test\"", "", "'source' is missing"},
        {"[[year]]", "[[yaer]]", "there is no 'yaer' here"}};
    for (const auto& [from, to, words] : wrong) {
        const std::string said = refusal_of(replaced(kSmall, from, to));
        EXPECT_NE(said.find(words), std::string::npos) << to << ": " << said;
    }
    EXPECT_FALSE(read_portfolio(std::vector<PortfolioFile>(kMaxPortfolioFiles + 1)));
}

TEST(Portfolio, ThePageOfItsFormatsIsUpToDate) {
    const std::string page = project_text("docs/portfolio.md");
    for (const TomlSchema* schema : {&portfolio_schema(), &narrowing_schema()}) {
        EXPECT_NE(page.find(toml_reference(*schema)), std::string::npos)
            << "docs/portfolio.md has to hold this:\n"
            << toml_reference(*schema);
    }
}

}  // namespace
}  // namespace musubi
