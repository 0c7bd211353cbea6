#include "project/finance/money_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "project/finance/money_words.h"

namespace musubi {
namespace {

constexpr const char* kSupportNames[kMoneySupports][3] = {
    {"計画どおり", "as planned", "planned"},
    {"交付金なし", "without grant", "withoutGrant"},
    {"支援なし", "without support", "withoutSupport"},
};

/// A column of the table of years: a kind of what comes in or goes out, or the sum of them.
struct YearColumn {
    bool in = false;
    std::size_t kind = kFlowKinds;  // kFlowKinds: the sum

    [[nodiscard]] double of(const MoneyYear& year) const {
        if (kind == kFlowKinds) return in ? year.receipts : year.cost;
        return (in ? year.in : year.out)[kind];
    }
    [[nodiscard]] std::string name(bool japanese) const {
        if (kind == kFlowKinds && in) return said(japanese, "収入計", "receipts");
        if (kind == kFlowKinds) return said(japanese, "支出計", "costs");
        const auto of_kind = static_cast<FlowKind>(kind);
        if (in && of_kind == FlowKind::Other) return said(japanese, "その他収入", "other income");
        return std::string{flow_kind_word(of_kind, japanese)};
    }
};

// The kinds that there are in any year, those that come in first, each side with its sum.
std::vector<YearColumn> columns_of(const std::vector<MoneyYear>& years) {
    std::vector<YearColumn> out;
    for (const bool in : {true, false}) {
        for (std::size_t kind = 0; kind < kFlowKinds; ++kind) {
            const YearColumn column{in, kind};
            const bool there = std::any_of(years.begin(), years.end(), [&](const MoneyYear& year) {
                return column.of(year) != 0;
            });
            if (there) out.push_back(column);
        }
        out.push_back({in, kFlowKinds});
    }
    return out;
}

std::string yearly_table(const MoneyResult& result, bool japanese) {
    const std::vector<YearColumn> columns = columns_of(result.years);
    std::string out = said(japanese, "年度", "year");
    for (const YearColumn& column : columns) out += " | " + column.name(japanese);
    out += said(japanese, " | 収支 | 年度末の現金\n", " | net | cash at its end\n");
    for (const MoneyYear& year : result.years) {
        out += fiscal_year_text(year.year, japanese);
        for (const YearColumn& column : columns) out += " | " + thousands(column.of(year));
        out += " | " + thousands(year.net) + " | " + thousands(year.cash) + "\n";
    }
    return out + said(japanese,
                      "各欄は千円未満を四捨五入しているので、足した値と計が1千円ほど違うことが"
                      "あります。\n",
                      "Each number is rounded to 千円, so sums of what is shown may be off by one "
                      "or so.\n");
}

std::string payback_words(const MoneyPlan& plan, const MoneyFigures& of, bool japanese) {
    if (of.never_below)
        return said(japanese, "不要（赤字にならない）", "not needed (never below 0)");
    if (!of.payback) return said(japanese, "期間内になし", "not within the plan");
    std::string out = month_words(plan, *of.payback, japanese);
    if (!of.payback_lasts) out += said(japanese, "、その後また下回る", ", below 0 again later");
    return out;
}

std::string month_or_none(const MoneyPlan& plan, std::optional<int> month, bool japanese) {
    if (!month) return said(japanese, "期間内になし", "not within the plan");
    return month_words(plan, *month, japanese);
}

std::string runway_words(std::optional<int> runway, bool japanese) {
    if (!runway) return said(japanese, "期間中は尽きない", "never below 0 within the plan");
    return length_words(*runway, japanese);
}

std::string figures_table(const MoneyPlan& plan, const MoneyResult& result, bool japanese) {
    using Cell = std::function<std::string(const MoneyFigures&)>;
    const std::vector<std::pair<std::string, Cell>> rows{
        {said(japanese, "正味現在価値（千円）", "NPV (千円)"),
         [](const MoneyFigures& of) { return thousands(of.npv); }},
        {said(japanese, "内部収益率（年）", "IRR a year"),
         [&](const MoneyFigures& of) { return rate_words(of, japanese); }},
        {said(japanese, "回収", "pay-back"),
         [&](const MoneyFigures& of) { return payback_words(plan, of, japanese); }},
        {said(japanese, "割引後の回収", "discounted pay-back"),
         [&](const MoneyFigures& of) {
             if (of.never_below) return payback_words(plan, of, japanese);
             return month_or_none(plan, of.discounted_payback, japanese);
         }},
        {said(japanese, "収支が合う月（以後12か月）", "break-even month (12 months from it)"),
         [&](const MoneyFigures& of) { return month_or_none(plan, of.break_even, japanese); }},
        {said(japanese, "資金が続く期間", "runway"),
         [&](const MoneyFigures& of) { return runway_words(of.runway, japanese); }},
    };
    std::string out = said(japanese, "指標", "figure");
    for (const auto& names : kSupportNames) out += std::string(" | ") + names[japanese ? 0 : 1];
    out += "\n";
    for (const auto& [name, cell] : rows) {
        out += name;
        for (const MoneyFigures& figures : result.figures) out += " | " + cell(figures);
        out += "\n";
    }
    return out;
}

std::string subsidy_line(const char* words, const LeastSubsidy& least) {
    return fmt::format(fmt::runtime(words), thousands(least.yearly),
                       thousands(least.present_value));
}

Json month_json(const MoneyPlan& plan, std::optional<int> month) {
    return month ? Json{to_text(plan.month_at(*month))} : Json{};
}

Json numbers_json(const std::vector<double>& values) {
    Json::Array out;
    for (const double value : values) out.emplace_back(value);
    return Json{std::move(out)};
}

Json figures_json(const MoneyPlan& plan, const MoneyFigures& of) {
    Json out;
    out.set("npv", to_grain(of.npv));
    out.set("rates", numbers_json(of.rates.rates));
    out.set("ratesTouching", numbers_json(of.rates.touching));
    out.set("ratesComplete", of.rates.complete);
    out.set("neverBelow", of.never_below);
    out.set("nothingPutIn", of.nothing_put_in);
    out.set("payback", month_json(plan, of.payback));
    out.set("paybackLasts", of.payback.has_value() && of.payback_lasts);
    out.set("discountedPayback", month_json(plan, of.discounted_payback));
    out.set("breakEven", month_json(plan, of.break_even));
    out.set("runwayMonths", of.runway ? Json{*of.runway} : Json{});
    return out;
}

Json kinds_json(const std::array<double, kFlowKinds>& kinds) {
    Json out{Json::Object{}};
    for (std::size_t kind = 0; kind < kFlowKinds; ++kind) {
        if (kinds[kind] != 0) {
            out.set(flow_kind_word(static_cast<FlowKind>(kind), false), to_grain(kinds[kind]));
        }
    }
    return out;
}

Json year_json(const MoneyYear& year) {
    Json out;
    out.set("fiscalYear", year.year);
    out.set("in", kinds_json(year.in));
    out.set("out", kinds_json(year.out));
    out.set("receipts", to_grain(year.receipts));
    out.set("cost", to_grain(year.cost));
    out.set("net", to_grain(year.net));
    out.set("cash", to_grain(year.cash));
    return out;
}

Json subsidy_json(const LeastSubsidy& least) {
    Json out;
    out.set("yearly", to_grain(least.yearly));
    out.set("presentValue", to_grain(least.present_value));
    return out;
}

}  // namespace

std::string money_heading(const MoneyPlan& plan, std::size_t alternative, bool japanese) {
    std::string out = fmt::format(
        fmt::runtime(said(japanese, "収支計画「{}」{}\n{}から{}年間、割引率 年{}、金額は千円\n",
                          "Plan \"{}\"{}\n{}, {} years, discount rate {} a year, in 千円\n")),
        plan.name, plan.example ? (said(japanese, "【例】", " [example]")) : "",
        fiscal_year_text(plan.first_year, japanese), plan.years, percent(plan.discount));
    if (plan.alternatives.size() > 1) {
        out +=
            (said(japanese, "案: ", "alternative: ")) + plan.alternatives[alternative].name + "\n";
    }
    return out;
}

std::string to_text(const MoneyPlan& plan, const MoneyResult& result, bool japanese) {
    std::string out = yearly_table(result, japanese) + "\n" + figures_table(plan, result, japanese);
    if (plan.outcome && result.cost_per_outcome) {
        out += fmt::format(
            fmt::runtime(said(japanese, "\n成果「{}」: 全期間で {} {}、一つあたりの費用 {} 千円\n",
                              "\noutcome \"{}\": {} {} in all, each for {} 千円\n")),
            plan.outcome->name, short_number(result.outcomes), plan.outcome->unit,
            short_number(*result.cost_per_outcome));
    }
    out += subsidy_line(
        said(japanese,
             "\n正味現在価値を0以上に保つ最小の補助: 交付金があれば年 {} 千円（現在価値 {} 千円）",
             "\nleast subsidy for an NPV of 0 or more: beside the grant {} 千円 a year (worth "
             "{} now)"),
        result.with_grant);
    out += subsidy_line(said(japanese, "、なければ年 {} 千円（現在価値 {} 千円）\n",
                             ", without it {} 千円 a year (worth {} now)\n"),
                        result.without_grant);
    return out;
}

Json to_json(const MoneyPlan& plan, std::size_t alternative, const MoneyResult& result) {
    Json out;
    out.set("plan", plan.name);
    out.set("example", plan.example);
    out.set("alternative", plan.alternatives[alternative].name);
    out.set("unit", "千円");
    out.set("firstFiscalYear", plan.first_year);
    out.set("discount", plan.discount);
    Json::Array years;
    for (const MoneyYear& year : result.years) years.push_back(year_json(year));
    out.set("years", std::move(years));
    std::vector<double> months;
    for (const double month : result.months) months.push_back(to_grain(month));
    out.set("months", numbers_json(months));
    for (std::size_t i = 0; i < result.figures.size(); ++i) {
        out.set(kSupportNames[i][2], figures_json(plan, result.figures[i]));
    }
    out.set("cost", to_grain(result.cost));
    out.set("outcomes", plan.outcome ? Json{to_grain(result.outcomes)} : Json{});
    out.set("costPerOutcome",
            result.cost_per_outcome ? Json{to_grain(*result.cost_per_outcome)} : Json{});
    out.set("leastSubsidyBesideGrant", subsidy_json(result.with_grant));
    out.set("leastSubsidyAlone", subsidy_json(result.without_grant));
    return out;
}

}  // namespace musubi
