#include "project/measures/measure_text.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/canonical_json.h"
#include "base/toml_schema.h"
#include "project/measures/measure_table.h"
#include "trust/encoding.h"

namespace musubi {
namespace {

constexpr std::array<std::string_view, 15> kPartNames{
    "count", "distinct", "entities", "members", "arrived",     "expected", "sum", "mean",
    "min",   "max",      "quantile", "share",   "time-beyond", "change",   "rate"};
constexpr std::size_t kMaxMeasures = 1'000;
constexpr std::size_t kMaxParts = 20;
constexpr std::size_t kMaxGoals = 50;
constexpr std::int64_t kMaxSmallest = 1'000'000;
constexpr int kMaxDecimals = 6;
constexpr double kLeastShare = 0.8;

class MeasureReader : MeasureTable {
public:
    MeasureReader(const toml::table& table, const std::string& file, const Context& context)
        : MeasureTable{table, file}, context_{context} {}

    Result<Measure> read() {
        measure_.id = text_of(table_, "id");
        if (!is_measure_name(measure_.id, '-')) {
            return error("id", "指標の名前は、英小文字・数字・- で 64 字までです",
                         "a measure is named by lower-case letters, digits and '-'");
        }
        measure_.ja = TRY(text("ja"));
        measure_.en = TRY(text("en"));
        measure_.unit = TRY(text("unit"));
        measure_.direction = text_of(table_, "direction") == "up" ? Direction::Up : Direction::Down;
        measure_.period = *period_kind(text_of(table_, "period"));
        TRY(read_shown());
        TRY(read_across());
        TRY(read_missing());
        TRY(read_parts());
        TRY(read_formula());
        TRY(read_baseline());
        TRY(read_goals());
        TRY(define());
        return std::move(measure_);
    }

private:
    Result<void> read_shown() {
        const auto decimals = table_["decimals"].value<std::int64_t>().value_or(1);
        if (decimals < 0 || decimals > kMaxDecimals)
            return error("decimals", "0 から 6 までです", "it is from 0 to 6");
        measure_.decimals = static_cast<int>(decimals);
        const auto smallest = table_["smallest"].value<std::int64_t>().value_or(1);
        if (smallest < 1 || smallest > kMaxSmallest) {
            return error("smallest", "1 から 1000000 までです", "it is from 1 to 1000000");
        }
        measure_.smallest = static_cast<std::size_t>(smallest);
        if (has("by")) measure_.by = context_.expand(TRY(text("by")));
        return {};
    }

    Result<void> read_across() {
        const std::string across = text_of(table_, "across");
        if (across.empty() && has("each")) {
            return error("each", "'across'（値をどうまとめるか）と一緒に書きます",
                         "it goes with 'across', which says what is made of the values");
        }
        if (across.empty()) return {};
        measure_.across = across == "mean" ? Across::Mean : Across::Median;
        if (has("each")) measure_.each = context_.expand(TRY(text("each")));
        return {};
    }

    Result<void> read_missing() {
        const bool none = text_of(table_, "missing") == "no-value";
        if (!none && has("least_share")) {
            return error("least_share", "missing = \"no-value\" と一緒に書きます",
                         "it goes with missing = \"no-value\"");
        }
        if (!none) return {};
        measure_.least_share = number("least_share", kLeastShare);
        if (*measure_.least_share > 0 && *measure_.least_share <= 1) return {};
        return error("least_share", "0 より大きく、1 までです", "it is above 0, up to 1");
    }

    // The tables of an array, each held against its own schema.
    Result<std::vector<const toml::table*>> tables(std::string_view key, std::size_t most) const {
        std::vector<const toml::table*> out;
        const toml::array* list = table_[key].as_array();
        if (list == nullptr) return out;
        const std::string name = "measure." + std::string{key};
        for (const toml::node& node : *list) {
            if (!node.is_table())
                return toml_error(
                    file_, node,
                    "一つずつ [[" + name + "]] と書きます / write each as [[" + name + "]]");
            TRY(check_toml_table(measure_schema(), name, *node.as_table(), file_));
            out.push_back(node.as_table());
            if (out.size() > most) {
                return toml_error(
                    file_, node,
                    std::to_string(most) + " までです / there are at most " + std::to_string(most));
            }
        }
        return out;
    }

    Result<void> read_parts() {
        for (const toml::table* table : TRY(tables("part", kMaxParts))) {
            auto [part, definition] = TRY(read_measure_part(*table, file_, context_, measure_));
            for (const MeasurePart& other : measure_.parts) {
                if (other.name != part.name) continue;
                return error_in(*table, "name", "部品「" + part.name + "」が二つあります",
                                "two parts are named '" + part.name + "'");
            }
            definitions_.push_back(std::move(definition));
            measure_.parts.push_back(std::move(part));
        }
        if (measure_.parts.empty()) {
            return error("part", "データのない指標です。[[measure.part]] を書いてください",
                         "a measure without data: give it a [[measure.part]]");
        }
        return {};
    }

    Result<void> read_formula() {
        std::vector<std::string> names;
        for (const MeasurePart& part : measure_.parts) names.push_back(part.name);
        auto formula = Formula::parse(text_of(table_, "formula"), names);
        if (!formula) return error("formula", formula.error());
        for (std::size_t i = 0; i < names.size(); ++i) {
            if (!formula->uses(i)) {
                return error("formula", "式に、部品「" + names[i] + "」が使われていません",
                             "the formula does not use the part '" + names[i] + "'");
            }
        }
        measure_.formula = std::move(*formula);
        return {};
    }

    Result<Time> day(std::string_view key) const {
        auto time = parse_day(text_of(table_, key));
        if (!time) return error(key, time.error());
        return time;
    }

    Result<void> read_baseline() {
        if (has("baseline_from") != has("baseline_to")) {
            return error(has("baseline_from") ? "baseline_from" : "baseline_to",
                         "'baseline_from' と 'baseline_to' は一緒に書きます",
                         "'baseline_from' and 'baseline_to' go together");
        }
        if (has("baseline")) measure_.baseline_value = number("baseline");
        if (!has("baseline_from")) return {};
        if (has("baseline")) {
            return error("baseline", "基準は、値か期間のどちらか一つで書きます",
                         "give a baseline once: a value or a time");
        }
        const Period period{TRY(day("baseline_from")), TRY(day("baseline_to"))};
        if (period.from >= period.to) {
            return error("baseline_to", "終わりが始まりより前です", "it ends before it begins");
        }
        measure_.baseline = period;
        return {};
    }

    Result<void> read_goals() {
        for (const toml::table* table : TRY(tables("goal", kMaxGoals))) {
            const auto by = parse_day(text_of(*table, "by"));
            if (!by) return toml_error(file_, *table, "by", by.error().detail);
            if (!measure_.path.empty() && measure_.path.back().by >= *by) {
                return error_in(*table, "by", "目標は日付の順に書きます",
                                "goals stand in the order of their days");
            }
            const double value = (*table)["value"].value<double>().value_or(0);
            if (!std::isfinite(value))
                return error_in(*table, "value", "有限の数です", "it is a finite number");
            measure_.path.push_back({.value = value, .by = *by});
        }
        return {};
    }

    // What the path and the words say does not change a value, and is no part of it.
    Result<void> define() {
        Json out;
        out.set("format", 1);
        out.set("id", measure_.id);
        out.set("unit", measure_.unit);
        out.set("period", name_of(measure_.period));
        out.set("formula", measure_.formula.text());
        if (!measure_.by.empty()) out.set("by", measure_.by);
        out.set("smallest", static_cast<std::int64_t>(measure_.smallest));
        if (measure_.across != Across::None) {
            out.set("across", measure_.across == Across::Mean ? "mean" : "median");
            if (!measure_.each.empty()) out.set("each", measure_.each);
        }
        if (measure_.least_share) out.set("leastShare", *measure_.least_share);
        out.set("parts", std::move(definitions_));
        measure_.definition = TRY(canonical_json(out));
        measure_.hash = to_hex(sha256({measure_.definition}));
        return {};
    }

    const Context& context_;
    Measure measure_;
    Json::Array definitions_;
};

}  // namespace

std::optional<PartKind> part_kind(std::string_view word) {
    const auto found = std::find(kPartNames.begin(), kPartNames.end(), word);
    if (found == kPartNames.end()) return std::nullopt;
    return static_cast<PartKind>(found - kPartNames.begin());
}

std::string_view name_of(PartKind kind) { return kPartNames.at(static_cast<std::size_t>(kind)); }

const Measure* MeasureSet::find(std::string_view id) const {
    const auto found = std::find_if(measures.begin(), measures.end(),
                                    [&](const Measure& measure) { return measure.id == id; });
    return found == measures.end() ? nullptr : &*found;
}

Result<std::string> measure_context(std::string_view text, const std::string& file) {
    const toml::table root = TRY(parse_toml(text, file));
    TRY(check_toml(measure_schema(), root, file));
    return required_text(file, *root["measures"].as_table(), "context");
}

Result<MeasureSet> read_measures(std::string_view text, const std::string& file,
                                 ContextPtr context) {
    const toml::table root = TRY(parse_toml(text, file));
    TRY(check_toml(measure_schema(), root, file));
    const toml::table& head = *root["measures"].as_table();
    MeasureSet set;
    set.version = TRY(required_text(file, head, "version"));
    set.context_url = TRY(required_text(file, head, "context"));
    set.context = std::move(context);
    for (const toml::node& node : *root["measure"].as_array()) {
        if (set.measures.size() >= kMaxMeasures) {
            return toml_error(file, node,
                              "一つのファイルの指標は 1,000 までです / a file has at most 1,000 "
                              "measures");
        }
        Measure measure = TRY(MeasureReader(*node.as_table(), file, *set.context).read());
        if (set.find(measure.id) != nullptr) {
            return toml_error(file, *node.as_table(), "id",
                              "指標「" + measure.id +
                                  "」が二つあります / two measures are named '" + measure.id + "'");
        }
        set.measures.push_back(std::move(measure));
    }
    return set;
}

}  // namespace musubi
