#include "project/finance/budget.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace musubi::testing {
namespace {

using ::testing::HasSubstr;

MoneyPlan requested(const std::string& years = "10") {
    auto plan = parse_money_plan(
        "[plan]\nname = \"=1+1\"\nfirst_year = 2027\nyears = " + years +
            "\n[[alternative]]\nname = \"<own>\"\nnote = \"n\"\n[[alternative]]\nname = \"rent\"\n"
            "[[flow]]\nname = \"=box\"\nkind = \"equipment\"\namount = 100.2\nper = \"once\"\n"
            "alternatives = [\"<own>\"]\n"
            "[[flow]]\nname = \"rent\"\nkind = \"other\"\namount = 30.5\nalternatives = "
            "[\"rent\"]\n"
            "[[flow]]\nname = \"staff\"\nkind = \"staff\"\namount = 10.5\n"
            "[[flow]]\nname = \"grant\"\nkind = \"grant\"\namount = 50.9\nper = \"once\"\n"
            "[[flow]]\nname = \"fee\"\nkind = \"fee\"\namount = 2.5\n"
            "[[flow]]\nname = \"town\"\nkind = \"subsidy\"\namount = 9\n"
            "[outcome]\nname = \"o\"\nper_year = 10\n",
        "p.toml");
    if (!plan) throw std::runtime_error(to_text(plan.error()));
    return *plan;
}

TEST(Budget, SumsAreThoseOfWhatIsShown) {
    const Budget budget = make_budget(requested(), false);
    ASSERT_EQ(budget.alternatives.size(), 2U);
    const BudgetTable& own = budget.alternatives[0];
    EXPECT_EQ(own.columns.size(), 7U);
    ASSERT_EQ(own.rows.size(), 6U);
    EXPECT_EQ(own.rows[0].values, (std::vector<double>{101, 0, 0, 0, 0, 101}));
    EXPECT_EQ(own.rows[1].values, (std::vector<double>{11, 11, 11, 11, 11, 55}));
    EXPECT_EQ(own.rows[2].values, (std::vector<double>{112, 11, 11, 11, 11, 156}));
    EXPECT_EQ(own.rows[3].values, (std::vector<double>{50, 0, 0, 0, 0, 50}));
    EXPECT_EQ(own.rows[4].values, (std::vector<double>{2, 2, 2, 2, 2, 10}));
    EXPECT_EQ(own.rows[5].values, (std::vector<double>{60, 9, 9, 9, 9, 96}));
    ASSERT_EQ(budget.comparison.rows.size(), 2U);
    const std::vector<double>& rent = budget.comparison.rows[1].values;
    EXPECT_EQ(rent[0], 5 * (31 + 11));
    EXPECT_EQ(rent[3], 210 - 50 - 10);
    EXPECT_EQ(rent[4], 150 - 96);
    EXPECT_EQ(rent[6], std::round((30.5 + 10.5) / 10 * 1000));
    EXPECT_EQ(rent.size() + 1, budget.comparison.columns.size());
}

TEST(Budget, HasAsManyYearsAsThePlan) {
    EXPECT_EQ(make_budget(requested("2"), true).alternatives[0].columns.size(), 4U);
}

TEST(Budget, TextsAreNeitherFormulasNorMarkup) {
    const Budget budget = make_budget(requested(), true);
    const std::string csv = to_csv(budget);
    EXPECT_TRUE(csv.starts_with("\xEF\xBB\xBF"));
    EXPECT_THAT(csv, HasSubstr("\"機器：=box\",101,0,0,0,0,101\r\n"));
    EXPECT_THAT(csv, HasSubstr("\r\n\"<own>\",156,"));
    const std::string page = to_html(budget, true);
    EXPECT_THAT(page, HasSubstr("<h2>&lt;own&gt;</h2>"));
    EXPECT_EQ(page.find("<own>"), std::string::npos);
    EXPECT_THAT(to_text(budget), HasSubstr("財源：一般財源 | 60 | 9 | 9 | 9 | 9 | 96"));
    EXPECT_EQ(to_json(budget).find("tables")->array().size(), 3U);
    Budget formula = budget;
    formula.notes = {"=HYPERLINK(\"x\")"};
    EXPECT_THAT(to_csv(formula), HasSubstr("\"'=HYPERLINK(\"\"x\"\")\"\r\n"));
}

}  // namespace
}  // namespace musubi::testing
