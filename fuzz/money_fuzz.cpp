#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "project/finance/money_figures.h"
#include "project/finance/money_plan.h"

// The text of a plan of money; what is accepted can be computed, and its figures are numbers.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto plan = musubi::parse_money_plan(text, "fuzz.toml");
    if (!plan) return plan.error().where.empty() ? __builtin_trap(), 0 : 0;
    if (plan->flows.size() > 20 || plan->years > 10) return 0;
    const musubi::MoneyResult result = musubi::compute_figures(*plan, 0);
    for (const musubi::MoneyFigures& figures : result.figures) {
        if (!std::isfinite(figures.npv)) __builtin_trap();
    }
    return 0;
}
