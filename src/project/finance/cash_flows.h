#pragma once

#include <span>
#include <vector>

#include "project/finance/money_plan.h"

namespace musubi {

/// Which support counts.
enum class MoneySupport : std::uint8_t { Planned, WithoutGrant, WithoutSupport };
constexpr int kMoneySupports = 3;

/// What comes in less what goes out, month by month (千円), parted so that a plan with and without
/// its support is one sum away.
struct MonthlyMoney {
    std::vector<double> own;  ///< without grant and subsidy
    std::vector<double> grant;
    std::vector<double> subsidy;
    double cost = 0;      ///< all that goes out
    double outcomes = 0;  ///< all that is achieved

    [[nodiscard]] double net(std::size_t month, MoneySupport support) const {
        if (support == MoneySupport::Planned) return own[month] + grant[month] + subsidy[month];
        return support == MoneySupport::WithoutGrant ? own[month] + subsidy[month] : own[month];
    }
};

/// The amount of a stream in the fiscal year `years` after that of its begin.
[[nodiscard]] double stream_amount(const MoneyStream& stream, std::span<const double> inputs,
                                   int years);
/// Adds what a flow pays, with its sign, to the months of the plan.
void add_flow(const CashFlow& flow, std::span<const double> inputs, std::span<double> months);
/// Whether the flow is part of that alternative.
[[nodiscard]] bool is_part(const CashFlow& flow, std::size_t alternative);
/// The money of an alternative for one value of each input; what `out` held is written over.
void compute_money(const MoneyPlan& plan, std::size_t alternative, std::span<const double> inputs,
                   MonthlyMoney& out);

/// What a thousand yen of each month is worth in the first one: (1 + rate)^(-month / 12).
[[nodiscard]] std::vector<double> discount_factors(double yearly_rate, int months);
/// Sum of `months` worth in the first month.
[[nodiscard]] double present_value(std::span<const double> months, std::span<const double> factors);

/// Each input at its mean, or at its median.
[[nodiscard]] std::vector<double> mean_inputs(const MoneyPlan& plan);
[[nodiscard]] std::vector<double> median_inputs(const MoneyPlan& plan);

}  // namespace musubi
