#include "project/measures/words.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "base/json.h"
#include "project/measures/hand/value_units.h"
#include "project/measures/model_names.h"

namespace musubi {
namespace {

std::string number(double value) { return fmt::format("{}", value); }

std::string percent_of(double share) { return fmt::format("{:g}%", share * 100); }

MeasureWords length(Duration duration) {
    const std::int64_t count = duration.us / minutes(1).us;
    if (duration.us % hours(1).us == 0) {
        return {fmt::format("{}時間", count / 60), fmt::format("{} h", count / 60)};
    }
    if (duration.us % minutes(1).us == 0) {
        return {fmt::format("{}分", count), fmt::format("{} min", count)};
    }
    return {fmt::format("{}秒", duration.seconds()), fmt::format("{} s", duration.seconds())};
}

// A type or attribute as people call it.
MeasureWords called(const std::string& iri, const Context& context) {
    if (const auto name = model_name(iri)) return {std::string{name->ja}, std::string{name->en}};
    const std::string compact = context.compact(iri);
    return {compact, compact};
}

// A part, in the formula and in its own sentence.
MeasureWords sign_of(std::size_t part) {
    constexpr std::array<const char*, 20> kSigns{"①", "②", "③", "④", "⑤", "⑥", "⑦", "⑧", "⑨", "⑩",
                                                 "⑪", "⑫", "⑬", "⑭", "⑮", "⑯", "⑰", "⑱", "⑲", "⑳"};
    const std::string number = fmt::format("({})", part + 1);
    return {part < kSigns.size() ? kSigns.at(part) : number, number};
}

// The formula with the signs of its parts, and operators as people write them.
MeasureWords in_words(const Measure& measure) {
    const std::string& text = measure.formula.text();
    MeasureWords out;
    const auto is_of_name = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    };
    const auto add = [&](std::string_view ja, std::string_view en) {
        out.ja += ja;
        out.en += en;
    };
    for (std::size_t at = 0; at < text.size();) {
        const char c = text[at];
        std::size_t end = at + 1;
        if (c >= 'a' && c <= 'z') {
            while (end < text.size() && is_of_name(text[end])) ++end;
        }
        const std::string word = text.substr(at, end - at);
        const auto part = std::find_if(measure.parts.begin(), measure.parts.end(),
                                       [&](const MeasurePart& one) { return one.name == word; });
        if (part != measure.parts.end()) {
            const MeasureWords sign =
                sign_of(static_cast<std::size_t>(part - measure.parts.begin()));
            add(sign.ja, sign.en);
        } else if (word == "min") {
            add("小さいほう", "the lesser of ");
        } else if (word == "max") {
            add("大きいほう", "the greater of ");
        } else if (c == '*' || c == '/' || c == '-') {
            const std::string_view sign = c == '*' ? "×" : c == '/' ? "÷" : "−";
            add(sign, sign);
        } else {
            add(word, word);
        }
        at = end;
    }
    return out;
}

MeasureWords beyond(const Bound& bound, const Context& context) {
    const MeasureWords name = called(bound.attribute, context);
    const bool plain = bound.attribute.empty();
    return {
        (plain ? number(bound.number) : "「" + name.ja + "」") + (bound.above ? "以上" : "以下"),
        (bound.above ? "at or above " : "at or below ") + (plain ? number(bound.number) : name.en)};
}

MeasureWords quantile_of(const MeasurePart& part, const MeasureWords& name) {
    if (part.quantile == 0.5) return {"「" + name.ja + "」の中央値", "the median of " + name.en};
    const std::string share = percent_of(part.quantile);
    return {fmt::format("「{}」の、小さいほうから{}のところの値（分位点）", name.ja, share),
            fmt::format("the value of {} below which {} lie (quantile)", name.en, share)};
}

MeasureWords what_of(const MeasurePart& part, const Context& context) {
    const auto [ja, en] = called(part.attribute, context);
    const MeasureWords bound = beyond(part.bound, context);
    switch (part.kind) {
        case PartKind::Count:
            return {fmt::format("「{}」の読み取りの数", ja), "the number of readings of " + en};
        case PartKind::Distinct:
            return {fmt::format("「{}」の異なる値の数", ja),
                    "the number of different values of " + en};
        case PartKind::Entities:
            return {fmt::format("「{}」の読み取りがあった数", ja),
                    "how many have a reading of " + en};
        case PartKind::Members: return {"数", "how many there are"};
        case PartKind::Arrived:
            return {fmt::format("{}に一つまでとした、届いた「{}」の読み取りの数",
                                length(part.every).ja, ja),
                    fmt::format("the number of readings of {} that came, one each {} at most", en,
                                length(part.every).en)};
        case PartKind::Expected:
            return {fmt::format("{}に一つとして、あるはずの「{}」の読み取りの数",
                                length(part.every).ja, ja),
                    fmt::format("the number of readings of {} there should be, one each {}", en,
                                length(part.every).en)};
        case PartKind::Sum: return {fmt::format("「{}」の合計", ja), "the sum of " + en};
        case PartKind::Mean: return {fmt::format("「{}」の平均", ja), "the mean of " + en};
        case PartKind::Min: return {fmt::format("「{}」の最小", ja), "the least " + en};
        case PartKind::Max: return {fmt::format("「{}」の最大", ja), "the greatest " + en};
        case PartKind::Quantile: return quantile_of(part, {ja, en});
        case PartKind::Share:
            return {fmt::format("「{}」の読み取りのうち、{}のものの割合（0から1）", ja, bound.ja),
                    fmt::format("the share of readings of {} {} (0 to 1)", en, bound.en)};
        case PartKind::TimeBeyond:
            return {
                fmt::format(
                    "「{}」が{}だった時間の合計（時間。一つの値は次まで、長くて{}続くとみなす）",
                    ja, bound.ja, length(part.hold).ja),
                fmt::format("the hours for which {} was {} (a value lasts until the next one, at "
                            "most {})",
                            en, bound.en, length(part.hold).en)};
        case PartKind::Change:
            return {fmt::format("「{}」の最後と最初の差の平均", ja),
                    "the mean of how far the last " + en + " is from the first"};
        case PartKind::Rate:
            return {fmt::format("「{}」の1時間あたりの変化", ja),
                    "the change of " + en + " an hour"};
    }
    return {};
}

// A condition with the names that people know: IRIs stand in it as `<...>`.
MeasureWords shortened(const std::string& q, const Context& context) {
    MeasureWords out;
    std::size_t at = 0;
    for (;;) {
        const std::size_t begin = q.find('<', at);
        const std::size_t end = q.find('>', begin);
        const std::string iri =
            end == std::string::npos ? "" : q.substr(begin + 1, end - begin - 1);
        if (!is_uri(iri)) {
            out.ja.append(q, at);
            out.en.append(q, at);
            return out;
        }
        const MeasureWords name = called(iri, context);
        out.ja.append(q, at, begin - at).append(name.ja);
        out.en.append(q, at, begin - at).append(name.en);
        at = end + 1;
    }
}

// Positions are shown up to so many bytes; those of an area go on.
std::string shown_positions(const std::string& coordinates) {
    constexpr std::size_t kShown = 120;
    return coordinates.size() <= kShown ? coordinates : coordinates.substr(0, kShown) + "…";
}

// The place and the scope, as the definition has them.
MeasureWords where_of(const Json& definition) {
    const auto text = [&](std::string_view name) -> std::string {
        const Json* value = definition.find(name);
        return value != nullptr && value->is_string() ? value->string() : std::string{};
    };
    MeasureWords out;
    if (const std::string scope = text("scope"); !scope.empty()) {
        out.ja += fmt::format("（区分 {} のもの）", scope);
        out.en += fmt::format(" (of scope {})", scope);
    }
    const std::string relation = text("georel");
    if (relation.empty()) return out;
    const std::string positions = shown_positions(text("coordinates"));
    constexpr std::string_view kNear = "near;maxDistance==";
    if (relation.starts_with(kNear)) {
        const std::string metres = relation.substr(kNear.size());
        out.ja +=
            fmt::format("（{} {} から {} m 以内のもの）", text("geometry"), positions, metres);
        out.en += fmt::format(" (within {} m of the {} {})", metres, text("geometry"), positions);
    } else {
        out.ja += fmt::format("（場所が {} {} に対して {} であるもの）", text("geometry"),
                              positions, relation);
        out.en += fmt::format(" (that are {} the {} {})", relation, text("geometry"), positions);
    }
    return out;
}

MeasureWords who_of(const MeasurePart& part, const Json& definition, const Context& context) {
    const MeasureWords type = called(part.type, context);
    MeasureWords out{"「" + type.ja + "」", type.en};
    if (part.who.q) {
        const MeasureWords q = shortened(to_text(*part.who.q), context);
        out.ja += fmt::format("（今 {} であるもの）", q.ja);
        out.en += fmt::format(" (that are now {})", q.en);
    }
    const MeasureWords where = where_of(definition);
    return {out.ja + where.ja, out.en + where.en};
}

// What is asked of its readings besides.
MeasureWords asked_of(const MeasurePart& part) {
    MeasureWords out;
    if (!part.unit.empty()) {
        const ValueUnit* unit = find_value_unit(part.unit);
        out.ja += fmt::format("読み取りの単位は {}", unit != nullptr ? unit->ja : part.unit);
        out.en += fmt::format("readings in {}", unit != nullptr ? unit->en : part.unit);
    }
    if (part.counts_due) {
        out.ja += (out.ja.empty() ? "" : "、") + length(part.every).ja + "に一つあるはず";
        out.en +=
            (out.en.empty() ? "" : ", ") + std::string{"one is due each "} + length(part.every).en;
    }
    if (!out.ja.empty()) out = {"（" + out.ja + "）", " (" + out.en + ")"};
    return out;
}

// What it is compared with, and which value by when.
MeasureWords promised(const Measure& measure) {
    MeasureWords out;
    if (measure.baseline_value) {
        out.ja += fmt::format(" 比べる元は {}。", number(*measure.baseline_value));
        out.en += fmt::format(" It is compared with {}.", number(*measure.baseline_value));
    } else if (measure.baseline) {
        const std::string from = day_text(measure.baseline->from);
        const std::string to = day_text(measure.baseline->to - days(1));
        out.ja += fmt::format(" 比べる元は {} から {} まで。", from, to);
        out.en += fmt::format(" It is compared with {} to {}.", from, to);
    }
    for (const Measure::Goal& goal : measure.path) {
        out.ja += fmt::format(" {} までに {}。", day_text(goal.by), number(goal.value));
        out.en += fmt::format(" {} by {}.", number(goal.value), day_text(goal.by));
    }
    return out;
}

// The definitions of the parts, in their order; null: it can not be read.
Json definitions_of(const Measure& measure) {
    const auto whole = parse_json(measure.definition);
    const Json* parts = whole ? whole->find("parts") : nullptr;
    return parts != nullptr && parts->is_array() ? *parts : Json{};
}

// Of what there are too few readings, or others: the attribute, else the part.
MeasureWords lacking(const Measure& measure, const MeasureValue& value) {
    if (value.about >= measure.parts.size()) return {};
    const MeasurePart& part = measure.parts[value.about];
    if (const auto name = model_name(part.attribute)) {
        return {std::string{name->ja}, std::string{name->en}};
    }
    return {part.name, part.name};
}

MeasureWords describe_missing(const Measure& measure, const MeasureValue& value) {
    const MeasurePart& part = measure.parts[value.about];
    const MeasureWords name = lacking(measure, value);
    const auto [came, due] = value.came;
    const std::string least = percent_of(measure.least_share.value_or(0));
    return {
        fmt::format("「{}」の{}が、あるはずの {} のうち {} しかありません（{}より少ないので、値を"
                    "出しません）",
                    name.ja, part.counts_due ? "読み取り" : "読み取りのあったもの", due, came,
                    least),
        fmt::format("of '{}' {} of {} {} came, less than {}, so there is no value", name.en, came,
                    due, part.counts_due ? "readings that were due" : "that are known", least)};
}

// Where nothing was due yet, or there is nobody yet, that is why.
MeasureWords describe_division(const Measure& measure, const MeasureValue& value) {
    const auto is_none = [&](PartKind kind) {
        for (std::size_t i = 0; i < std::min(measure.parts.size(), value.parts.size()); ++i) {
            const bool none = value.parts[i].value && *value.parts[i].value == 0;
            if (measure.parts[i].kind == kind && none) return true;
        }
        return false;
    };
    if (is_none(PartKind::Members)) {
        return {"数える対象がまだないので、値がありません",
                "there is nothing to count yet, so there is no value"};
    }
    if (is_none(PartKind::Expected)) {
        return {"届くはずの読み取りがまだないので、値がありません",
                "no reading was due yet, so there is no value"};
    }
    return {"ゼロで割ることになるので、値がありません",
            "it would divide by nothing, so there is no value"};
}

// Of which period, and less what.
MeasureWords when_of(const MeasurePart& part, const Context& context) {
    MeasureWords out;
    if (part.ago > 0) {
        out.ja += fmt::format("{}期間前の、", part.ago);
        out.en +=
            part.ago == 1 ? ", in the period before" : fmt::format(", {} periods before", part.ago);
    }
    if (part.less.empty()) return out;
    const MeasureWords less = called(part.less, context);
    out.ja += fmt::format("「{}」を引いた、", less.ja);
    out.en += ", less " + less.en;
    return out;
}

// Of whom there is one value each.
void add_groups(const Measure& measure, const Context& context, MeasureWords& out) {
    if (measure.across != Across::None) {
        const bool mean = measure.across == Across::Mean;
        const bool alone = measure.each.empty();
        const MeasureWords each = called(measure.each, context);
        out.ja += fmt::format(" {}ごとに計算し、その{}をとる。",
                              alone ? "一つ" : "「" + each.ja + "」", mean ? "平均" : "中央値");
        out.en += fmt::format(" It is computed for each {}, and the {} of these is taken.",
                              alone ? "of them" : each.en, mean ? "mean" : "median");
    }
    if (measure.by.empty()) return;
    const MeasureWords by = called(measure.by, context);
    out.ja += fmt::format(" 「{}」ごとに分ける。", by.ja);
    out.en += fmt::format(" One value for each {}.", by.en);
}

}  // namespace

MeasureWords describe(const Measure& measure, const Context& context) {
    constexpr const char* kJa[] = {"日ごと",     "週ごと",   "月ごと",
                                   "四半期ごと", "年度ごと", "年ごと"};
    constexpr const char* kEn[] = {"each day",     "each week",        "each month",
                                   "each quarter", "each fiscal year", "each calendar year"};
    const auto period = static_cast<std::size_t>(measure.period);
    const MeasureWords formula = in_words(measure);
    MeasureWords out{fmt::format("{}の値：{}。", kJa[period], formula.ja),
                     fmt::format("Its value {}: {}.", kEn[period], formula.en)};
    const Json definitions = definitions_of(measure);
    for (std::size_t i = 0; i < measure.parts.size(); ++i) {
        const MeasurePart& part = measure.parts[i];
        const bool known = definitions.is_array() && i < definitions.array().size();
        const MeasureWords sign = sign_of(i);
        const MeasureWords what = what_of(part, context);
        const MeasureWords who = who_of(part, known ? definitions.array()[i] : Json{}, context);
        const MeasureWords when = when_of(part, context);
        const MeasureWords asked = asked_of(part);
        out.ja += fmt::format(" {} は、{}{}の{}{}。", sign.ja, when.ja, who.ja, what.ja, asked.ja);
        out.en += fmt::format(" {} is {}, of {}{}{}.", sign.en, what.en, who.en, when.en, asked.en);
    }
    add_groups(measure, context, out);
    if (measure.smallest > 1) {
        out.ja += fmt::format(" {}より少ない組は示さない。", measure.smallest);
        out.en += fmt::format(" Groups of fewer than {} are not shown.", measure.smallest);
    }
    if (measure.least_share) {
        const std::string share = percent_of(*measure.least_share);
        out.ja += fmt::format(" あるはずのものの{}より少なければ、値を出さない。", share);
        out.en += fmt::format(" No value where less than {} of what was due came.", share);
    }
    const MeasureWords goals = promised(measure);
    return {out.ja + goals.ja, out.en + goals.en};
}

MeasureWords describe_lack(const Measure& measure, const MeasureValue& value) {
    const MeasureWords part = lacking(measure, value);
    switch (value.lack) {
        case MeasureLack::None: return {};
        case MeasureLack::Part:
            return {fmt::format("「{}」の読み取りがまだありません", part.ja),
                    fmt::format("there is no reading yet for '{}'", part.en)};
        case MeasureLack::Division: return describe_division(measure, value);
        case MeasureLack::NotFinite:
            return {"大きすぎて数で表せません", "it is too great for a number"};
        case MeasureLack::TooSmall:
            return {fmt::format("{}より少ない組なので、示しません", measure.smallest),
                    fmt::format("it is of fewer than {}, so it is not shown", measure.smallest)};
        case MeasureLack::Unit:
            return {fmt::format("「{}」に、単位が違うか書かれていない読み取りがあります（{}）",
                                part.ja, value.entity),
                    fmt::format("'{}' has readings in another unit, or in none ({})", part.en,
                                value.entity)};
        case MeasureLack::Missing: return describe_missing(measure, value);
        case MeasureLack::TooMany:
            return {"内訳が多すぎます（1,000まで）", "there are too many groups (up to 1,000)"};
    }
    return {};
}

}  // namespace musubi
