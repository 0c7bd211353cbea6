#include "project/finance/tornado.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "project/finance/cash_flows.h"
#include "project/finance/money_words.h"

namespace musubi {
namespace {

constexpr double kLowProbability = 0.1;
constexpr double kHighProbability = 0.9;
constexpr int kBarCells = 40;

// A bar from `low` to `high` on a line from `least` to `most`, with the middle marked.
std::string drawn_bar(const TornadoBar& bar, double least, double most, double middle) {
    const double range = most > least ? most - least : 1;
    const auto cell = [&](double value) {
        const double place = (value - least) / range * (kBarCells - 1);
        return std::clamp(static_cast<int>(std::lround(place)), 0, kBarCells - 1);
    };
    std::string out(kBarCells, ' ');
    const int begin = cell(std::min(bar.npv_low, bar.npv_high));
    const int end = cell(std::max(bar.npv_low, bar.npv_high));
    for (int i = begin; i <= end; ++i) out[static_cast<std::size_t>(i)] = '=';
    out[static_cast<std::size_t>(cell(middle))] = '|';
    return out;
}

}  // namespace

Tornado make_tornado(const MoneyPlan& plan, std::size_t alternative) {
    const std::vector<double> factors = discount_factors(plan.discount, plan.months());
    std::vector<double> inputs = median_inputs(plan);
    MonthlyMoney money;
    const auto npv = [&] {
        compute_money(plan, alternative, inputs, money);
        return present_value(money.own, factors) + present_value(money.grant, factors) +
               present_value(money.subsidy, factors);
    };
    Tornado out;
    out.npv = npv();
    for (std::size_t i = 0; i < plan.inputs.size(); ++i) {
        const Distribution& of = plan.inputs[i].distribution;
        if (of.kind() == DistributionKind::Fixed) continue;
        TornadoBar bar{i, of.quantile(kLowProbability), of.quantile(kHighProbability), 0, 0};
        const double middle = inputs[i];
        inputs[i] = bar.at_low;
        bar.npv_low = npv();
        inputs[i] = bar.at_high;
        bar.npv_high = npv();
        inputs[i] = middle;
        out.bars.push_back(bar);
    }
    std::stable_sort(
        out.bars.begin(), out.bars.end(),
        [](const TornadoBar& a, const TornadoBar& b) { return a.swing() > b.swing(); });
    return out;
}

std::string to_text(const MoneyPlan& plan, const Tornado& tornado, bool japanese) {
    if (tornado.bars.empty()) return "";
    std::string out = fmt::format(
        fmt::runtime(said(japanese,
                          "入力を一つずつ10%点と90%点に動かした時の正味現在価値（他は中央値、"
                          "すべて中央値なら {} 千円）\n入力 | 10%点 | 90%点 | NPV 10%点 | NPV "
                          "90%点 | 幅 |\n",
                          "NPV with each input at its 10 % and 90 % quantile (others at their "
                          "median; {} 千円 with all there)\ninput | 10 % | 90 % | NPV at 10 % | "
                          "NPV at 90 % | swing |\n")),
        thousands(tornado.npv));
    double least = tornado.npv;
    double most = tornado.npv;
    for (const TornadoBar& bar : tornado.bars) {
        least = std::min({least, bar.npv_low, bar.npv_high});
        most = std::max({most, bar.npv_low, bar.npv_high});
    }
    for (const TornadoBar& bar : tornado.bars) {
        out += fmt::format("{} | {} | {} | {} | {} | {} | {}\n", plan.inputs[bar.input].name,
                           short_number(bar.at_low), short_number(bar.at_high),
                           thousands(bar.npv_low), thousands(bar.npv_high), thousands(bar.swing()),
                           drawn_bar(bar, least, most, tornado.npv));
    }
    return out;
}

Json to_json(const MoneyPlan& plan, const Tornado& tornado) {
    Json bars{Json::Array{}};
    for (const TornadoBar& bar : tornado.bars) {
        Json one;
        one.set("input", plan.inputs[bar.input].name);
        one.set("low", bar.at_low);
        one.set("high", bar.at_high);
        one.set("npvAtLow", to_grain(bar.npv_low));
        one.set("npvAtHigh", to_grain(bar.npv_high));
        one.set("swing", to_grain(bar.swing()));
        bars.push_back(std::move(one));
    }
    Json out;
    out.set("npvAtMedians", to_grain(tornado.npv));
    out.set("inputs", std::move(bars));
    return out;
}

}  // namespace musubi
