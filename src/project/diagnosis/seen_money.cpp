#include "project/diagnosis/seen_money.h"

#include "project/finance/cash_flows.h"

namespace musubi {

SeenMoney see_money(const MoneyPlan& plan, std::size_t alternative) {
    const auto months = static_cast<std::size_t>(plan.months());
    SeenMoney out{.first = begin_of_fiscal_year(plan.first_year),
                  .grants = std::vector<double>(months),
                  .own = std::vector<double>(months),
                  .cost = std::vector<double>(months),
                  .cash = std::vector<double>(months)};
    const std::vector<double> inputs = mean_inputs(plan);
    for (const CashFlow& flow : plan.flows) {
        if (!is_part(flow, alternative)) continue;
        std::vector<double> paid(months);
        add_flow(flow, inputs, paid);
        for (std::size_t i = 0; i < months; ++i) {
            if (!flow.comes_in) {
                out.cost[i] -= paid[i];
            } else {
                (flow.kind == FlowKind::Grant ? out.grants : out.own)[i] += paid[i];
            }
        }
    }
    double cash = plan.opening;
    for (std::size_t i = 0; i < months; ++i) {
        cash += out.grants[i] + out.own[i] - out.cost[i];
        out.cash[i] = cash;
    }
    return out;
}

}  // namespace musubi
