#include "project/finance/rates_of_return.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace musubi::testing {
namespace {

// Flows a year apart.
std::vector<double> yearly(const std::vector<double>& amounts) {
    std::vector<double> months;
    for (const double amount : amounts) {
        months.push_back(amount);
        months.resize(months.size() + 11, 0);
    }
    return months;
}

void expect_rates(const std::vector<double>& months, const std::vector<double>& wanted) {
    const RatesOfReturn found = rates_of_return(months);
    EXPECT_TRUE(found.complete);
    EXPECT_TRUE(found.touching.empty());
    ASSERT_EQ(found.rates.size(), wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i) EXPECT_NEAR(found.rates[i], wanted[i], 1e-9);
}

// Multiplies by (x - root).
std::vector<double> times_root(const std::vector<double>& a, double root) {
    std::vector<double> out(a.size() + 1, 0);
    for (std::size_t i = 0; i < a.size(); ++i) {
        out[i + 1] += a[i];
        out[i] -= root * a[i];
    }
    return out;
}

TEST(RatesOfReturn, AreThoseOfTextbooks) {
    expect_rates(yearly({-1000, 1100}), {0.1});
    expect_rates(yearly({-1000, 500, 400, 300, 100}), {0.144888442785856});
    expect_rates(yearly({-1000, 2300, -1320}), {0.1, 0.2});
    expect_rates(yearly({-1000, 3600, -4310, 1716}), {0.1, 0.2, 0.3});
    expect_rates(yearly({-1000, 1000}), {0});
    expect_rates(yearly({-1000, 100}), {-0.9});
    expect_rates(yearly({0, 0, -1000, 1100, 0}), {0.1});
}

TEST(RatesOfReturn, SayWhereThereIsNone) {
    expect_rates(yearly({1000, 100}), {});
    expect_rates(yearly({-1000, -100}), {});
    expect_rates(yearly({1000, -3000, 2500}), {});
    EXPECT_FALSE(rates_of_return(yearly({1000, -3000, 2500})).nothing_flows);
    EXPECT_TRUE(rates_of_return(yearly({0, 0})).nothing_flows);
    EXPECT_TRUE(rates_of_return({}).nothing_flows);
    // What is rounding is nothing.
    EXPECT_TRUE(rates_of_return(std::vector<double>{1e-13, -1e-12}).nothing_flows);
}

TEST(RatesOfReturn, SayWhereTwoAreOne) {
    const RatesOfReturn twice = rates_of_return(yearly({-1000, 2200, -1210}));
    EXPECT_TRUE(twice.rates.empty());
    ASSERT_EQ(twice.touching.size(), 1U);
    EXPECT_NEAR(twice.touching[0], 0.1, 1e-5);
    // Three in one place cross: a root for certain.
    const RatesOfReturn thrice = rates_of_return(yearly({-1000, 3300, -3630, 1331}));
    ASSERT_EQ(thrice.rates.size(), 1U);
    EXPECT_NEAR(thrice.rates[0], 0.1, 1e-3);
    // Two that are near each other are two.
    expect_rates(yearly({-1e6, 2.2001e6, -1.21011e6}), {0.1, 0.1001});
}

TEST(RatesOfReturn, AreAllThatWerePutIn) {
    std::mt19937_64 random{5};
    const auto unit = [&] { return static_cast<double>(random() >> 11U) * 0x1p-53; };
    for (int round = 0; round < 60; ++round) {
        // 1 + x^100 has no positive root; then up to six rates well apart.
        std::vector<double> flows(101, 0);
        flows.front() = flows.back() = 1e8;
        std::vector<double> monthly;
        while (static_cast<int>(monthly.size()) < round % 7) {
            const double rate = unit() - 0.3;
            const bool apart = std::none_of(monthly.begin(), monthly.end(), [&](double other) {
                return std::abs(other - rate) < 0.1;
            });
            if (apart) monthly.push_back(rate);
        }
        std::sort(monthly.begin(), monthly.end());
        std::vector<double> wanted;
        for (const double rate : monthly) {
            flows = times_root(flows, 1 / (1 + rate));
            wanted.push_back(std::pow(1 + rate, 12) - 1);
        }
        const RatesOfReturn found = rates_of_return(flows);
        EXPECT_TRUE(found.complete);
        ASSERT_EQ(found.rates.size(), wanted.size()) << "round " << round;
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            EXPECT_NEAR(found.rates[i], wanted[i], 1e-4 * (1 + wanted[i])) << "round " << round;
        }
    }
}

// No change of sign on a fine grid is without a rate, for fifty years of any flows.
TEST(RatesOfReturn, LeaveOutNoneThatAGridSees) {
    std::mt19937_64 random{9};
    for (int round = 0; round < 20; ++round) {
        std::vector<double> flows;
        for (int i = 0; i < 600; ++i) {
            flows.push_back(static_cast<double>(random() % 2001) - 1000);
        }
        const RatesOfReturn found = rates_of_return(flows);
        EXPECT_TRUE(found.complete);
        std::size_t crossings = 0;
        double before = flows.front();
        for (int i = 1; i <= 40'000; ++i) {
            const double x = i / 20'000.0;
            double value = 0;  // of the polynomial over (1 + x)^599, so that it does not overflow
            for (std::size_t k = flows.size(); k-- > 0;) {
                value = x <= 1 ? value * x + flows[k] : value;
            }
            if (x > 1) {
                for (const double flow : flows) value = value / x + flow;
            }
            if ((value > 0) != (before > 0)) ++crossings;
            before = value;
        }
        std::size_t below_two = 0;  // x up to 2
        for (const double rate : found.rates) {
            if (std::pow(1 + rate, -1.0 / 12) <= 2) ++below_two;
        }
        EXPECT_GE(below_two, crossings);
        EXPECT_EQ((below_two - crossings) % 2, 0U);
    }
}

}  // namespace
}  // namespace musubi::testing
