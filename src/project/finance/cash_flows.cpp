#include "project/finance/cash_flows.h"

#include <algorithm>

#include "project/finance/portable_math.h"

namespace musubi {
namespace {

constexpr int kMonthsOfYear = 12;

double growth_of(const MoneyStream& stream, std::span<const double> inputs) {
    return 1 + (stream.growth_input ? inputs[*stream.growth_input] : stream.growth);
}

double base_amount(const MoneyStream& stream, std::span<const double> inputs) {
    double amount = stream.amount;
    for (const std::size_t factor : stream.factors) amount *= inputs[factor];
    return amount;
}

// Calls `year(first month, month behind the last, amount)` for each fiscal year of the stream.
template <typename F>
void each_year(const MoneyStream& stream, std::span<const double> inputs, F year) {
    double amount = base_amount(stream, inputs);
    const double growth = growth_of(stream, inputs);
    for (int begin = stream.begin; begin < stream.end;) {
        const int end = std::min(stream.end, (begin / kMonthsOfYear + 1) * kMonthsOfYear);
        year(begin, end, amount);
        amount *= growth;
        begin = end;
    }
}

void add_evenly(std::span<double> months, int begin, int end, double amount) {
    for (int month = begin; month < end; ++month) months[static_cast<std::size_t>(month)] += amount;
}

double total_of(const MoneyStream& stream, std::span<const double> inputs) {
    double total = 0;
    each_year(stream, inputs, [&](int begin, int end, double amount) {
        total += amount / kMonthsOfYear * (end - begin);
    });
    return total;
}

std::vector<double>& part_of(MonthlyMoney& money, FlowKind kind) {
    if (kind == FlowKind::Grant) return money.grant;
    return kind == FlowKind::Subsidy ? money.subsidy : money.own;
}

}  // namespace

double stream_amount(const MoneyStream& stream, std::span<const double> inputs, int years) {
    double amount = base_amount(stream, inputs);
    const double growth = growth_of(stream, inputs);
    for (int i = 0; i < years; ++i) amount *= growth;
    return amount;
}

void add_flow(const CashFlow& flow, std::span<const double> inputs, std::span<double> months) {
    const double sign = flow.comes_in ? 1 : -1;
    const auto spread = [&](int begin, int end, double amount) {
        const double monthly =
            flow.rhythm == FlowRhythm::EachMonth ? amount : amount / kMonthsOfYear;
        add_evenly(months, begin, end, sign * monthly);
    };
    const auto once_a_year = [&](int begin, int end, double amount) {
        const int of_year = (flow.month + kMonthsOfYear - 4) % kMonthsOfYear;
        const int month = begin / kMonthsOfYear * kMonthsOfYear + of_year;
        if (month >= begin && month < end) months[static_cast<std::size_t>(month)] += sign * amount;
    };
    switch (flow.rhythm) {
        case FlowRhythm::EachMonth:
        case FlowRhythm::SpreadYear: each_year(flow.stream, inputs, spread); return;
        case FlowRhythm::OnceAYear: each_year(flow.stream, inputs, once_a_year); return;
        case FlowRhythm::Once:
            months[static_cast<std::size_t>(flow.stream.begin)] +=
                sign * stream_amount(flow.stream, inputs, 0);
            return;
        case FlowRhythm::EveryYears: break;
    }
    int years = 0;
    for (int month = flow.stream.begin; month < flow.stream.end;
         month += flow.every * kMonthsOfYear) {
        months[static_cast<std::size_t>(month)] += sign * stream_amount(flow.stream, inputs, years);
        years += flow.every;
    }
}

bool is_part(const CashFlow& flow, std::size_t alternative) {
    return flow.alternatives.empty() ||
           std::find(flow.alternatives.begin(), flow.alternatives.end(), alternative) !=
               flow.alternatives.end();
}

void compute_money(const MoneyPlan& plan, std::size_t alternative, std::span<const double> inputs,
                   MonthlyMoney& out) {
    const auto months = static_cast<std::size_t>(plan.months());
    for (std::vector<double>* part : {&out.own, &out.grant, &out.subsidy}) part->assign(months, 0);
    // What goes out is summed by itself first: it is the cost.
    for (const CashFlow& flow : plan.flows) {
        if (!flow.comes_in && is_part(flow, alternative)) add_flow(flow, inputs, out.own);
    }
    out.cost = 0;
    for (const double month : out.own) out.cost -= month;
    for (const CashFlow& flow : plan.flows) {
        if (flow.comes_in && is_part(flow, alternative)) {
            add_flow(flow, inputs, part_of(out, flow.kind));
        }
    }
    out.outcomes = plan.outcome ? total_of(plan.outcome->stream, inputs) : 0;
}

std::vector<double> discount_factors(double yearly_rate, int months) {
    std::vector<double> out;
    const double step = portable_exp(-portable_log(1 + yearly_rate) / kMonthsOfYear);
    double year = 1;
    for (int month = 0; month < months; ++month) {
        if (month > 0 && month % kMonthsOfYear == 0) year /= 1 + yearly_rate;
        out.push_back(year * whole_power(step, month % kMonthsOfYear));
    }
    return out;
}

double present_value(std::span<const double> months, std::span<const double> factors) {
    double sum = 0;
    for (std::size_t i = 0; i < months.size(); ++i) sum += months[i] * factors[i];
    return sum;
}

std::vector<double> mean_inputs(const MoneyPlan& plan) {
    std::vector<double> out;
    for (const MoneyInput& input : plan.inputs) out.push_back(input.distribution.mean());
    return out;
}

std::vector<double> median_inputs(const MoneyPlan& plan) {
    std::vector<double> out;
    for (const MoneyInput& input : plan.inputs) out.push_back(input.distribution.median());
    return out;
}

}  // namespace musubi
