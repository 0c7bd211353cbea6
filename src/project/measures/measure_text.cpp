#include "project/measures/measure_text.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/canonical_json.h"
#include "trust/encoding.h"

namespace musubi {
namespace {

constexpr std::array<std::string_view, 13> kPartNames{
    "count", "distinct", "entities", "expected",    "sum",    "mean", "min",
    "max",   "quantile", "share",    "time-beyond", "change", "rate"};
constexpr std::size_t kMaxMeasures = 1'000;
constexpr std::size_t kMaxParts = 20;
constexpr std::size_t kMaxGoals = 50;
constexpr std::size_t kMaxName = 64;
constexpr std::size_t kMaxWords = 200;
constexpr std::int64_t kMaxSmallest = 1'000'000;
constexpr int kMaxDecimals = 6;
constexpr Duration kLongest = days(366);

bool is_name(std::string_view text, char sign) {
    return !text.empty() && text.size() <= kMaxName &&
           std::all_of(text.begin(), text.end(), [&](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == sign;
           });
}

void add_names(const QueryNode& node, std::vector<std::string>& names) {
    if (!node.path.names.empty()) names.push_back(node.path.names.front());
    for (const QueryNode& child : node.children) add_names(child, names);
}

// A table of the file, whose schema has been checked.
class TableReader {
public:
    TableReader(const toml::table& table, const std::string& file) : table_{table}, file_{file} {}

protected:
    [[nodiscard]] Error error(std::string_view key, std::string detail) const {
        return toml_error(file_, table_, key, std::move(detail));
    }
    // What another reader said, at the line of the key.
    [[nodiscard]] Error error(std::string_view key, const Error& why) const {
        Error at = error(key, why.detail);
        at.code = why.code;
        return at;
    }
    [[nodiscard]] bool has(std::string_view key) const { return table_.contains(key); }
    Result<std::string> text(std::string_view key) const {
        std::string value = TRY(required_text(file_, table_, key));
        if (value.size() > kMaxWords) return error(key, "at most 200 bytes");
        return value;
    }
    [[nodiscard]] double number(std::string_view key, double other = 0) const {
        return table_[key].value<double>().value_or(other);
    }
    Result<Duration> duration(std::string_view key, Duration other) const {
        if (!has(key)) return other;
        const Duration value = TRY(parse_duration(text_of(table_, key)));
        if (value >= seconds(1) && value <= kLongest) return value;
        return error(key, "'" + std::string{key} + "' is from PT1S to P366D");
    }

    const toml::table& table_;
    const std::string& file_;
};

class PartReader : TableReader {
public:
    PartReader(const toml::table& table, const std::string& file, const Context& context)
        : TableReader{table, file}, context_{context} {}

    Result<MeasurePart> read() {
        part_.name = text_of(table_, "name");
        if (!is_name(part_.name, '_') || part_.name.front() <= '9') {
            return error("name",
                         "a part is named by lower-case letters, digits and '_', a letter "
                         "first");
        }
        part_.kind = *part_kind(text_of(table_, "is"));
        part_.type = context_.expand(TRY(text("type")));
        part_.attribute = context_.expand(TRY(text("attribute")));
        part_.unit = text_of(table_, "unit");
        part_.who.types = TypeSelection{.type = part_.type};
        TRY(read_who());
        TRY(read_bound());
        part_.quantile = number("quantile", 0.5);
        if (has("quantile") && part_.kind != PartKind::Quantile) return alone("quantile");
        if (!(part_.quantile >= 0 && part_.quantile <= 1)) {
            return error("quantile", "a quantile is from 0 to 1");
        }
        if (has("hold") && part_.kind != PartKind::TimeBeyond) return alone("hold");
        if (has("every") && part_.kind != PartKind::Expected) return alone("every");
        part_.hold = TRY(duration("hold", part_.hold));
        part_.every = TRY(duration("every", part_.every));
        std::sort(part_.looks_at.begin(), part_.looks_at.end());
        part_.looks_at.erase(std::unique(part_.looks_at.begin(), part_.looks_at.end()),
                             part_.looks_at.end());
        return std::move(part_);
    }

private:
    [[nodiscard]] Error alone(std::string_view key) const {
        return error(key, "'" + std::string{key} + "' means nothing for '" +
                              std::string{name_of(part_.kind)} + "'");
    }

    Result<void> read_who() {
        if (has("q")) {
            auto q = parse_q(text_of(table_, "q"), context_);
            if (!q) return error("q", q.error());
            if (linked_depth(*q) > 0) {
                return error("q", "a measure does not follow relationships to other entities");
            }
            add_names(*q, part_.looks_at);
            part_.who.q = std::move(*q);
        }
        if (has("scope")) {
            auto scope = parse_scope_query(text_of(table_, "scope"));
            if (!scope) return error("scope", scope.error());
            part_.who.scopes = std::move(*scope);
        }
        const bool any = has("georel") || has("geometry") || has("coordinates");
        const bool all = has("georel") && has("geometry") && has("coordinates");
        if (any != all) {
            return error(has("georel")     ? "georel"
                         : has("geometry") ? "geometry"
                                           : "coordinates",
                         "'georel', 'geometry' and 'coordinates' go together");
        }
        if (!all) return {};
        const auto coordinates = parse_json(text_of(table_, "coordinates"));
        if (!coordinates) return error("coordinates", coordinates.error());
        auto geo = parse_geo_query(text_of(table_, "georel"), text_of(table_, "geometry"),
                                   *coordinates, "", context_);
        if (!geo) return error("georel", geo.error());
        part_.looks_at.push_back(geo->property);
        part_.who.geo = std::move(*geo);
        return {};
    }

    Result<void> read_bound() {
        const bool wanted = part_.kind == PartKind::Share || part_.kind == PartKind::TimeBeyond;
        std::string_view given;
        for (const std::string_view key :
             {"above", "below", "above_attribute", "below_attribute"}) {
            if (!has(key)) continue;
            if (!wanted) return alone(key);
            if (!given.empty())
                return error(key, "there is a bound already: '" + std::string{given} + "'");
            given = key;
        }
        if (!wanted) return {};
        if (given.empty()) {
            return error("is",
                         "it needs a bound: 'above', 'below', 'above_attribute' or "
                         "'below_attribute'");
        }
        part_.bound.above = given.starts_with("above");
        if (given.ends_with("attribute")) {
            part_.bound.attribute = context_.expand(TRY(text(given)));
            part_.looks_at.push_back(part_.bound.attribute);
        } else {
            part_.bound.number = number(given);
            if (!std::isfinite(part_.bound.number))
                return error(given, "a bound is a finite number");
        }
        return {};
    }

    const Context& context_;
    MeasurePart part_;
};

// What decides the value of a part, as written; names expanded.
Json definition_of(const MeasurePart& part, const toml::table& table) {
    Json out;
    out.set("name", part.name);
    out.set("is", name_of(part.kind));
    out.set("type", part.type);
    out.set("attribute", part.attribute);
    if (!part.unit.empty()) out.set("unit", part.unit);
    if (part.who.q) out.set("q", to_text(*part.who.q));
    for (const std::string_view key : {"scope", "georel", "geometry", "coordinates"}) {
        if (table.contains(key)) out.set(key, text_of(table, key));
    }
    if (part.kind == PartKind::Quantile) out.set("quantile", part.quantile);
    if (part.kind == PartKind::Share || part.kind == PartKind::TimeBeyond) {
        const std::string_view side = part.bound.above ? "above" : "below";
        out.set(side, part.bound.attribute.empty() ? Json{part.bound.number}
                                                   : Json{part.bound.attribute});
    }
    if (part.kind == PartKind::TimeBeyond) out.set("hold", to_iso(part.hold));
    if (part.kind == PartKind::Expected) out.set("every", to_iso(part.every));
    return out;
}

class MeasureReader : TableReader {
public:
    MeasureReader(const toml::table& table, const std::string& file, const Context& context)
        : TableReader{table, file}, context_{context} {}

    Result<Measure> read() {
        measure_.id = text_of(table_, "id");
        if (!is_name(measure_.id, '-')) {
            return error("id", "a measure is named by lower-case letters, digits and '-'");
        }
        measure_.ja = TRY(text("ja"));
        measure_.en = TRY(text("en"));
        measure_.unit = TRY(text("unit"));
        measure_.direction = text_of(table_, "direction") == "up" ? Direction::Up : Direction::Down;
        measure_.period = *period_kind(text_of(table_, "period"));
        TRY(read_shown());
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
        if (decimals < 0 || decimals > kMaxDecimals) return error("decimals", "it is from 0 to 6");
        measure_.decimals = static_cast<int>(decimals);
        const auto smallest = table_["smallest"].value<std::int64_t>().value_or(1);
        if (smallest < 1 || smallest > kMaxSmallest) {
            return error("smallest", "it is from 1 to 1000000");
        }
        measure_.smallest = static_cast<std::size_t>(smallest);
        if (has("by")) measure_.by = context_.expand(TRY(text("by")));
        return {};
    }

    // The tables of an array, each held against its own schema.
    Result<std::vector<const toml::table*>> tables(std::string_view key, std::size_t most) const {
        std::vector<const toml::table*> out;
        const toml::array* list = table_[key].as_array();
        if (list == nullptr) return out;
        const std::string name = "measure." + std::string{key};
        for (const toml::node& node : *list) {
            if (!node.is_table()) return toml_error(file_, node, "write each as [[" + name + "]]");
            TRY(check_toml_table(measure_schema(), name, *node.as_table(), file_));
            out.push_back(node.as_table());
            if (out.size() > most) {
                return toml_error(file_, node, "there are at most " + std::to_string(most));
            }
        }
        return out;
    }

    Result<void> read_parts() {
        for (const toml::table* table : TRY(tables("part", kMaxParts))) {
            MeasurePart part = TRY(PartReader(*table, file_, context_).read());
            for (const MeasurePart& other : measure_.parts) {
                if (other.name != part.name) continue;
                return toml_error(file_, *table, "name", "two parts are named '" + part.name + "'");
            }
            if (!measure_.by.empty()) part.looks_at.push_back(measure_.by);
            definitions_.push_back(definition_of(part, *table));
            measure_.parts.push_back(std::move(part));
        }
        if (measure_.parts.empty()) {
            return error("part", "a measure without data: give it a [[measure.part]]");
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
                return error("formula", "the formula does not use the part '" + names[i] + "'");
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
                         "'baseline_from' and 'baseline_to' go together");
        }
        if (has("baseline")) measure_.baseline_value = number("baseline");
        if (!has("baseline_from")) return {};
        if (has("baseline")) return error("baseline", "give a baseline once: a value or a time");
        const Period period{TRY(day("baseline_from")), TRY(day("baseline_to"))};
        if (period.from >= period.to) return error("baseline_to", "it ends before it begins");
        measure_.baseline = period;
        return {};
    }

    Result<void> read_goals() {
        for (const toml::table* table : TRY(tables("goal", kMaxGoals))) {
            const auto by = parse_day(text_of(*table, "by"));
            if (!by) return toml_error(file_, *table, "by", by.error().detail);
            if (!measure_.path.empty() && measure_.path.back().by >= *by) {
                return toml_error(file_, *table, "by", "goals stand in the order of their days");
            }
            const double value = (*table)["value"].value<double>().value_or(0);
            if (!std::isfinite(value))
                return toml_error(file_, *table, "value", "it is a finite number");
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
            return toml_error(file, node, "a file has at most 1,000 measures");
        }
        Measure measure = TRY(MeasureReader(*node.as_table(), file, *set.context).read());
        if (set.find(measure.id) != nullptr) {
            return toml_error(file, *node.as_table(), "id",
                              "two measures are named '" + measure.id + "'");
        }
        set.measures.push_back(std::move(measure));
    }
    return set;
}

}  // namespace musubi
