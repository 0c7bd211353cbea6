#include "project/finance/money_inputs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <sstream>

#include "project/finance/toml_numbers.h"

namespace musubi {
namespace {

constexpr AmountBounds kAnyAmount{-MoneyPlan::kMaxAmount, MoneyPlan::kMaxAmount, 0};

DistributionKind kind_of(std::string_view word) {
    if (word == "uniform") return DistributionKind::Uniform;
    if (word == "triangular") return DistributionKind::Triangular;
    if (word == "pert") return DistributionKind::Pert;
    if (word == "normal") return DistributionKind::Normal;
    if (word == "lognormal") return DistributionKind::Lognormal;
    if (word == "bernoulli") return DistributionKind::Bernoulli;
    if (word == "discrete") return DistributionKind::Discrete;
    return DistributionKind::Fixed;
}

// The keys that a distribution must have, and those it may have.
struct DistributionKeys {
    std::string_view needed;
    std::string_view allowed;
};
DistributionKeys keys_of(DistributionKind kind) {
    switch (kind) {
        case DistributionKind::Fixed: return {"value", ""};
        case DistributionKind::Uniform: return {"low|high", ""};
        case DistributionKind::Triangular:
        case DistributionKind::Pert: return {"low|mode|high", ""};
        case DistributionKind::Normal:
        case DistributionKind::Lognormal: return {"mean|deviation", ""};
        case DistributionKind::Bernoulli: return {"probability", "value"};
        case DistributionKind::Discrete: return {"values", "weights"};
    }
    return {};
}

/// One [[input]].
class InputReader {
public:
    InputReader(const toml::table& table, const std::string& file) : table_{table}, file_{file} {}

    Result<MoneyInput> read() {
        const std::string name = TRY(shown_name(file_, table_, "name"));
        spec_.kind = kind_of(text_of(table_, "distribution"));
        TRY(check_keys());
        TRY(read_numbers());
        TRY(check_shape());
        Distribution distribution{spec_};
        if (std::max(std::abs(distribution.lowest()), std::abs(distribution.highest())) >
            MoneyPlan::kMaxAmount) {
            return error("distribution", "あり得る値が大きすぎます",
                         "the values it may take are too large");
        }
        return MoneyInput{name, text_of(table_, "unit"), std::move(distribution)};
    }

private:
    [[nodiscard]] Error error(std::string_view key, const std::string& ja,
                              const std::string& en) const {
        return money_error(file_, table_, key, ja, en);
    }

    Result<void> check_keys() {
        const DistributionKeys keys = keys_of(spec_.kind);
        for (const std::string_view key : {"value", "low", "mode", "high", "mean", "deviation",
                                           "probability", "values", "weights"}) {
            const bool needed = in_list(key, keys.needed);
            if (needed && !has_key(table_, key)) {
                return error("distribution", fmt::format("この分布には「{}」が要ります", key),
                             fmt::format("this distribution needs '{}'", key));
            }
            if (!needed && !in_list(key, keys.allowed) && has_key(table_, key)) {
                return error(key, fmt::format("この分布に「{}」はありません", key),
                             fmt::format("this distribution has no '{}'", key));
            }
        }
        return {};
    }

    Result<void> read_numbers() {
        AmountBounds value = kAnyAmount;
        value.other = 1;  // of what may happen
        spec_.value = TRY(amount_of(file_, table_, "value", value));
        spec_.low = TRY(amount_of(file_, table_, "low", kAnyAmount));
        spec_.mode = TRY(amount_of(file_, table_, "mode", kAnyAmount));
        spec_.high = TRY(amount_of(file_, table_, "high", kAnyAmount));
        spec_.mean = TRY(amount_of(file_, table_, "mean", kAnyAmount));
        spec_.deviation = TRY(amount_of(file_, table_, "deviation", kAnyAmount));
        spec_.probability = TRY(amount_of(file_, table_, "probability", {0, 1, 0}));
        spec_.values = TRY(numbers("values"));
        spec_.weights = TRY(numbers("weights"));
        return {};
    }

    Result<std::vector<double>> numbers(std::string_view key) {
        std::vector<double> out;
        const toml::array* list = table_[key].as_array();
        if (list == nullptr) return out;
        for (const toml::node& node : *list) {
            const double value = node.value_or(std::nan(""));
            if (!(std::abs(value) <= MoneyPlan::kMaxAmount)) {
                return error(key, fmt::format("「{}」は数の並びです", key),
                             fmt::format("'{}' is a list of numbers", key));
            }
            out.push_back(value);
        }
        return out;
    }

    Result<void> check_shape() {
        const bool has_range = in_list("low", keys_of(spec_.kind).needed);
        if (has_range && !(spec_.low < spec_.high)) {
            return error("high", "最大は最小より大きくします", "'high' must be above 'low'");
        }
        const bool has_mode = in_list("mode", keys_of(spec_.kind).needed);
        if (has_mode && !(spec_.low <= spec_.mode && spec_.mode <= spec_.high)) {
            return error("mode", "最もありそうな値は最小と最大の間です",
                         "'mode' lies between 'low' and 'high'");
        }
        const bool has_deviation = in_list("deviation", keys_of(spec_.kind).needed);
        if (has_deviation && !(spec_.deviation > 0)) {
            return error("deviation", "標準偏差は0より大きくします", "'deviation' must be above 0");
        }
        if (spec_.kind == DistributionKind::Lognormal) return check_lognormal();
        return spec_.kind == DistributionKind::Discrete ? check_discrete() : Result<void>{};
    }

    [[nodiscard]] Result<void> check_lognormal() const {
        if (spec_.mean >= 1e-9 && spec_.deviation <= 1e3 * spec_.mean) return {};
        return error("mean", "対数正規分布の平均は0より大きく、標準偏差はその1000倍までです",
                     "a lognormal has a mean above 0, and a deviation up to 1000 times it");
    }

    Result<void> check_discrete() {
        if (spec_.weights.empty()) spec_.weights.assign(spec_.values.size(), 1);
        if (spec_.values.empty() || spec_.values.size() > 100) {
            return error("values", "値は1から100個までです", "there are 1 to 100 values");
        }
        if (spec_.weights.size() != spec_.values.size()) {
            return error("weights", "重みは値と同じ数だけ書きます",
                         "there is a weight for each value");
        }
        double sum = 0;
        for (const double weight : spec_.weights) sum += weight < 0 ? std::nan("") : weight;
        if (sum >= 1e-9) return {};
        return error("weights", "重みは0以上で、全部が0ではありません",
                     "weights are 0 or more, and not all of them 0");
    }

    const toml::table& table_;
    const std::string& file_;
    DistributionSpec spec_;
};

Result<InputCorrelation> read_pair(const toml::table& table, const std::string& file,
                                   const std::vector<MoneyInput>& inputs) {
    const std::vector<std::string> names = text_list_of(table, "between");
    if (names.size() != 2 || names[0] == names[1]) {
        return money_error(file, table, "between", "異なる入力の名前を二つ書きます",
                           "write the names of two inputs");
    }
    std::size_t found[2] = {};
    for (std::size_t i = 0; i < 2; ++i) {
        const auto input = find_input(inputs, names[i]);
        if (!input) {
            return money_error(file, table, "between", "「" + names[i] + "」という入力はありません",
                               "there is no input '" + names[i] + "'");
        }
        if (inputs[*input].distribution.kind() == DistributionKind::Fixed) {
            return money_error(file, table, "between",
                               "「" + names[i] + "」は動かない値で、相関を持てません",
                               "'" + names[i] + "' is fixed and goes together with nothing");
        }
        found[i] = *input;
    }
    const double value = number_of(table, "value");
    if (!(value >= -1 && value <= 1)) {
        return money_error(file, table, "value", "相関は−1から1までの数です",
                           "a correlation is a number from -1 to 1");
    }
    const bool normal = text_of(table, "of") == "normal";
    return InputCorrelation{std::min(found[0], found[1]), std::max(found[0], found[1]),
                            normal ? value : normal_of_rank_correlation(value)};
}

// "a, b and c do not go together", from the numbers of inputs.
Error no_such_matrix(const toml::table& root, const std::string& file,
                     const std::vector<MoneyInput>& inputs, const std::string& numbers) {
    std::string names;
    std::istringstream in{numbers};
    for (std::size_t number = 0; in >> number;) {
        names += (names.empty() ? "" : "、") + inputs[number].name;
    }
    const auto tables = tables_of(root, "correlation");
    return money_error(
        file, *tables.front(), "between",
        "これらの入力の相関は同時には成り立ちません（行列が正定値でない）: " + names,
        "the correlations of these inputs can not hold at once (the matrix is not positive "
        "definite): " +
            names);
}

}  // namespace

std::optional<std::size_t> find_input(const std::vector<MoneyInput>& inputs,
                                      std::string_view name) {
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        if (inputs[i].name == name) return i;
    }
    return std::nullopt;
}

Result<std::vector<MoneyInput>> read_money_inputs(const toml::table& root,
                                                  const std::string& file) {
    std::vector<MoneyInput> out;
    for (const toml::table* table : tables_of(root, "input")) {
        if (out.size() == MoneyPlan::kMaxInputs) {
            return money_error(file, *table, "", "入力は200までです", "there are up to 200 inputs");
        }
        MoneyInput input = TRY(InputReader(*table, file).read());
        if (find_input(out, input.name)) {
            return money_error(file, *table, "name", "「" + input.name + "」は二度書かれています",
                               "'" + input.name + "' is there twice");
        }
        out.push_back(std::move(input));
    }
    return out;
}

Result<CorrelationFactor> read_correlations(const toml::table& root, const std::string& file,
                                            const std::vector<MoneyInput>& inputs) {
    std::vector<InputCorrelation> pairs;
    std::set<std::pair<std::size_t, std::size_t>> seen;
    for (const toml::table* table : tables_of(root, "correlation")) {
        const InputCorrelation pair = TRY(read_pair(*table, file, inputs));
        if (!seen.emplace(pair.first, pair.second).second) {
            return money_error(file, *table, "between", "この二つの相関は二度書かれています",
                               "the correlation of these two is there twice");
        }
        pairs.push_back(pair);
    }
    auto factor = CorrelationFactor::make(pairs);
    if (!factor) return no_such_matrix(root, file, inputs, factor.error().where);
    return factor;
}

}  // namespace musubi
