#pragma once

#include <optional>
#include <string>

#include "project/finance/money_figures.h"
#include "project/finance/money_plan.h"

namespace musubi {

/// One of two texts.
[[nodiscard]] inline const char* said(bool japanese, const char* ja, const char* en) {
    return japanese ? ja : en;
}

/// Rounded to the whole 千円, with commas: "-12,345".
[[nodiscard]] std::string thousands(double value);
/// Taken to a thousandth of a yen where it is that small, so that no rounding is shown.
[[nodiscard]] double to_grain(double value);
/// As many digits as it needs, two at most.
[[nodiscard]] std::string short_number(double value);
/// "3.25 %"
[[nodiscard]] std::string percent(double share);
/// "2029-06（27か月目）": the month of that offset, and its number counted from 1.
[[nodiscard]] std::string month_words(const MoneyPlan& plan, int offset, bool japanese);
/// "3年2か月（38か月）"
[[nodiscard]] std::string length_words(int months, bool japanese);
/// Every rate, or in words that there is none, why it can not be told, or that it is no return.
[[nodiscard]] std::string rate_words(const MoneyFigures& of, bool japanese);

}  // namespace musubi
