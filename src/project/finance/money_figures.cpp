#include "project/finance/money_figures.h"

#include <algorithm>
#include <cmath>

namespace musubi {
namespace {

constexpr std::size_t kYear = 12;
// Sums of many flows are taken to a thousandth of a yen: so much is rounding.
constexpr double kGrain = 1e-6;

struct PayBack {
    bool never_below = true;
    std::optional<int> month;
    bool lasts = true;
};

PayBack pay_back(std::span<const double> months) {
    PayBack out;
    double sum = 0;
    for (std::size_t i = 0; i < months.size(); ++i) {
        sum += months[i];
        const bool below = sum < -kGrain;
        if (below) out.never_below = false;
        if (out.month && below) out.lasts = false;
        if (!out.never_below && !below && !out.month) out.month = static_cast<int>(i);
    }
    return out;
}

// The worth rises with the rate there: what comes in is paid back later, as with a loan, of which a
// high rate is dear. By the slope of the worth, which has the sign of -sum(month number * worth).
bool is_rate_of_a_loan(std::span<const double> months, double rate) {
    const double factor = std::pow(1 + rate, -1.0 / static_cast<double>(kYear));
    double moment = 0;
    double number = 0;
    double worth = 1;
    for (const double month : months) {
        moment += number * month * worth;
        worth *= factor;
        number += 1;
    }
    return moment <= 0;
}

std::optional<int> break_even_of(std::span<const double> months) {
    for (std::size_t i = 0; i + kYear <= months.size(); ++i) {
        double sum = 0;
        for (std::size_t k = 0; k < kYear; ++k) sum += months[i + k];
        if (sum >= -kGrain) return static_cast<int>(i);
    }
    return std::nullopt;
}

std::vector<MoneyYear> years_of(const MoneyPlan& plan, std::size_t alternative,
                                std::span<const double> inputs) {
    std::vector<MoneyYear> out(static_cast<std::size_t>(plan.years));
    std::vector<double> months;
    for (const CashFlow& flow : plan.flows) {
        if (!is_part(flow, alternative)) continue;
        months.assign(static_cast<std::size_t>(plan.months()), 0);
        add_flow(flow, inputs, months);
        for (std::size_t i = 0; i < months.size(); ++i) {
            MoneyYear& year = out[i / kYear];
            const auto kind = static_cast<std::size_t>(flow.kind);
            (flow.comes_in ? year.in : year.out)[kind] += flow.comes_in ? months[i] : -months[i];
            (flow.comes_in ? year.receipts : year.cost) += flow.comes_in ? months[i] : -months[i];
        }
    }
    double cash = plan.opening;
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i].year = plan.first_year + static_cast<int>(i);
        out[i].net = out[i].receipts - out[i].cost;
        cash += out[i].net;
        out[i].cash = cash;
    }
    return out;
}

}  // namespace

std::optional<int> runway_of(double opening, std::span<const double> months) {
    double cash = opening;
    for (std::size_t i = 0; i < months.size(); ++i) {
        cash += months[i];
        if (cash < -kGrain) return static_cast<int>(i);
    }
    return std::nullopt;
}

MoneyFigures money_figures(const MoneyPlan& plan, std::span<const double> months) {
    const std::vector<double> factors = discount_factors(plan.discount, plan.months());
    MoneyFigures out;
    out.npv = present_value(months, factors);
    out.rates = rates_of_return(months);
    const PayBack plain = pay_back(months);
    out.never_below = plain.never_below;
    out.nothing_put_in =
        plain.never_below ||
        (!out.rates.rates.empty() &&
         std::all_of(out.rates.rates.begin(), out.rates.rates.end(),
                     [&](double rate) { return is_rate_of_a_loan(months, rate); }));
    out.payback = plain.month;
    out.payback_lasts = plain.lasts;
    std::vector<double> discounted;
    for (std::size_t i = 0; i < months.size(); ++i) discounted.push_back(months[i] * factors[i]);
    out.discounted_payback = pay_back(discounted).month;
    out.break_even = break_even_of(months);
    out.runway = runway_of(plan.opening, months);
    return out;
}

LeastSubsidy least_subsidy(double npv, std::span<const double> factors) {
    double worth = 0;  // of one 千円 a year
    for (const double factor : factors) worth += factor / static_cast<double>(kYear);
    if (npv >= -kGrain) return {};
    const double yearly = std::ceil(-npv / worth - kGrain);
    return {yearly, yearly * worth};
}

MoneyResult compute_figures(const MoneyPlan& plan, std::size_t alternative) {
    MoneyResult out;
    const std::vector<double> inputs = mean_inputs(plan);
    MonthlyMoney money;
    compute_money(plan, alternative, inputs, money);
    out.years = years_of(plan, alternative, inputs);
    std::vector<double> months(money.own.size());
    for (int support = 0; support < kMoneySupports; ++support) {
        for (std::size_t i = 0; i < months.size(); ++i) {
            months[i] = money.net(i, static_cast<MoneySupport>(support));
        }
        if (support == 0) out.months = months;
        out.figures[static_cast<std::size_t>(support)] = money_figures(plan, months);
    }
    out.cost = money.cost;
    out.outcomes = money.outcomes;
    if (money.outcomes > 0) out.cost_per_outcome = money.cost / money.outcomes;
    const std::vector<double> factors = discount_factors(plan.discount, plan.months());
    const double own = present_value(money.own, factors);
    out.with_grant = least_subsidy(own + present_value(money.grant, factors), factors);
    out.without_grant = least_subsidy(own, factors);
    return out;
}

}  // namespace musubi
