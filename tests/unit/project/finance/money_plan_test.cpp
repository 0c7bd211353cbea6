#include "project/finance/money_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "base/toml_schema.h"
#include "support/project.h"

namespace musubi::testing {
namespace {

using ::testing::HasSubstr;

constexpr const char* kHead = "[plan]\nname = \"p\"\nfirst_year = 2027\nyears = 10\n";
constexpr const char* kFlow = "[[flow]]\nname = \"f\"\nkind = \"staff\"\namount = 10\n";

std::string whole(const std::string& more = "") { return std::string{kHead} + kFlow + more; }

std::string input(const std::string& name, const std::string& rest) {
    return "[[input]]\nname = \"" + name + "\"\n" + rest + "\n";
}
std::string normal(const std::string& name) {
    return input(name, "distribution = \"normal\"\nmean = 1\ndeviation = 1");
}

void expect_plan_refused(const std::string& text, const std::string& where,
                         const std::string& words) {
    const auto plan = parse_money_plan(text, "p.toml");
    ASSERT_FALSE(plan) << text;
    EXPECT_EQ(plan.error().code, ErrorCode::BadRequest);
    EXPECT_EQ(plan.error().where, where) << plan.error().detail << "\n" << text;
    EXPECT_THAT(plan.error().detail, HasSubstr(words));
}

TEST(MoneyPlan, IsReadWhole) {
    const auto plan = parse_money_plan(
        std::string{kHead} +
            "discount = 0.02\nopening = 5\n"
            "[[alternative]]\nname = \"a\"\n[[alternative]]\nname = \"b\"\n" +
            input("price", "distribution = \"uniform\"\nlow = 1\nhigh = 3") +
            input("users", "distribution = \"fixed\"\nvalue = 4") +
            "[[flow]]\nname = \"fee\"\nkind = \"fee\"\ntimes = [\"price\", \"users\"]\n"
            "per = \"month\"\nstart = \"2028-06\"\nend = \"2029\"\ngrowth = 0.1\n"
            "[[flow]]\nname = \"box\"\nkind = \"equipment\"\namount = 100\nevery = 5\n"
            "alternatives = [\"b\"]\n"
            "[outcome]\nname = \"o\"\ntimes = [\"users\"]\n",
        "p.toml");
    ASSERT_TRUE(plan) << to_text(plan.error());
    EXPECT_EQ(plan->months(), 120);
    EXPECT_EQ(plan->discount, 0.02);
    EXPECT_EQ(plan->opening, 5);
    const CashFlow& fee = plan->flows[0];
    EXPECT_TRUE(fee.comes_in);
    EXPECT_EQ(fee.rhythm, FlowRhythm::EachMonth);
    EXPECT_EQ(fee.stream.factors, (std::vector<std::size_t>{0, 1}));
    EXPECT_EQ(fee.stream.amount, 1);
    EXPECT_EQ(fee.stream.begin, 14);
    EXPECT_EQ(fee.stream.end, 36);  // March of 2029年度 is the last
    EXPECT_EQ(plan->flows[1].every, 5);
    EXPECT_EQ(plan->flows[1].rhythm, FlowRhythm::EveryYears);
    EXPECT_EQ(plan->flows[1].alternatives, (std::vector<std::size_t>{1}));
    EXPECT_FALSE(plan->flows[1].comes_in);
    EXPECT_EQ(find_alternative(*plan, "b").value(), 1U);
    EXPECT_EQ(find_alternative(*plan, "").value(), 0U);
    EXPECT_FALSE(find_alternative(*plan, "c"));
}

TEST(MoneyPlan, RefusesTimesThatDoNotHold) {
    expect_plan_refused(whole("start = \"2029\"\nend = \"2028\"\n"), "p.toml:10",
                        "the end is before the start");
    expect_plan_refused(whole("start = \"2026-12\"\n"), "p.toml:9", "outside the plan");
    expect_plan_refused(whole("end = \"2037-04\"\n"), "p.toml:9", "2027-04 – 2037-03");
    expect_plan_refused(whole("start = \"2028-13\"\n"), "p.toml:9", "write a month as");
    expect_plan_refused(whole("start = \"\"\n"), "p.toml:9", "write a month as");
    expect_plan_refused(whole("every = -3\n"), "p.toml:9", "from 1 to 50");
    expect_plan_refused(whole("every = 3\nper = \"month\"\n"), "p.toml:9", "'every' goes with");
    expect_plan_refused(whole("per = \"month\"\nmonth = 3\n"), "p.toml:10", "'month' goes with");
    expect_plan_refused(whole("month = 13\n"), "p.toml:9", "from 1 to 12");
    expect_plan_refused("[plan]\nname = \"p\"\nfirst_year = 2027\nyears = 0\n" + std::string{kFlow},
                        "p.toml:4", "from 1 to 50");
    expect_plan_refused("[plan]\nname = \"p\"\nfirst_year = 1200\nyears = 1\n" + std::string{kFlow},
                        "p.toml:3", "'first_year'");
}

TEST(MoneyPlan, RefusesNamesThatAreNotThere) {
    expect_plan_refused(whole("times = [\"users\"]\n"), "p.toml:9", "there is no input 'users'");
    expect_plan_refused(whole("growth_of = \"g\"\n"), "p.toml:9", "there is no input 'g'");
    expect_plan_refused(whole("alternatives = [\"x\"]\n"), "p.toml:9",
                        "there is no alternative 'x'");
    expect_plan_refused(whole("alternatives = [\"\"]\n"), "p.toml:9", "there is no alternative");
    expect_plan_refused(whole("colour = \"x\"\n"), "p.toml:9", "there is no key 'colour'");
    expect_plan_refused(whole(normal("a") + normal("a")), "p.toml:15", "'a' is there twice");
    expect_plan_refused(whole("[[alternative]]\nname = \"a\"\n[[alternative]]\nname = \"a\"\n"),
                        "p.toml:12", "'a' is there twice");
    expect_plan_refused(
        std::string{kHead} + "[[flow]]\nname = \"a\\nb\"\nkind = \"fee\"\namount = 1\n", "p.toml:6",
        "a text of one line");
    expect_plan_refused(kHead, "p.toml:1", "[[flow]]");
}

TEST(MoneyPlan, RefusesAmountsThatCanNotBeCounted) {
    expect_plan_refused(
        std::string{kHead} + "[[flow]]\nname = \"f\"\nkind = \"fee\"\namount = -1\n", "p.toml:8",
        "'amount' is a number from 0");
    expect_plan_refused(
        std::string{kHead} + "[[flow]]\nname = \"f\"\nkind = \"fee\"\namount = nan\n", "p.toml:8",
        "'amount' is a number from 0");
    expect_plan_refused(
        std::string{kHead} + "[[flow]]\nname = \"f\"\nkind = \"fee\"\namount = 1e16\n", "p.toml:8",
        "'amount' is a number from 0");
    expect_plan_refused(std::string{kHead} + "[[flow]]\nname = \"f\"\nkind = \"fee\"\n", "p.toml:5",
                        "'amount' or 'times' must be there");
    expect_plan_refused(
        std::string{kHead} + "[[flow]]\nname = \"f\"\nkind = \"fee\"\namount = 1e6\ngrowth = 10\n",
        "p.toml:8", "above 10^15");
    expect_plan_refused(whole("growth = -1.5\n"), "p.toml:9", "'growth' is a number from -1");
    expect_plan_refused(whole("growth = 0.1\ngrowth_of = \"a\"\n" + normal("a")), "p.toml:10",
                        "not both");
    expect_plan_refused(whole("growth_of = \"a\"\n" + normal("a")), "p.toml:9",
                        "a growth takes values");
    expect_plan_refused(
        whole("times = [\"a\", \"a\"]\n" + input("a", "distribution = \"fixed\"\nvalue = 1e9")),
        "p.toml:8", "above 10^15");
    expect_plan_refused(whole("direction = \"in\"\n"), "p.toml:9", "direction of this kind");
}

TEST(MoneyPlan, RefusesAnOutcomeThatIsNothing) {
    expect_plan_refused(whole("[outcome]\nname = \"o\"\nper_year = 0\n"), "p.toml:11",
                        "there is no outcome");
    expect_plan_refused(whole("[outcome]\nname = \"o\"\ntimes = [\"a\"]\n" +
                              input("a", "distribution = \"fixed\"\nvalue = 0")),
                        "p.toml:9", "there is no outcome");
    expect_plan_refused(whole("[outcome]\nname = \"o\"\ntimes = [\"a\"]\n" + normal("a")),
                        "p.toml:11", "may be negative");
}

TEST(MoneyPlan, RefusesDistributionsThatDoNotHoldTogether) {
    const auto refused = [](const std::string& rest, const std::string& line,
                            const std::string& words) {
        expect_plan_refused(whole(input("a", rest)), "p.toml:" + line, words);
    };
    refused("distribution = \"beta\"", "11", "triangular");
    refused("distribution = \"uniform\"\nlow = 1", "11", "needs 'high'");
    refused("distribution = \"uniform\"\nlow = 1\nhigh = 1", "13", "'high' must be above");
    refused("distribution = \"uniform\"\nlow = 1\nhigh = 2\nmode = 1", "14", "has no 'mode'");
    refused("distribution = \"pert\"\nlow = 1\nhigh = 2\nmode = 3", "14", "'mode' lies between");
    refused("distribution = \"normal\"\nmean = 1\ndeviation = 0", "13", "above 0");
    refused("distribution = \"normal\"\nmean = 1\ndeviation = inf", "13", "'deviation'");
    refused("distribution = \"lognormal\"\nmean = -1\ndeviation = 1", "12", "a lognormal has");
    refused("distribution = \"bernoulli\"\nprobability = 1.2", "12", "from 0 to 1");
    refused("distribution = \"discrete\"\nvalues = []", "12", "1 to 100 values");
    refused("distribution = \"discrete\"\nvalues = [1, \"x\"]", "12", "a list of numbers");
    refused("distribution = \"discrete\"\nvalues = [1, 2]\nweights = [1]", "13", "for each value");
    refused("distribution = \"discrete\"\nvalues = [1, 2]\nweights = [1, -1]", "13", "0 or more");
    refused("distribution = \"discrete\"\nvalues = [1, 2]\nweights = [0, 0]", "13", "0 or more");
}

TEST(MoneyPlan, RefusesCorrelationsThatCanNotHoldAtOnceAndNamesTheInputs) {
    const auto pair = [](const char* a, const char* b, const char* value) {
        return std::string{"[[correlation]]\nbetween = [\""} + a + "\", \"" + b +
               "\"]\nvalue = " + value + "\n";
    };
    const std::string inputs = normal("free") + normal("a") + normal("b") + normal("c");
    EXPECT_TRUE(parse_money_plan(
        whole(inputs + pair("a", "b", "0.9") + pair("b", "c", "0.9") + pair("a", "c", "0.8")),
        "p.toml"));
    expect_plan_refused(whole(inputs + pair("free", "a", "0") + pair("a", "b", "0.9") +
                              pair("b", "c", "0.9") + pair("a", "c", "-0.9")),
                        "p.toml:30", "positive definite): a、b、c");
    expect_plan_refused(whole(inputs + pair("a", "b", "1")), "p.toml:30",
                        "positive definite): a、b");
    expect_plan_refused(whole(inputs + pair("a", "b", "1.5")), "p.toml:31", "from -1 to 1");
    expect_plan_refused(whole(inputs + pair("a", "b", "nan")), "p.toml:31", "from -1 to 1");
    expect_plan_refused(whole(inputs + pair("a", "z", "0.5")), "p.toml:30",
                        "there is no input 'z'");
    expect_plan_refused(whole(inputs + pair("a", "a", "0.5")), "p.toml:30", "names of two inputs");
    expect_plan_refused(whole(inputs + pair("a", "b", "0.5") + pair("b", "a", "0.5")), "p.toml:33",
                        "there twice");
    expect_plan_refused(whole(input("k", "distribution = \"fixed\"\nvalue = 1") + normal("a") +
                              pair("a", "k", "0.5")),
                        "p.toml:19", "'k' is fixed");
}

TEST(MoneyPlan, TheExampleOfTheRiverPackCanBeComputed) {
    std::ostringstream text;
    text << std::ifstream{test::project_folder() + "/packs/river/money.toml"}.rdbuf();
    const auto plan = parse_money_plan(text.str(), "money.toml");
    ASSERT_TRUE(plan) << to_text(plan.error());
    EXPECT_TRUE(plan->example);
}

TEST(MoneyPlan, TheReferencePageIsUpToDate) {
    std::ostringstream page;
    page << std::ifstream{test::project_folder() + "/docs/money.md"}.rdbuf();
    EXPECT_NE(page.str().find(toml_reference(money_schema())), std::string::npos)
        << "docs/money.md must hold exactly this:\n"
        << toml_reference(money_schema());
}

}  // namespace
}  // namespace musubi::testing
