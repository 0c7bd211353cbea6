#include <algorithm>
#include <cmath>

#include "project/measures/measure_table.h"
#include "project/measures/part_total.h"

namespace musubi {
namespace {

constexpr std::int64_t kMostAgo = 60;

void add_names(const QueryNode& node, std::vector<std::string>& names) {
    if (!node.path.names.empty()) names.push_back(node.path.names.front());
    for (const QueryNode& child : node.children) add_names(child, names);
}

class PartReader : MeasureTable {
public:
    PartReader(const toml::table& table, const std::string& file, const Context& context,
               const Measure& measure)
        : MeasureTable{table, file}, context_{context}, measure_{measure} {}

    Result<MeasurePart> read() {
        part_.name = text_of(table_, "name");
        if (!is_measure_name(part_.name, '_') || part_.name.front() <= '9') {
            return error("name", "部品の名前は、英小文字で始め、英小文字・数字・_ で 64 字までです",
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
        TRY(read_quantile());
        TRY(read_durations());
        TRY(read_ago());
        TRY(read_less());
        for (const std::string& name : {measure_.by, measure_.each}) {
            if (!name.empty()) part_.looks_at.push_back(name);
        }
        std::sort(part_.looks_at.begin(), part_.looks_at.end());
        part_.looks_at.erase(std::unique(part_.looks_at.begin(), part_.looks_at.end()),
                             part_.looks_at.end());
        return std::move(part_);
    }

private:
    [[nodiscard]] Error alone(std::string_view key) const {
        const std::string kind{name_of(part_.kind)};
        return error(key, "'" + kind + "' には '" + std::string{key} + "' の意味がありません",
                     "'" + std::string{key} + "' means nothing for '" + kind + "'");
    }

    Result<void> read_who() {
        if (has("q")) {
            auto q = parse_q(text_of(table_, "q"), context_);
            if (!q) return error("q", q.error());
            if (linked_depth(*q) > 0) {
                return error("q", "指標は、ほかのエンティティへの関係をたどりません",
                             "a measure does not follow relationships to other entities");
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
                         "'georel'、'geometry'、'coordinates' は一緒に書きます",
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

    Result<void> read_quantile() {
        part_.quantile = number("quantile", 0.5);
        if (has("quantile") && part_.kind != PartKind::Quantile) return alone("quantile");
        if (part_.quantile >= 0 && part_.quantile <= 1) return {};
        return error("quantile", "分位点は 0 から 1 までです", "a quantile is from 0 to 1");
    }

    Result<void> read_durations() {
        if (has("hold") && part_.kind != PartKind::TimeBeyond) return alone("hold");
        const bool by_itself = part_.kind == PartKind::Expected || part_.kind == PartKind::Arrived;
        part_.counts_due = has("every") && !by_itself;
        if (part_.counts_due && !measure_.least_share) {
            return error(
                "every",
                "'every' は 'arrived' と 'expected'、または欠けたときに値を出さない指標に書きます",
                "'every' is for 'arrived' and 'expected', and for a measure that has no value "
                "where readings are missing");
        }
        part_.hold = TRY(duration("hold", part_.hold));
        part_.every = TRY(duration("every", part_.every));
        return {};
    }

    Result<void> read_less() {
        if (!has("less_attribute")) return {};
        if (!is_of_readings(part_)) return alone("less_attribute");
        part_.less = context_.expand(TRY(text("less_attribute")));
        part_.looks_at.push_back(part_.less);
        return {};
    }

    Result<void> read_ago() {
        const auto ago = table_["ago"].value<std::int64_t>().value_or(0);
        if (ago < 0 || ago > kMostAgo) {
            return error("ago", "0 から 60 期間までです", "it is from 0 to 60 periods");
        }
        if (ago > 0 && part_.kind == PartKind::TimeBeyond) return alone("ago");
        part_.ago = static_cast<int>(ago);
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
                return error(key, "しきい値はもうあります: '" + std::string{given} + "'",
                             "there is a bound already: '" + std::string{given} + "'");
            given = key;
        }
        if (!wanted) return {};
        if (given.empty()) {
            return error("is",
                         "しきい値が要ります: 'above'、'below'、'above_attribute'、"
                         "'below_attribute' のどれか",
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
                return error(given, "しきい値は有限の数です", "a bound is a finite number");
        }
        return {};
    }

    const Context& context_;
    const Measure& measure_;
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
    if (part.ago > 0) out.set("ago", static_cast<std::int64_t>(part.ago));
    if (!part.less.empty()) out.set("less", part.less);
    if (part.kind == PartKind::TimeBeyond) out.set("hold", to_iso(part.hold));
    const bool every = part.kind == PartKind::Expected || part.kind == PartKind::Arrived;
    if (every || part.counts_due) out.set("every", to_iso(part.every));
    return out;
}

}  // namespace

bool is_measure_name(std::string_view text, char sign) {
    return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == sign;
    });
}

Result<ReadPart> read_measure_part(const toml::table& table, const std::string& file,
                                   const Context& context, const Measure& measure) {
    MeasurePart part = TRY(PartReader(table, file, context, measure).read());
    Json definition = definition_of(part, table);
    return ReadPart{std::move(part), std::move(definition)};
}

}  // namespace musubi
