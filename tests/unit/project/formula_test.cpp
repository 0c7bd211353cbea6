#include "project/measures/formula.h"

#include <gtest/gtest.h>

#include <cmath>

namespace musubi {
namespace {

const std::vector<std::string> kParts{"received", "expected", "a"};

double value_of(const std::string& text, std::vector<std::optional<double>> parts = {3, 4, -2}) {
    const auto formula = Formula::parse(text, kParts);
    EXPECT_TRUE(formula) << text << ": " << to_text(formula.error());
    const auto value = formula->evaluate(parts);
    EXPECT_TRUE(value.number) << text;
    return value.number.value_or(-999);
}

TEST(Formula, CountsAsItIsWritten) {
    EXPECT_EQ(value_of("1 + 2 * 3"), 7);
    EXPECT_EQ(value_of("(1 + 2) * 3"), 9);
    EXPECT_EQ(value_of("10 - 2 - 3"), 5);
    EXPECT_EQ(value_of("12 / 3 / 2"), 2);
    EXPECT_EQ(value_of("-a * 2"), 4);
    EXPECT_EQ(value_of("--a"), -2);
    EXPECT_EQ(value_of("100 * (1 - received / expected)"), 25);
    EXPECT_EQ(value_of("min(received, expected) + max(a, 0.5)"), 3.5);
    EXPECT_FALSE(std::signbit(value_of("0 * a")));
}

TEST(Formula, SaysWhyThereIsNoValue) {
    const auto formula = *Formula::parse("received / expected", kParts);
    EXPECT_EQ(formula.evaluate(std::vector<std::optional<double>>{1, 0, 0}).lack,
              Formula::Lack::Division);
    const auto lacks = formula.evaluate(std::vector<std::optional<double>>{1, {}, 0});
    EXPECT_EQ(lacks.lack, Formula::Lack::Part);
    EXPECT_EQ(lacks.part, 1U);
    EXPECT_EQ(formula.evaluate(std::vector<std::optional<double>>{1e308, 1e-308, 0}).lack,
              Formula::Lack::NotFinite);
    EXPECT_TRUE(formula.uses(0));
    EXPECT_FALSE(formula.uses(2));
}

TEST(Formula, RefusesWhatItCanNotRead) {
    const auto refused = [](const std::string& text) {
        const auto formula = Formula::parse(text, kParts);
        EXPECT_FALSE(formula) << text;
        return formula ? std::string{} : formula.error().detail;
    };
    EXPECT_NE(refused("1 +").find("its end at place 4"), std::string::npos);
    EXPECT_NE(refused("sent / expected").find("'sent / expected' at place 1"), std::string::npos);
    EXPECT_NE(refused("(1 + 2").find("')'"), std::string::npos);
    EXPECT_NE(refused("a ＋ b").find("「＋ b」"), std::string::npos)
        << "a sign of another keyboard";
    EXPECT_NE(refused("a ÷ あああああああああああ").find("「÷ あああああああああ」"),
              std::string::npos);
    EXPECT_NE(refused("min(1)").find("','"), std::string::npos);
    for (const char* text : {"", "1 2", "a b", "1e5", "*", "A", "a)", "1 % 2", "inf", "nan"}) {
        refused(text);
    }
    EXPECT_FALSE(Formula::parse(std::string(100, '(') + "1" + std::string(100, ')'), kParts));
    EXPECT_FALSE(Formula::parse(std::string(100, '-') + "1", kParts));
    EXPECT_FALSE(Formula::parse("1" + std::string(1'000, ' '), kParts));
}

}  // namespace
}  // namespace musubi
