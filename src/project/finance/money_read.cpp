#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "project/finance/money_inputs.h"
#include "project/finance/money_plan.h"
#include "project/finance/toml_numbers.h"

namespace musubi {
namespace {

constexpr AmountBounds kPositive{0, MoneyPlan::kMaxAmount, 1};
constexpr double kLeastGrowth = -1;
constexpr double kMostGrowth = 10;

FlowKind flow_kind_of(std::string_view word) {
    if (word == "grant") return FlowKind::Grant;
    if (word == "subsidy") return FlowKind::Subsidy;
    if (word == "fee") return FlowKind::Fee;
    if (word == "staff") return FlowKind::Staff;
    if (word == "maintenance") return FlowKind::Maintenance;
    if (word == "equipment") return FlowKind::Equipment;
    if (word == "communication") return FlowKind::Communication;
    return FlowKind::Other;
}

bool is_income(FlowKind kind) {
    return kind == FlowKind::Grant || kind == FlowKind::Subsidy || kind == FlowKind::Fee;
}

/// One [[flow]], or the [outcome]: what has an amount, factors, growth, a start and an end.
class StreamReader {
public:
    StreamReader(const toml::table& table, const std::string& file, const MoneyPlan& plan)
        : table_{table}, file_{file}, plan_{plan} {}

    Result<MoneyStream> read(std::string_view amount_key) {
        stream_.amount = TRY(amount_of(file_, table_, amount_key, kPositive));
        TRY(read_factors(amount_key));
        TRY(read_growth());
        stream_.begin = TRY(month_of("start", false));
        stream_.end = TRY(month_of("end", true)) + 1;
        if (stream_.end <= stream_.begin) {
            return error("end", "終わりが始まりより前です", "the end is before the start");
        }
        TRY(check_size(amount_key));
        return std::move(stream_);
    }

private:
    [[nodiscard]] Error error(std::string_view key, const std::string& ja,
                              const std::string& en) const {
        return money_error(file_, table_, key, ja, en);
    }

    Result<std::size_t> input(std::string_view key, const std::string& name) const {
        if (const auto found = find_input(plan_.inputs, name)) return *found;
        return error(key, "「" + name + "」という入力はありません",
                     "there is no input '" + name + "'");
    }

    Result<void> read_factors(std::string_view amount_key) {
        const std::vector<std::string> names = text_list_of(table_, "times");
        if (names.size() > MoneyPlan::kMaxFactors) {
            return error("times", "掛ける入力は8つまでです",
                         "there are up to 8 inputs to multiply with");
        }
        if (names.empty() && !has_key(table_, amount_key)) {
            return error(amount_key, fmt::format("「{}」か「times」が要ります", amount_key),
                         fmt::format("'{}' or 'times' must be there", amount_key));
        }
        for (const std::string& name : names) stream_.factors.push_back(TRY(input("times", name)));
        return {};
    }

    Result<void> read_growth() {
        const std::string name = text_of(table_, "growth_of");
        const AmountBounds bounds{kLeastGrowth, kMostGrowth, 0};
        stream_.growth = TRY(amount_of(file_, table_, "growth", bounds));
        if (name.empty()) return {};
        if (has_key(table_, "growth")) {
            return error("growth_of", "「growth」と「growth_of」はどちらか一つです",
                         "there is 'growth' or 'growth_of', not both");
        }
        stream_.growth_input = TRY(input("growth_of", name));
        const Distribution& growth = plan_.inputs[*stream_.growth_input].distribution;
        if (growth.lowest() >= kLeastGrowth && growth.highest() <= kMostGrowth) return {};
        return error("growth_of",
                     "伸びは−1（−100%）から10までの値だけを取れます。範囲のある分布にします",
                     "a growth takes values from -1 (-100 %) to 10 alone; use a distribution with "
                     "bounds");
    }

    [[nodiscard]] Result<int> month_of(std::string_view key, bool as_end) const {
        const std::string text = text_of(table_, key);
        if (text.empty() && !has_key(table_, key)) return as_end ? plan_.months() - 1 : 0;
        const auto month = parse_calendar_month(text, as_end);
        if (!month) {
            return error(key, "月は「2027-04」、年度は「2027」のように書きます",
                         "write a month as \"2027-04\", or a fiscal year as \"2027\"");
        }
        const int offset = month->number - plan_.month_at(0).number;
        if (offset >= 0 && offset < plan_.months()) return offset;
        const std::string span =
            to_text(plan_.month_at(0)) + " – " + to_text(plan_.month_at(plan_.months() - 1));
        return error(key, "計画の期間（" + span + "）の外です",
                     "this is outside the plan (" + span + ")");
    }

    // The greatest that any draw can make of it is still counted singly.
    [[nodiscard]] Result<void> check_size(std::string_view amount_key) const {
        double most = std::max(stream_.amount, 1.0);
        for (const std::size_t factor : stream_.factors) {
            const Distribution& input = plan_.inputs[factor].distribution;
            most *= std::max({std::abs(input.lowest()), std::abs(input.highest()), 1.0});
        }
        const double growth = stream_.growth_input
                                  ? plan_.inputs[*stream_.growth_input].distribution.highest()
                                  : stream_.growth;
        most *= std::pow(1 + std::max(growth, 0.0), (stream_.end - stream_.begin + 11) / 12);
        if (most <= MoneyPlan::kMaxAmount) return {};
        return error(amount_key, "金額が大きすぎます。あり得る最大が1000兆千円を超えます",
                     "the amount is too large: the greatest it can be is above 10^15 千円");
    }

    const toml::table& table_;
    const std::string& file_;
    const MoneyPlan& plan_;
    MoneyStream stream_;
};

/// The whole plan, table by table.
class PlanReader {
public:
    PlanReader(const toml::table& root, const std::string& file) : root_{root}, file_{file} {}

    Result<MoneyPlan> read() {
        TRY(read_head(*root_["plan"].as_table()));
        TRY(read_alternatives());
        plan_.inputs = TRY(read_money_inputs(root_, file_));
        plan_.correlations = TRY(read_correlations(root_, file_, plan_.inputs));
        for (const toml::table* table : tables_of(root_, "flow")) {
            if (plan_.flows.size() == MoneyPlan::kMaxFlows) {
                return money_error(file_, *table, "", "収支は500までです",
                                   "there are up to 500 flows");
            }
            CashFlow flow = TRY(read_flow(*table));
            plan_.flows.push_back(std::move(flow));
        }
        if (const toml::table* table = root_["outcome"].as_table()) TRY(read_outcome(*table));
        return std::move(plan_);
    }

private:
    Result<void> read_head(const toml::table& table) {
        plan_.name = TRY(shown_name(file_, table, "name"));
        plan_.note = text_of(table, "note");
        plan_.example = table["example"].value_or(false);
        plan_.years = TRY(whole_of(file_, table, "years", {1, MoneyPlan::kMaxYears, 1}));
        const WholeBounds years{kFirstFiscalYear, kLastFiscalYear - MoneyPlan::kMaxYears, 2026};
        plan_.first_year = TRY(whole_of(file_, table, "first_year", years));
        plan_.discount = TRY(amount_of(file_, table, "discount", {-0.5, 1, 0.04}));
        plan_.opening = TRY(
            amount_of(file_, table, "opening", {-MoneyPlan::kMaxAmount, MoneyPlan::kMaxAmount, 0}));
        return {};
    }

    Result<void> read_alternatives() {
        for (const toml::table* table : tables_of(root_, "alternative")) {
            const std::string name = TRY(shown_name(file_, *table, "name"));
            if (find_alternative(plan_, name)) {
                return money_error(file_, *table, "name", "「" + name + "」は二度書かれています",
                                   "'" + name + "' is there twice");
            }
            if (plan_.alternatives.size() == MoneyPlan::kMaxAlternatives) {
                return money_error(file_, *table, "name", "案は10までです",
                                   "there are up to 10 alternatives");
            }
            plan_.alternatives.push_back({name, text_of(*table, "note")});
        }
        if (plan_.alternatives.empty()) plan_.alternatives.push_back({plan_.name, ""});
        return {};
    }

    Result<CashFlow> read_flow(const toml::table& table) {
        CashFlow flow;
        flow.name = TRY(shown_name(file_, table, "name"));
        flow.kind = flow_kind_of(text_of(table, "kind"));
        const std::string direction = text_of(table, "direction");
        flow.comes_in = is_income(flow.kind) || direction == "in";
        if (!direction.empty() && flow.kind != FlowKind::Other &&
            (direction == "in") != is_income(flow.kind)) {
            return money_error(file_, table, "direction", "この種類の向きは決まっています",
                               "the direction of this kind is given; leave the key out");
        }
        TRY(read_rhythm(table, flow));
        flow.stream = TRY(StreamReader(table, file_, plan_).read("amount"));
        for (const std::string& name : text_list_of(table, "alternatives")) {
            const auto found = find_alternative(plan_, name);
            if (!found || name.empty()) {
                return money_error(file_, table, "alternatives",
                                   "「" + name + "」という案はありません",
                                   "there is no alternative '" + name + "'");
            }
            flow.alternatives.push_back(*found);
        }
        return flow;
    }

    Result<void> read_rhythm(const toml::table& table, CashFlow& flow) {
        const std::string per = text_of(table, "per");
        if (has_key(table, "every")) {
            flow.rhythm = FlowRhythm::EveryYears;
            flow.every = TRY(whole_of(file_, table, "every", {1, MoneyPlan::kMaxYears, 1}));
            if (per.empty() || per == "once") return no_month(table);
            return money_error(file_, table, "every", "「every」は「per = \"once\"」の時だけです",
                               "'every' goes with per = \"once\" alone");
        }
        if (per == "once" || per == "month") {
            flow.rhythm = per == "once" ? FlowRhythm::Once : FlowRhythm::EachMonth;
            return no_month(table);
        }
        if (!has_key(table, "month")) return {};
        flow.rhythm = FlowRhythm::OnceAYear;
        flow.month = TRY(whole_of(file_, table, "month", {1, 12, 4}));
        return {};
    }
    [[nodiscard]] Result<void> no_month(const toml::table& table) const {
        if (!has_key(table, "month")) return {};
        return money_error(file_, table, "month", "「month」は年ごとの金額の時だけです",
                           "'month' goes with an amount of a year alone");
    }

    Result<void> read_outcome(const toml::table& table) {
        MoneyOutcome outcome;
        outcome.name = TRY(shown_name(file_, table, "name"));
        outcome.unit = text_of(table, "unit");
        outcome.stream = TRY(StreamReader(table, file_, plan_).read("per_year"));
        double greatest = outcome.stream.amount;
        for (const std::size_t factor : outcome.stream.factors) {
            const Distribution& input = plan_.inputs[factor].distribution;
            greatest *= input.mean();
            if (input.lowest() < 0) {
                return money_error(file_, table, "times",
                                   "「" + plan_.inputs[factor].name +
                                       "」は負の値を取り得るので、成果の数になりません",
                                   "'" + plan_.inputs[factor].name +
                                       "' may be negative, and outcomes are counted");
            }
        }
        if (!(greatest > 0)) {
            return money_error(file_, table, "per_year",
                               "成果が0なので、成果一つあたりの費用を求められません",
                               "there is no outcome: the cost of one can not be told");
        }
        plan_.outcome = std::move(outcome);
        return {};
    }

    const toml::table& root_;
    const std::string& file_;
    MoneyPlan plan_;
};

constexpr std::string_view kKindWords[kFlowKinds][2] = {
    {"交付金", "grant"},       {"補助・繰入", "subsidy"}, {"利用料", "fee"},
    {"人件費", "staff"},       {"保守", "maintenance"},   {"機器", "equipment"},
    {"通信", "communication"}, {"その他", "other"},
};

}  // namespace

std::string_view flow_kind_word(FlowKind kind, bool japanese) {
    return kKindWords[static_cast<std::size_t>(kind)][japanese ? 0 : 1];
}

Result<std::size_t> find_alternative(const MoneyPlan& plan, std::string_view name) {
    if (name.empty() && !plan.alternatives.empty()) return std::size_t{0};
    for (std::size_t i = 0; i < plan.alternatives.size(); ++i) {
        if (plan.alternatives[i].name == name) return i;
    }
    const std::string shown{name.substr(0, 100)};
    return Error{ErrorCode::NotFound,
                 "「" + shown + "」という案はありません / there is no alternative '" + shown + "'"};
}

Result<MoneyPlan> parse_money_plan(std::string_view text, const std::string& file) {
    const toml::table root = TRY(checked_money_text(text, money_schema(), file));
    return PlanReader{root, file}.read();
}

}  // namespace musubi
