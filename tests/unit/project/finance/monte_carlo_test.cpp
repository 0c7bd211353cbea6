#include "project/finance/monte_carlo.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>

#include "project/finance/money_figures.h"
#include "project/finance/tornado.h"

namespace musubi::testing {
namespace {

MoneyPlan drawn_plan(const std::string& more, const std::string& head = "discount = 0.04\n") {
    auto plan = parse_money_plan(
        "[plan]\nname = \"p\"\nfirst_year = 2027\nyears = 10\n" + head + more, "p.toml");
    if (!plan) throw std::runtime_error(to_text(plan.error()));
    return *plan;
}

std::string drawn_input(const std::string& name, const std::string& rest) {
    return "[[input]]\nname = \"" + name + "\"\ndistribution = " + rest + "\n";
}
std::string monthly(const std::string& name, const std::string& kind, const std::string& times) {
    return "[[flow]]\nname = \"" + name + "\"\nkind = \"" + kind +
           "\"\nper = \"month\"\ntimes = [" + times + "]\n";
}

// Worth of one 千円 each month.
double annuity() {
    double sum = 0;
    for (const double factor : discount_factors(0.04, 120)) sum += factor;
    return sum;
}

void expect_within(const DrawSpread& of, double mean) {
    EXPECT_NEAR(of.mean, mean, 3 * of.standard_error);
}

std::uint64_t bits(double value) { return std::bit_cast<std::uint64_t>(value); }

TEST(MonteCarlo, TheWorthOfNormalsIsNormal) {
    const MoneyPlan plan =
        drawn_plan(drawn_input("a", "\"normal\"\nmean = 30\ndeviation = 4") +
                   drawn_input("b", "\"normal\"\nmean = 25\ndeviation = 6") +
                   monthly("in", "fee", "\"a\"") + monthly("out", "staff", "\"b\""));
    const MonteCarloResult result = run_monte_carlo(plan, 0, {});
    const double mean = 5 * annuity();
    const double deviation = std::sqrt(16.0 + 36.0) * annuity();
    expect_within(result.npv, mean);
    EXPECT_NEAR(result.npv.standard_error * std::sqrt(1e5) / deviation, 1, 3 / std::sqrt(2e5));
    EXPECT_NEAR(result.npv.high, mean + 1.6448536269514722 * deviation, 0.03 * deviation);
    const double below = 0.5 * std::erfc(mean / deviation / std::sqrt(2.0));
    EXPECT_NEAR(result.below_zero, below, 3 * std::sqrt(below * (1 - below) / 1e5));
}

// Cash after k years is the opening and 12 k times a difference of normals.
TEST(MonteCarlo, TheCashOfEachYearIsNormal) {
    const MoneyPlan plan =
        drawn_plan(drawn_input("a", "\"normal\"\nmean = 30\ndeviation = 4") +
                       drawn_input("b", "\"normal\"\nmean = 25\ndeviation = 6") +
                       monthly("in", "fee", "\"a\"") + monthly("out", "staff", "\"b\"") +
                       "[[flow]]\nname = \"g\"\nkind = \"grant\"\nper = \"month\"\namount = 2\n",
                   "opening = 100\ndiscount = 0.04\n");
    const MonteCarloResult result = run_monte_carlo(plan, 0, {});
    EXPECT_EQ(result.cash.draws, MonteCarloOptions::kFanDraws);
    ASSERT_EQ(result.cash.planned.size(), 10U);
    ASSERT_EQ(result.cash.without_grant.size(), 10U);
    const double deviation = std::sqrt(16.0 + 36.0);
    for (std::size_t year = 0; year < 10; ++year) {
        const double months = 12.0 * static_cast<double>(year + 1);
        const CashBand& of = result.cash.planned[year];
        const auto expect_near = [&](double found, double z) {
            EXPECT_NEAR(found, 100 + months * (7 + z * deviation), 0.06 * months * deviation);
        };
        expect_near(of.q05, -1.6448536269514722);
        expect_near(of.q25, -0.6744897501960817);
        expect_near(of.q50, 0);
        expect_near(of.q75, 0.6744897501960817);
        expect_near(of.q95, 1.6448536269514722);
        EXPECT_NEAR(of.q50 - result.cash.without_grant[year].q50, 2 * months, 1e-6);
    }
}

TEST(MonteCarlo, TheFanHasTheQuantilesOfWhatWasDrawn) {
    const MoneyPlan plan = drawn_plan(drawn_input("a", "\"lognormal\"\nmean = 10\ndeviation = 5") +
                                      monthly("in", "fee", "\"a\""));
    for (int count = 1'000; count < 1'040; ++count) {
        const MonteCarloResult result = run_monte_carlo(plan, 0, {.draws = count, .seed = 5});
        InputDraws draws{plan, 5};
        std::vector<double> values;
        std::vector<double> drawn;
        for (int i = 0; i < count; ++i) {
            draws.draw(static_cast<std::uint64_t>(i), values);
            drawn.push_back(values[0]);
        }
        std::sort(drawn.begin(), drawn.end());
        for (const std::size_t year : {0U, 9U}) {
            const double months = 12.0 * static_cast<double>(year + 1);
            const CashBand& of = result.cash.planned[year];
            EXPECT_NEAR(of.q05, months * sorted_quantile(drawn, 0.05), 1e-9) << count;
            EXPECT_NEAR(of.q25, months * sorted_quantile(drawn, 0.25), 1e-9) << count;
            EXPECT_NEAR(of.q50, months * sorted_quantile(drawn, 0.5), 1e-9) << count;
            EXPECT_NEAR(of.q75, months * sorted_quantile(drawn, 0.75), 1e-9) << count;
            EXPECT_NEAR(of.q95, months * sorted_quantile(drawn, 0.95), 1e-9) << count;
        }
    }
}

TEST(MonteCarlo, TheFanIsOfTheFirstDrawsHoweverManyThereAre) {
    const MoneyPlan plan = drawn_plan(drawn_input("a", "\"lognormal\"\nmean = 10\ndeviation = 5") +
                                      monthly("in", "fee", "\"a\""));
    const auto fan = [&](int draws) { return run_monte_carlo(plan, 0, {.draws = draws}).cash; };
    const CashFan few = fan(MonteCarloOptions::kFanDraws);
    const CashFan many = fan(30'000);
    EXPECT_EQ(many.draws, MonteCarloOptions::kFanDraws);
    EXPECT_EQ(bits(few.planned[4].q95), bits(many.planned[4].q95));
    EXPECT_EQ(bits(few.without_grant[9].q05), bits(many.without_grant[9].q05));
    EXPECT_EQ(fan(1'000).draws, 1'000);
    EXPECT_NE(fan(1'000).planned[4].q95, few.planned[4].q95);
}

TEST(MonteCarlo, TheMeanOfProductsIsTheProductOfMeans) {
    const MoneyPlan plan =
        drawn_plan(drawn_input("price", "\"pert\"\nlow = 1\nmode = 2\nhigh = 6") +
                   drawn_input("users", "\"triangular\"\nlow = 10\nmode = 30\nhigh = 40") +
                   drawn_input("pay", "\"lognormal\"\nmean = 50\ndeviation = 40") +
                   drawn_input("happens", "\"bernoulli\"\nprobability = 0.25") +
                   monthly("in", "fee", "\"price\", \"users\"") +
                   monthly("out", "staff", "\"pay\", \"happens\""));
    const MonteCarloResult result = run_monte_carlo(plan, 0, {.seed = 77});
    expect_within(result.npv, (2.5 * 80 / 3 - 50 * 0.25) * annuity());
}

TEST(MonteCarlo, TheMeanOfLognormalsIsTheirs) {
    const MoneyPlan plan = drawn_plan(drawn_input("a", "\"lognormal\"\nmean = 10\ndeviation = 15") +
                                      monthly("in", "fee", "\"a\""));
    const MonteCarloResult result = run_monte_carlo(plan, 0, {.seed = 3});
    expect_within(result.npv, 10 * annuity());
    EXPECT_NEAR(result.npv.median, 10 / std::sqrt(1 + 2.25) * annuity(), 0.03 * 10 * annuity());
}

// Of normals with a correlation r: E(ab) = E(a) E(b) + r s(a) s(b); of ranks 12 E((u - 1/2)(v -
// 1/2)).
TEST(MonteCarlo, CorrelationsAreThoseAsked) {
    const std::string pair = "[[correlation]]\nbetween = [\"b\", \"a\"]\nvalue = 0.6\nof = ";
    const std::string flows = monthly("in", "fee", "\"a\", \"b\"");
    const std::string normals = drawn_input("x", "\"uniform\"\nlow = 0\nhigh = 1") +
                                drawn_input("a", "\"normal\"\nmean = 10\ndeviation = 2") +
                                drawn_input("b", "\"normal\"\nmean = 20\ndeviation = 3");
    const MoneyPlan plan = drawn_plan(normals + pair + "\"normal\"\n" + flows);
    expect_within(run_monte_carlo(plan, 0, {.seed = 4}).npv, (200 + 0.6 * 6) * annuity());

    const std::string uniforms = drawn_input("a", "\"uniform\"\nlow = 0\nhigh = 1") +
                                 drawn_input("x", "\"uniform\"\nlow = 0\nhigh = 1") +
                                 drawn_input("b", "\"uniform\"\nlow = 0\nhigh = 1");
    const MoneyPlan ranks = drawn_plan(uniforms + pair + "\"ranks\"\n" + flows);
    expect_within(run_monte_carlo(ranks, 0, {.seed = 5}).npv, (0.25 + 0.6 / 12) * annuity());
}

TEST(MonteCarlo, IsTheSameToTheBitForASeedAndAnyNumberOfThreads) {
    const MoneyPlan plan =
        drawn_plan(drawn_input("a", "\"lognormal\"\nmean = 10\ndeviation = 5") +
                       drawn_input("b", "\"pert\"\nlow = 1\nmode = 2\nhigh = 30") +
                       drawn_input("g", "\"uniform\"\nlow = 0\nhigh = 0.1") +
                       "[[correlation]]\nbetween = [\"a\", \"b\"]\nvalue = -0.5\n" +
                       monthly("in", "fee", "\"a\"") + monthly("out", "staff", "\"b\"") +
                       "growth_of = \"g\"\n[outcome]\nname = \"o\"\ntimes = [\"a\"]\n",
                   "opening = 100\n");
    const MonteCarloResult one =
        run_monte_carlo(plan, 0, {.draws = 10'007, .seed = 9, .threads = 1});
    for (const int threads : {2, 3, 64}) {
        const MonteCarloResult more =
            run_monte_carlo(plan, 0, {.draws = 10'007, .seed = 9, .threads = threads});
        EXPECT_EQ(to_text(to_json(plan, one)), to_text(to_json(plan, more)));
    }
    const MonteCarloResult other = run_monte_carlo(plan, 0, {.draws = 10'007, .seed = 10});
    EXPECT_NE(one.npv.mean, other.npv.mean);
    // As computed on any machine.
    EXPECT_EQ(bits(one.npv.mean), 0x4067c7bab99e1130U) << std::hex << bits(one.npv.mean);
    EXPECT_EQ(bits(one.npv.high), 0x4098ffc5578e1366U) << std::hex << bits(one.npv.high);
}

TEST(MonteCarlo, ADrawDoesNotHangOnTheOthers) {
    const MoneyPlan plan = drawn_plan(drawn_input("a", "\"uniform\"\nlow = 0\nhigh = 1") +
                                      drawn_input("b", "\"uniform\"\nlow = 0\nhigh = 1") +
                                      monthly("in", "fee", "\"a\""));
    InputDraws draws{plan, 5};
    std::vector<double> first;
    std::vector<double> again;
    draws.draw(17, first);
    draws.draw(99, again);
    EXPECT_NE(first, again);
    draws.draw(17, again);
    EXPECT_EQ(first, again);
}

TEST(MonteCarlo, RunwaysAreCountedByHand) {
    // 100 at hand; 10 a month, or 5: out of cash after 10 or 20 months, in the first or second
    // year.
    const MoneyPlan plan =
        drawn_plan(drawn_input("pay", "\"discrete\"\nvalues = [10, 5]\nweights = [1, 3]") +
                       monthly("out", "staff", "\"pay\""),
                   "opening = 100\n");
    const MonteCarloResult result = run_monte_carlo(plan, 0, {.draws = 100'000, .seed = 2});
    EXPECT_EQ(result.runway.low, 10);
    EXPECT_EQ(result.runway.median, 20);
    EXPECT_EQ(result.runway.high, 20);
    EXPECT_NEAR(result.runway.run_out_by[0], 0.25, 3 * std::sqrt(0.25 * 0.75 / 1e5));
    EXPECT_EQ(result.runway.run_out_by[1], 1);
    const MoneyPlan lasts = drawn_plan(
        monthly("out", "staff", "\"pay\"") + drawn_input("pay", "\"uniform\"\nlow = 0\nhigh = 0.1"),
        "opening = 100\n");
    const MonteCarloResult lasting = run_monte_carlo(lasts, 0, {.draws = 1000});
    EXPECT_FALSE(lasting.runway.low);
    EXPECT_EQ(lasting.runway.run_out_by.back(), 0);
}

TEST(MonteCarlo, DrawsWithoutAnOutcomeHaveNoCostOfOne) {
    const MoneyPlan plan =
        drawn_plan(drawn_input("does", "\"bernoulli\"\nprobability = 0.5") +
                   drawn_input("pay", "\"fixed\"\nvalue = 6") + monthly("out", "staff", "\"pay\"") +
                   "[outcome]\nname = \"o\"\nper_year = 3\ntimes = [\"does\"]\n");
    const MonteCarloResult result = run_monte_carlo(plan, 0, {.draws = 10'000});
    EXPECT_NEAR(result.without_outcome, 5'000, 150);
    EXPECT_NEAR(result.cost_per_outcome->mean, 24, 1e-9);
    EXPECT_NE(to_text(plan, result, false).find("achieve nothing"), std::string::npos);
}

TEST(MonteCarlo, QuantilesAreLinearBetweenValues) {
    EXPECT_DOUBLE_EQ(sorted_quantile(std::vector<double>{1, 2, 3, 4}, 0.5), 2.5);
    EXPECT_DOUBLE_EQ(sorted_quantile(std::vector<double>{1, 2, 3, 4}, 1), 4);
    EXPECT_DOUBLE_EQ(sorted_quantile(std::vector<double>{7}, 0.3), 7);
    const DrawSpread spread = spread_of({2, 4, 4, 4, 5, 5, 7, 9});
    EXPECT_DOUBLE_EQ(spread.mean, 5);
    EXPECT_NEAR(spread.standard_error, std::sqrt(32.0 / 7 / 8), 1e-12);
}

TEST(Tornado, BarsAreSortedByTheirSwing) {
    const MoneyPlan plan = drawn_plan(
        drawn_input("small", "\"uniform\"\nlow = 0\nhigh = 1") +
            drawn_input("large", "\"uniform\"\nlow = 0\nhigh = 10") +
            drawn_input("still", "\"fixed\"\nvalue = 2") + monthly("in", "fee", "\"small\"") +
            monthly("out", "staff", "\"large\"") + monthly("rent", "other", "\"still\""),
        "discount = 0\n");
    const Tornado tornado = make_tornado(plan, 0);
    EXPECT_NEAR(tornado.npv, 120 * (0.5 - 5 - 2), 1e-9);
    ASSERT_EQ(tornado.bars.size(), 2U);
    EXPECT_EQ(tornado.bars[0].input, 1U);
    EXPECT_NEAR(tornado.bars[0].npv_low, 120 * (0.5 - 1 - 2), 1e-9);
    EXPECT_NEAR(tornado.bars[0].npv_high, 120 * (0.5 - 9 - 2), 1e-9);
    EXPECT_NEAR(tornado.bars[1].swing(), 120 * 0.8, 1e-9);
    EXPECT_NE(to_text(plan, tornado, true).find("large | 1 | 9 | -300 | -1,260 | 960 | "),
              std::string::npos)
        << to_text(plan, tornado, true);
}

}  // namespace
}  // namespace musubi::testing
