#pragma once

#include <string>

#include "base/json.h"
#include "project/finance/money_figures.h"

namespace musubi {

/// What stands above each report: the plan, its years, its discount rate, the alternative.
[[nodiscard]] std::string money_heading(const MoneyPlan& plan, std::size_t alternative,
                                        bool japanese);
/// The figures for people: years by kinds, then what they come to with and without support.
[[nodiscard]] std::string to_text(const MoneyPlan& plan, const MoneyResult& result, bool japanese);
/// The same for programs, with each month.
[[nodiscard]] Json to_json(const MoneyPlan& plan, std::size_t alternative,
                           const MoneyResult& result);

}  // namespace musubi
