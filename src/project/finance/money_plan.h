#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "project/finance/correlation.h"
#include "project/finance/distribution.h"
#include "project/finance/fiscal_time.h"

namespace musubi {

struct TomlSchema;

/// An uncertain number of a plan.
struct MoneyInput {
    std::string name;
    std::string unit;
    Distribution distribution;
};

/// What a cash flow is for. Grant and subsidy are support.
enum class FlowKind : std::uint8_t {
    Grant,
    Subsidy,
    Fee,
    Staff,
    Maintenance,
    Equipment,
    Communication,
    Other
};
constexpr int kFlowKinds = 8;
[[nodiscard]] std::string_view flow_kind_word(FlowKind kind, bool japanese);

/// When within its time a flow is paid.
enum class FlowRhythm : std::uint8_t {
    EachMonth,   ///< the amount each month
    SpreadYear,  ///< a twelfth of the amount each month
    OnceAYear,   ///< the amount in one month of each fiscal year
    Once,        ///< the amount at its beginning
    EveryYears   ///< the amount at its beginning, and again every so many years
};

/// An amount that may hang on inputs and grow by the fiscal year:
/// amount x inputs x (1 + growth)^(fiscal years since that of `begin`).
struct MoneyStream {
    double amount = 0;
    std::vector<std::size_t> factors = {};  ///< inputs
    double growth = 0;
    std::optional<std::size_t> growth_input = {};  ///< instead of `growth`
    int begin = 0;                                 ///< months after the plan's first
    int end = 0;                                   ///< one behind the last
};

struct CashFlow {
    std::string name;
    FlowKind kind = FlowKind::Other;
    bool comes_in = false;
    FlowRhythm rhythm = FlowRhythm::SpreadYear;
    int month = 4;  ///< of the calendar, for OnceAYear
    int every = 0;  ///< years, for EveryYears
    MoneyStream stream;
    std::vector<std::size_t> alternatives = {};  ///< in which it stands; in all where empty
};

/// What the money is for, counted: its amounts are spread over the months of a year.
struct MoneyOutcome {
    std::string name;
    std::string unit;
    MoneyStream stream;
};

struct MoneyAlternative {
    std::string name;
    std::string note;
};

/// A plan of a project's money. Amounts in thousand yen (千円), months from April of `first_year`.
struct MoneyPlan {
    static constexpr int kMaxYears = 50;
    static constexpr std::size_t kMaxInputs = 200;
    static constexpr std::size_t kMaxFlows = 500;
    static constexpr std::size_t kMaxFactors = 8;
    static constexpr std::size_t kMaxAlternatives = 10;
    /// The largest amount, written or computed: thousand yen that a double still counts singly.
    static constexpr double kMaxAmount = 1e15;

    std::string name;
    std::string note;
    bool example = false;
    int first_year = 0;   ///< 年度
    int years = 0;        ///< 1 ... kMaxYears
    double discount = 0;  ///< a year
    double opening = 0;   ///< cash before the first month
    std::vector<MoneyInput> inputs;
    CorrelationFactor correlations;
    std::vector<CashFlow> flows;
    std::optional<MoneyOutcome> outcome;
    std::vector<MoneyAlternative> alternatives;  ///< at least one; the first is what is proposed

    [[nodiscard]] int months() const { return years * 12; }
    [[nodiscard]] CalendarMonth month_at(int offset) const {
        return {begin_of_fiscal_year(first_year).number + offset};
    }
};

/// The format of plans (docs/money.md).
[[nodiscard]] const TomlSchema& money_schema();
/// Reads a plan. Guarantees: names and references hold, correlations can be had, and no amount of
/// any draw is beyond kMaxAmount. Fails: BadRequest in Japanese and English, `where` is
/// "file:line".
Result<MoneyPlan> parse_money_plan(std::string_view text, const std::string& file);
/// The number of the alternative of that name; the first for an empty one. Fails: NotFound.
Result<std::size_t> find_alternative(const MoneyPlan& plan, std::string_view name);

}  // namespace musubi
