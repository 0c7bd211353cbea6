#pragma once

#include <array>
#include <optional>
#include <vector>

#include "project/finance/cash_flows.h"
#include "project/finance/rates_of_return.h"

namespace musubi {

/// What can be said of a plan's money with one kind of support. Months count from the plan's
/// first, which is 0.
struct MoneyFigures {
    double npv = 0;  ///< worth of all flows in the first month (千円)
    RatesOfReturn rates;
    bool never_below = false;  ///< the sum of flows is never below 0: there is nothing to pay back
    /// No rate is a return on anything: the sum of flows is never below 0, or at each of the rates
    /// what came in first is paid back later, so that it is the rate of a loan (Teichroew,
    /// Robichek, Montalbano 1965, "An analysis of criteria for investment and financing decisions
    /// under certainty").
    bool nothing_put_in = false;
    std::optional<int> payback;             ///< month at whose end the sum of flows is 0 again
    std::optional<int> discounted_payback;  ///< the same of discounted flows
    bool payback_lasts = false;             ///< after it the sum stays 0 or more
    /// The first month from which twelve months receive what they pay.
    std::optional<int> break_even;
    /// For so many months cash (with what was at hand) is 0 or more; nothing where it always is.
    std::optional<int> runway;
};

/// The least yearly support, paid evenly each month over the whole plan, with which the plan is
/// worth 0 or more (whole 千円), and what all of it is worth in the first month.
struct LeastSubsidy {
    double yearly = 0;
    double present_value = 0;
};

/// A fiscal year by kinds (千円), each as it is written: what goes out is positive too.
struct MoneyYear {
    int year = 0;
    std::array<double, kFlowKinds> in{};
    std::array<double, kFlowKinds> out{};
    double receipts = 0;
    double cost = 0;
    double net = 0;
    double cash = 0;  ///< at its end, with what was at hand
};

struct MoneyResult {
    std::vector<MoneyYear> years;
    std::vector<double> months;  ///< receipts less costs, as planned
    std::array<MoneyFigures, kMoneySupports> figures;
    double cost = 0;
    double outcomes = 0;
    std::optional<double> cost_per_outcome;  ///< cost / outcomes
    LeastSubsidy with_grant;                 ///< instead of the plan's subsidies, beside its grants
    LeastSubsidy without_grant;              ///< instead of both
};

[[nodiscard]] MoneyFigures money_figures(const MoneyPlan& plan, std::span<const double> months);
/// `npv`: of the plan without what the subsidy would stand for.
[[nodiscard]] LeastSubsidy least_subsidy(double npv, std::span<const double> factors);
/// The deterministic figures of an alternative, each input at its mean.
[[nodiscard]] MoneyResult compute_figures(const MoneyPlan& plan, std::size_t alternative);
/// Months of the runway, or nothing where cash is never below 0.
[[nodiscard]] std::optional<int> runway_of(double opening, std::span<const double> months);

}  // namespace musubi
