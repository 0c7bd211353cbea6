#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "project/finance/money_plan.h"

namespace musubi {

/// What one input does to the NPV while the others stay at their median.
struct TornadoBar {
    std::size_t input = 0;
    double at_low = 0;   ///< the input's 10 % quantile
    double at_high = 0;  ///< its 90 % quantile
    double npv_low = 0;  ///< with it (千円)
    double npv_high = 0;
    [[nodiscard]] double swing() const {
        return npv_high > npv_low ? npv_high - npv_low : npv_low - npv_high;
    }
};

struct Tornado {
    double npv = 0;                ///< all at their median
    std::vector<TornadoBar> bars;  ///< the widest swing first; inputs of one value are left out
};

[[nodiscard]] Tornado make_tornado(const MoneyPlan& plan, std::size_t alternative);
/// For people, drawn with characters, and for programs.
[[nodiscard]] std::string to_text(const MoneyPlan& plan, const Tornado& tornado, bool japanese);
[[nodiscard]] Json to_json(const MoneyPlan& plan, const Tornado& tornado);

}  // namespace musubi
