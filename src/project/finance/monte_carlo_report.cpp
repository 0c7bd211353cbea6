#include <fmt/format.h>

#include <functional>

#include "project/finance/money_words.h"
#include "project/finance/monte_carlo.h"

namespace musubi {
namespace {

std::string spread_line(const char* name, const DrawSpread& of,
                        const std::function<std::string(double)>& word) {
    return fmt::format("{} | {} | {} | {} | {} | {}\n", name, word(of.low), word(of.median),
                       word(of.high), word(of.mean), short_number(of.standard_error));
}

std::string lasting(std::optional<int> months, bool japanese) {
    if (months) return length_words(*months, japanese);
    return said(japanese, "期間中は尽きない", "the whole plan");
}

std::string runway_line(const char* name, const RunwaySpread& of, bool japanese) {
    return fmt::format("{} | {} | {} | {}\n", name, lasting(of.low, japanese),
                       lasting(of.median, japanese), lasting(of.high, japanese));
}

std::string run_out_lines(const MoneyPlan& plan, const MonteCarloResult& result, bool japanese) {
    std::string out =
        said(japanese, "資金が尽きている確率（年度末まで） | 計画どおり | 交付金なし\n",
             "probability that the money ran out by the end of | as planned | "
             "without grant\n");
    for (std::size_t year = 0; year < result.runway.run_out_by.size(); ++year) {
        out += fmt::format("{} | {} | {}\n",
                           fiscal_year_text(plan.first_year + static_cast<int>(year), japanese),
                           percent(result.runway.run_out_by[year]),
                           percent(result.runway_without_grant.run_out_by[year]));
    }
    return out;
}

std::string fan_lines(const MoneyPlan& plan, const std::vector<CashBand>& bands, bool japanese) {
    std::string out = "| 5% | 25% | 50% | 75% | 95%\n";
    for (std::size_t year = 0; year < bands.size(); ++year) {
        const CashBand& of = bands[year];
        out += fmt::format("{} | {} | {} | {} | {} | {}\n",
                           fiscal_year_text(plan.first_year + static_cast<int>(year), japanese),
                           thousands(of.q05), thousands(of.q25), thousands(of.q50),
                           thousands(of.q75), thousands(of.q95));
    }
    return out;
}

Json fan_json(const MoneyPlan& plan, const std::vector<CashBand>& bands) {
    Json::Array out;
    for (std::size_t year = 0; year < bands.size(); ++year) {
        const CashBand& of = bands[year];
        Json one;
        one.set("fiscalYear", plan.first_year + static_cast<int>(year));
        one.set("q05", of.q05);
        one.set("q25", of.q25);
        one.set("q50", of.q50);
        one.set("q75", of.q75);
        one.set("q95", of.q95);
        out.push_back(std::move(one));
    }
    return Json{std::move(out)};
}

Json spread_json(const DrawSpread& of) {
    Json out;
    out.set("mean", of.mean);
    out.set("standardError", of.standard_error);
    out.set("q05", of.low);
    out.set("q50", of.median);
    out.set("q95", of.high);
    return out;
}

Json runway_json(const RunwaySpread& of) {
    const auto months = [](std::optional<int> value) { return value ? Json{*value} : Json{}; };
    Json out;
    out.set("q05", months(of.low));
    out.set("q50", months(of.median));
    out.set("q95", months(of.high));
    Json::Array shares;
    for (const double share : of.run_out_by) shares.emplace_back(share);
    out.set("runOutBy", std::move(shares));
    return out;
}

}  // namespace

std::string to_text(const MoneyPlan& plan, const MonteCarloResult& result, bool japanese) {
    std::string out =
        fmt::format(fmt::runtime(said(japanese, "模擬計算 {} 回、種 {}\n", "{} draws, seed {}\n")),
                    thousands(result.options.draws), result.options.seed);
    out += said(japanese, "指標 | 5% | 50% | 95% | 平均 | 平均の標準誤差\n",
                "figure | 5 % | 50 % | 95 % | mean | its standard error\n");
    out += spread_line(said(japanese, "正味現在価値（千円）", "NPV (千円)"), result.npv, thousands);
    out +=
        spread_line(said(japanese, "支援なしの正味現在価値（千円）", "NPV without support (千円)"),
                    result.npv_without_support, thousands);
    out += spread_line(said(japanese, "最小の補助（千円/年）", "least subsidy (千円 a year)"),
                       result.subsidy, thousands);
    if (result.cost_per_outcome) {
        out +=
            spread_line(said(japanese, "成果一つあたりの費用（千円）", "cost per outcome (千円)"),
                        *result.cost_per_outcome, short_number);
    }
    out += runway_line(said(japanese, "資金が続く期間", "runway"), result.runway, japanese);
    out += runway_line(said(japanese, "資金が続く期間（交付金なし）", "runway without grant"),
                       result.runway_without_grant, japanese);
    if (result.without_outcome > 0) {
        out += fmt::format(
            fmt::runtime(said(japanese, "{} 回は成果が0で、一つあたりの費用に入っていません\n",
                              "{} draws achieve nothing and have no cost per outcome\n")),
            thousands(result.without_outcome));
    }
    out += fmt::format(
        fmt::runtime(said(japanese, "正味現在価値が0を下回る確率: 計画どおり {}、支援なし {}\n\n",
                          "probability of an NPV below 0: as planned {}, without support "
                          "{}\n\n")),
        percent(result.below_zero), percent(result.below_zero_without_support));
    out += run_out_lines(plan, result, japanese);
    out += said(japanese, "\n年度末の現金（千円） ", "\ncash at the end of (千円) ");
    out += fan_lines(plan, result.cash.planned, japanese);
    out += said(japanese, "\n年度末の現金、交付金なし（千円） ",
                "\ncash at the end of, without grant (千円) ");
    return out + fan_lines(plan, result.cash.without_grant, japanese);
}

Json to_json(const MoneyPlan& plan, const MonteCarloResult& result) {
    Json out;
    out.set("draws", result.options.draws);
    out.set("seed", std::to_string(result.options.seed));
    out.set("npv", spread_json(result.npv));
    out.set("npvWithoutSupport", spread_json(result.npv_without_support));
    out.set("probabilityBelowZero", result.below_zero);
    out.set("probabilityBelowZeroWithoutSupport", result.below_zero_without_support);
    out.set("leastSubsidyBesideGrant", spread_json(result.subsidy));
    out.set("runwayMonths", runway_json(result.runway));
    out.set("runwayMonthsWithoutGrant", runway_json(result.runway_without_grant));
    out.set("firstFiscalYear", plan.first_year);
    out.set("cashDraws", result.cash.draws);
    out.set("cash", fan_json(plan, result.cash.planned));
    out.set("cashWithoutGrant", fan_json(plan, result.cash.without_grant));
    out.set("costPerOutcome",
            result.cost_per_outcome ? spread_json(*result.cost_per_outcome) : Json{});
    out.set("drawsWithoutOutcome", result.without_outcome);
    return out;
}

}  // namespace musubi
