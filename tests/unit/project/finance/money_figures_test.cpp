#include "project/finance/money_figures.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "project/finance/money_report.h"
#include "project/finance/money_words.h"

namespace musubi::testing {
namespace {

MoneyPlan plan_of(const std::string& more, const std::string& head = "discount = 0.05\n") {
    auto plan = parse_money_plan(
        "[plan]\nname = \"p\"\nfirst_year = 2027\nyears = 10\n" + head + more, "p.toml");
    if (!plan) throw std::runtime_error(to_text(plan.error()));
    return *plan;
}

std::string flow(const std::string& kind, const std::string& rest) {
    return "[[flow]]\nname = \"" + kind + "\"\nkind = \"" + kind + "\"\n" + rest + "\n";
}

const MoneyFigures& planned(const MoneyResult& result) { return result.figures[0]; }

TEST(MoneyFigures, DiscountFactorsArePowers) {
    const std::vector<double> factors = discount_factors(0.07, 600);
    for (std::size_t i = 0; i < factors.size(); ++i) {
        ASSERT_NEAR(factors[i] / std::pow(1.07, -static_cast<double>(i) / 12), 1, 1e-13);
    }
    EXPECT_EQ(discount_factors(0, 3), (std::vector<double>{1, 1, 1}));
}

TEST(MoneyFigures, AnEvenFlowIsWorthAnAnnuity) {
    const MoneyResult result =
        compute_figures(plan_of(flow("fee", "amount = 3\nper = \"month\"")), 0);
    const double step = std::pow(1.05, -1.0 / 12);
    EXPECT_NEAR(planned(result).npv, 3 * (1 - std::pow(step, 120)) / (1 - step), 1e-9);
    EXPECT_TRUE(planned(result).never_below);
    EXPECT_FALSE(planned(result).payback);
    EXPECT_EQ(planned(result).break_even, 0);
    EXPECT_FALSE(planned(result).runway);
}

TEST(MoneyFigures, RhythmsPayWhenTheyAreDue) {
    const MoneyPlan plan =
        plan_of(flow("grant", "amount = 100\nper = \"once\"\nstart = \"2028-03\"") +
                flow("fee", "amount = 12\nstart = \"2028-10\"\nend = \"2029-09\"\ngrowth = 0.5") +
                flow("subsidy", "amount = 7\nmonth = 3\nend = \"2028-02\"") +
                flow("equipment", "amount = 50\nevery = 4\nstart = \"2028-05\"\ngrowth = 0.1") +
                flow("staff", "amount = 2\nper = \"month\"\nstart = \"2036\""));
    const MoneyResult result = compute_figures(plan, 0);
    const auto kind = [](FlowKind of) { return static_cast<std::size_t>(of); };
    EXPECT_EQ(result.months[11], 100);  // the subsidy of March 2028 is behind its end
    EXPECT_EQ(result.years[0].in[kind(FlowKind::Subsidy)], 0);
    EXPECT_EQ(result.years[1].in[kind(FlowKind::Fee)], 6);
    EXPECT_EQ(result.years[2].in[kind(FlowKind::Fee)], 9);
    EXPECT_EQ(result.years[1].out[kind(FlowKind::Equipment)], 50);
    EXPECT_NEAR(result.years[5].out[kind(FlowKind::Equipment)], 50 * std::pow(1.1, 4), 1e-12);
    EXPECT_NEAR(result.years[9].out[kind(FlowKind::Equipment)], 50 * std::pow(1.1, 8), 1e-12);
    EXPECT_EQ(result.years[9].out[kind(FlowKind::Staff)], 24);
    EXPECT_EQ(result.years[8].out[kind(FlowKind::Staff)], 0);
    for (const MoneyYear& year : result.years) {
        EXPECT_EQ(year.net, year.receipts - year.cost);
        EXPECT_NEAR(std::accumulate(year.in.begin(), year.in.end(), 0.0), year.receipts, 1e-12);
        EXPECT_NEAR(std::accumulate(year.out.begin(), year.out.end(), 0.0), year.cost, 1e-12);
    }
    EXPECT_NEAR(result.years.back().cash,
                std::accumulate(result.months.begin(), result.months.end(), 0.0), 1e-9);
}

TEST(MoneyFigures, MonthsAreThoseCountedByHand) {
    // 100 at once, then 10 a month from the second month: paid back with the eleventh.
    const MoneyResult result = compute_figures(
        plan_of(flow("equipment", "amount = 100\nper = \"once\"") +
                    flow("fee", "amount = 10\nper = \"month\"\nstart = \"2027-05\""),
                "discount = 0\nopening = 120\n"),
        0);
    EXPECT_EQ(planned(result).payback, 10);
    EXPECT_EQ(planned(result).discounted_payback, 10);
    EXPECT_TRUE(planned(result).payback_lasts);
    EXPECT_EQ(planned(result).break_even, 0);  // 110 of twelve months pay 100
    EXPECT_FALSE(planned(result).runway);
    EXPECT_EQ(planned(result).npv, 1090);
    EXPECT_EQ(planned(result).rates.rates.size(), 1U);

    const MoneyResult refreshed =
        compute_figures(plan_of(flow("equipment", "amount = 100\nevery = 5") +
                                    flow("fee", "amount = 24\nmonth = 4\nstart = \"2028\""),
                                "discount = 0\nopening = 99\n"),
                        0);
    EXPECT_EQ(planned(refreshed).runway, 0);
    EXPECT_EQ(planned(refreshed).payback, 108);  // 216 of 200 in April of 2036
    EXPECT_EQ(planned(refreshed).break_even, 1);
}

TEST(MoneyFigures, PayBackSaysWhetherItLasts) {
    const MoneyResult result =
        compute_figures(plan_of(flow("equipment", "amount = 100\nevery = 5") +
                                    flow("fee", "amount = 36\nmonth = 4"),
                                "discount = 0\n"),
                        0);
    EXPECT_EQ(planned(result).payback, 24);      // 108 of 100 in April of 2029
    EXPECT_TRUE(planned(result).payback_lasts);  // 216 - 200 with the next ones
    const MoneyResult again = compute_figures(plan_of(flow("equipment", "amount = 100\nevery = 4") +
                                                          flow("fee", "amount = 36\nmonth = 4"),
                                                      "discount = 0\n"),
                                              0);
    EXPECT_FALSE(planned(again).payback_lasts);
}

TEST(MoneyFigures, RunwayWithAndWithoutGrant) {
    const MoneyResult result =
        compute_figures(plan_of(flow("staff", "amount = 10\nper = \"month\"") +
                                    flow("grant", "amount = 10\nper = \"month\"\nend = \"2028\"") +
                                    flow("subsidy", "amount = 5\nper = \"month\""),
                                "opening = 20\n"),
                        0);
    EXPECT_EQ(result.figures[0].runway, 24 + 28);  // 20 and 24 x 5, 5 a month
    EXPECT_EQ(result.figures[1].runway, 4);
    EXPECT_EQ(result.figures[2].runway, 2);
}

TEST(MoneyFigures, TheLeastSubsidyIsEnoughAndOneLessIsNot) {
    const std::string rest = flow("equipment", "amount = 1234\nevery = 3") +
                             flow("staff", "amount = 567\ngrowth = 0.02") +
                             flow("fee", "amount = 300") +
                             flow("grant", "amount = 1000\nper = \"once\"");
    const MoneyResult result = compute_figures(plan_of(rest + flow("subsidy", "amount = 50")), 0);
    const auto npv_with = [&](double yearly) {
        const MoneyPlan with =
            plan_of(rest + flow("subsidy", "amount = " + std::to_string(yearly)));
        return compute_figures(with, 0).figures[0].npv;
    };
    EXPECT_GE(npv_with(result.with_grant.yearly), 0);
    EXPECT_LT(npv_with(result.with_grant.yearly - 1), 0);
    EXPECT_GT(result.without_grant.yearly, result.with_grant.yearly);
    const MoneyResult fine = compute_figures(plan_of(flow("fee", "amount = 1")), 0);
    EXPECT_EQ(fine.with_grant.yearly, 0);
}

TEST(MoneyFigures, CostPerOutcomeAndAlternatives) {
    const MoneyPlan plan = plan_of(
        "[[alternative]]\nname = \"a\"\n[[alternative]]\nname = \"b\"\n" +
        flow("staff", "amount = 100") + flow("equipment", "amount = 40\nalternatives = [\"b\"]") +
        "[outcome]\nname = \"o\"\nper_year = 50\nstart = \"2029\"\n");
    EXPECT_NEAR(*compute_figures(plan, 0).cost_per_outcome, 1000.0 / 400, 1e-12);
    EXPECT_NEAR(*compute_figures(plan, 1).cost_per_outcome, 1400.0 / 400, 1e-12);
}

TEST(MoneyFigures, ARateIsNoReturnWhereNothingIsPutInFirst) {
    // A grant pays for all; later equipment is paid from what was gained until then.
    const MoneyPlan granted = plan_of(flow("grant", "amount = 9000\nper = \"once\"") +
                                      flow("equipment", "amount = 10000\nevery = 7") +
                                      flow("fee", "amount = 1500\nmonth = 4"));
    const MoneyFigures gained = planned(compute_figures(granted, 0));
    EXPECT_TRUE(gained.never_below);
    EXPECT_TRUE(gained.nothing_put_in);
    ASSERT_FALSE(gained.rates.rates.empty());
    EXPECT_LT(gained.rates.rates.front(), 0);
    const std::string listed = percent(gained.rates.rates.front());
    EXPECT_NE(rate_words(gained, true).find("先に出すお金がない"), std::string::npos);
    EXPECT_NE(rate_words(gained, true).find(listed), std::string::npos);
    EXPECT_NE(rate_words(gained, false).find("no return"), std::string::npos);

    // 1,000 now for 1,200 later is the rate of a loan, however high it is.
    const MoneyFigures loan = planned(
        compute_figures(plan_of(flow("fee", "amount = 1000\nper = \"once\"") +
                                flow("staff", "amount = 1200\nper = \"once\"\nstart = \"2028\"")),
                        0));
    EXPECT_FALSE(loan.never_below);
    EXPECT_TRUE(loan.nothing_put_in);
    EXPECT_NEAR(loan.rates.rates.at(0), 0.2, 1e-9);

    // With a month in which it is overdrawn it is no less one.
    const MoneyFigures dipping = planned(compute_figures(
        plan_of(flow("fee", "amount = 1000\nper = \"once\"") +
                flow("equipment", "amount = 1005\nper = \"once\"\nstart = \"2027-05\"") +
                flow("grant", "amount = 200\nper = \"once\"\nstart = \"2028\"") +
                flow("staff", "amount = 500\nper = \"once\"\nstart = \"2032\"")),
        0));
    EXPECT_FALSE(dipping.never_below);
    EXPECT_LT(dipping.npv, 0);
    ASSERT_FALSE(dipping.rates.rates.empty());
    EXPECT_GT(dipping.rates.rates.front(), 0);
    EXPECT_TRUE(dipping.nothing_put_in);
    EXPECT_NE(rate_words(dipping, true).find("後で返す"), std::string::npos);

    // What is put in and lost in part has a rate, below 0.
    const MoneyFigures lost = planned(
        compute_figures(plan_of(flow("staff", "amount = 1000\nper = \"once\"") +
                                flow("fee", "amount = 600\nper = \"once\"\nstart = \"2028\"")),
                        0));
    EXPECT_FALSE(lost.nothing_put_in);
    EXPECT_EQ(rate_words(lost, true), "-40.00 %");
    const MoneyFigures fees = planned(compute_figures(plan_of(flow("fee", "amount = 1")), 0));
    EXPECT_EQ(rate_words(fees, false), "none (nothing is put in first, so nothing is returned)");
}

TEST(MoneyFigures, RoundedSumsAreExplainedUnderTheirTable) {
    const MoneyPlan plan = plan_of(flow("fee", "amount = 5000") + flow("staff", "amount = 3151.5"));
    const MoneyResult result = compute_figures(plan, 0);
    EXPECT_NE(to_text(plan, result, true).find("四捨五入"), std::string::npos);
    EXPECT_NE(to_text(plan, result, false).find("rounded to 千円"), std::string::npos);
}

TEST(MoneyFigures, AreToldInBothLanguages) {
    const MoneyPlan plan = plan_of(flow("equipment", "amount = 123456\nper = \"once\"") +
                                   flow("fee", "amount = 1\nper = \"month\""));
    const MoneyResult result = compute_figures(plan, 0);
    const std::string ja = money_heading(plan, 0, true) + to_text(plan, result, true);
    EXPECT_NE(ja.find("2027年度（令和9年度）から10年間、割引率 年5.00 %、金額は千円"),
              std::string::npos);
    EXPECT_NE(ja.find("123,456"), std::string::npos);
    EXPECT_NE(to_text(plan, result, false).find("NPV"), std::string::npos);
    const Json json = to_json(plan, 0, result);
    EXPECT_EQ(json.find("years")->array().size(), 10U);
    EXPECT_EQ(json.find("months")->array().size(), 120U);
    EXPECT_EQ(json.find("planned")->find("runwayMonths")->integer(), 0);
}

TEST(MoneyWords, AreThoseOfTheTownHall) {
    EXPECT_EQ(thousands(-1234567.5), "-1,234,568");
    EXPECT_EQ(thousands(-0.2), "0");
    EXPECT_EQ(thousands(999), "999");
    EXPECT_EQ(short_number(2.5), "2.5");
    EXPECT_EQ(short_number(-0.001), "0");
    EXPECT_EQ(percent(0.03256), "3.26 %");
    EXPECT_EQ(fiscal_year_text(2019, true), "2019年度（令和元年度）");
    EXPECT_EQ(fiscal_year_text(2018, true), "2018年度（平成30年度）");
    EXPECT_EQ(fiscal_year_text(1970, true), "1970年度");
    EXPECT_EQ(fiscal_year_of(calendar_month(2028, 3)), 2027);
    EXPECT_EQ(fiscal_year_of(calendar_month(2028, 4)), 2028);
    EXPECT_EQ(length_words(38, true), "3年2か月（38か月）");
}

}  // namespace
}  // namespace musubi::testing
