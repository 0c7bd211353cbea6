#include "project/finance/budget.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "project/finance/cash_flows.h"
#include "project/finance/money_figures.h"
#include "project/finance/money_words.h"

namespace musubi {
namespace {

constexpr double kBudgetRounding = 1e-6;  // what is taken for a whole 千円

double up(double value) { return std::ceil(value - kBudgetRounding) + 0.0; }
double down(double value) { return std::floor(value + kBudgetRounding) + 0.0; }

/// The years of one alternative, item by item.
class BudgetMaker {
public:
    BudgetMaker(const MoneyPlan& plan, std::size_t alternative, bool japanese)
        : plan_{plan},
          alternative_{alternative},
          japanese_{japanese},
          years_{static_cast<std::size_t>(std::min(plan.years, Budget::kYears))},
          inputs_{mean_inputs(plan)} {}

    BudgetTable make() {
        BudgetTable out;
        out.name = plan_.alternatives[alternative_].name;
        out.columns.push_back(said(japanese_, "項目", "item"));
        for (std::size_t i = 0; i < years_; ++i) {
            out.columns.push_back(
                fiscal_year_text(plan_.first_year + static_cast<int>(i), japanese_));
        }
        out.columns.push_back(said(japanese_, "計", "sum"));
        for (const CashFlow& flow : plan_.flows) {
            if (flow.comes_in || !is_part(flow, alternative_)) continue;
            out.rows.push_back(item(flow));
            add(cost_, out.rows.back().values);
        }
        out.rows.push_back({said(japanese_, "支出計", "costs"), cost_, true});
        add_sources(out);
        return out;
    }

    /// What the comparison says of it, after make().
    [[nodiscard]] double cost() const { return cost_.back(); }
    [[nodiscard]] double grant() const { return grant_.back(); }
    [[nodiscard]] double other() const { return other_.back(); }

private:
    [[nodiscard]] std::vector<double> nothing() const { return std::vector<double>(years_ + 1, 0); }
    static void add(std::vector<double>& to, const std::vector<double>& what) {
        for (std::size_t i = 0; i < to.size(); ++i) to[i] += what[i];
    }

    [[nodiscard]] std::vector<double> years_of(const CashFlow& flow) const {
        std::vector<double> months(static_cast<std::size_t>(plan_.months()), 0);
        add_flow(flow, inputs_, months);
        std::vector<double> out = nothing();
        for (std::size_t year = 0; year < years_; ++year) {
            double sum = 0;
            for (std::size_t i = year * 12; i < (year + 1) * 12; ++i) sum += months[i];
            out[year] = flow.comes_in ? down(sum) : up(-sum);
            out.back() += out[year];
        }
        return out;
    }

    [[nodiscard]] BudgetRow item(const CashFlow& flow) const {
        return {std::string{flow_kind_word(flow.kind, japanese_)} + said(japanese_, "：", ": ") +
                    flow.name,
                years_of(flow), false};
    }

    // From where the costs are paid, as a request tells it; what the town puts in itself is the
    // rest.
    void add_sources(BudgetTable& out) {
        for (const CashFlow& flow : plan_.flows) {
            if (!flow.comes_in || !is_part(flow, alternative_)) continue;
            if (flow.kind == FlowKind::Grant) add(grant_, years_of(flow));
            if (flow.kind == FlowKind::Fee || flow.kind == FlowKind::Other) {
                add(other_, years_of(flow));
            }
        }
        std::vector<double> rest = cost_;
        for (std::size_t i = 0; i < rest.size(); ++i) rest[i] -= grant_[i] + other_[i];
        out.rows.push_back(
            {said(japanese_, "財源：国・県支出金", "paid by: grant"), grant_, false});
        out.rows.push_back(
            {said(japanese_, "財源：利用料・その他", "paid by: fees and other"), other_, false});
        out.rows.push_back(
            {said(japanese_, "財源：一般財源", "paid by: the town itself"), rest, true});
    }

    const MoneyPlan& plan_;
    std::size_t alternative_;
    bool japanese_;
    std::size_t years_;
    std::vector<double> inputs_;
    std::vector<double> cost_ = nothing();
    std::vector<double> grant_ = nothing();
    std::vector<double> other_ = nothing();
};

BudgetTable empty_comparison(const MoneyPlan& plan, bool japanese) {
    BudgetTable out;
    out.name = said(japanese, "比較", "comparison");
    out.columns = {said(japanese, "案", "alternative"),
                   said(japanese, "支出計", "costs"),
                   said(japanese, "国・県支出金", "grant"),
                   said(japanese, "利用料・その他", "fees and other"),
                   said(japanese, "一般財源", "the town itself"),
                   said(japanese, "最初の案との差（一般財源）", "more than the first"),
                   said(japanese, "全期間の正味現在価値", "NPV of the whole plan")};
    if (plan.outcome) {
        out.columns.push_back(
            said(japanese, "成果一つあたりの費用（円）", "cost per outcome (yen)"));
    }
    return out;
}

void add_comparison(Budget& budget, const MoneyPlan& plan, std::size_t alternative,
                    const BudgetMaker& made) {
    const double town = made.cost() - made.grant() - made.other();
    const std::vector<BudgetRow>& before = budget.comparison.rows;
    const MoneyResult figures = compute_figures(plan, alternative);
    BudgetRow row{plan.alternatives[alternative].name,
                  {made.cost(), made.grant(), made.other(), town,
                   before.empty() ? 0 : town - before.front().values[3],
                   std::round(figures.figures[0].npv) + 0.0},
                  false};
    if (plan.outcome) row.values.push_back(std::round(figures.cost_per_outcome.value_or(0) * 1000));
    budget.comparison.rows.push_back(std::move(row));
}

}  // namespace

Budget make_budget(const MoneyPlan& plan, bool japanese) {
    Budget out;
    const int years = std::min(plan.years, Budget::kYears);
    out.title = fmt::format(fmt::runtime(said(japanese, "予算要求「{}」{} {}から{}年間（千円）",
                                              "Budget request \"{}\"{} {}, {} years (千円)")),
                            plan.name, plan.example ? said(japanese, "【例】", " [example]") : "",
                            fiscal_year_text(plan.first_year, japanese), years);
    out.notes = {
        said(japanese, "支出は千円未満を切り上げ、財源は切り捨てて、その和を計としています。",
             "Costs are rounded up to 千円 and receipts down; sums are those of what is shown."),
        said(
            japanese, "確かでない数は平均によります。一般財源には補助・繰入を含みます。",
            "Uncertain numbers stand at their mean. What the town pays itself includes subsidies."),
    };
    out.comparison = empty_comparison(plan, japanese);
    for (std::size_t i = 0; i < plan.alternatives.size(); ++i) {
        BudgetMaker maker{plan, i, japanese};
        out.alternatives.push_back(maker.make());
        add_comparison(out, plan, i, maker);
        if (!plan.alternatives[i].note.empty()) {
            out.notes.push_back(plan.alternatives[i].name + said(japanese, "：", ": ") +
                                plan.alternatives[i].note);
        }
    }
    return out;
}

}  // namespace musubi
