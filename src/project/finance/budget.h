#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "project/finance/money_plan.h"

namespace musubi {

struct BudgetRow {
    std::string label;
    std::vector<double> values;  ///< one for each column; whole 千円
    bool sum = false;            ///< of those above
};

struct BudgetTable {
    std::string name;
    std::vector<std::string> columns;  ///< the first is that of the labels
    std::vector<BudgetRow> rows;
};

/// A request for a budget (予算要求): what each alternative costs over five years (fewer where the
/// plan has fewer), and from where that is paid. Each item is whole 千円, costs rounded up and
/// receipts down, so that the sums on paper are those of what stands above them.
struct Budget {
    static constexpr int kYears = 5;

    std::string title;
    std::vector<std::string> notes;
    BudgetTable comparison;  ///< alternatives side by side
    std::vector<BudgetTable> alternatives;
};

/// Each input at its mean.
[[nodiscard]] Budget make_budget(const MoneyPlan& plan, bool japanese);
/// For people; tables follow each other, with an empty line between.
[[nodiscard]] std::string to_text(const Budget& budget);
/// RFC 4180 with a byte order mark, as Excel reads it. A text that would be taken for a formula has
/// an apostrophe before it.
[[nodiscard]] std::string to_csv(const Budget& budget);
/// One page that prints on A4, without anything from elsewhere.
[[nodiscard]] std::string to_html(const Budget& budget, bool japanese);
[[nodiscard]] Json to_json(const Budget& budget);

}  // namespace musubi
