#include "project/measures/words.h"

#include <fmt/core.h>

namespace musubi {
namespace {

std::string number(double value) { return fmt::format("{}", value); }

std::string percent(double share) { return fmt::format("{:g}%", share * 100); }

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

MeasureWords beyond(const Bound& bound, const Context& context) {
    const std::string what = bound.attribute.empty()
                                 ? number(bound.number)
                                 : "「" + context.compact(bound.attribute) + "」";
    const std::string of =
        bound.attribute.empty() ? number(bound.number) : context.compact(bound.attribute);
    return {what + (bound.above ? "以上" : "以下"),
            (bound.above ? "at or above " : "at or below ") + of};
}

MeasureWords what_of(const MeasurePart& part, const std::string& name, const Context& context) {
    const MeasureWords bound = beyond(part.bound, context);
    switch (part.kind) {
        case PartKind::Count:
            return {fmt::format("「{}」の読み取りの数", name), "the number of readings of " + name};
        case PartKind::Distinct:
            return {fmt::format("「{}」の異なる値の数", name),
                    "the number of different values of " + name};
        case PartKind::Entities:
            return {fmt::format("「{}」の読み取りがあった数", name),
                    "how many have a reading of " + name};
        case PartKind::Members: return {"数", "how many there are"};
        case PartKind::Arrived:
            return {fmt::format("{}に一つまでとした、届いた「{}」の読み取りの数",
                                length(part.every).ja, name),
                    fmt::format("the number of readings of {} that came, one each {} at most", name,
                                length(part.every).en)};
        case PartKind::Expected:
            return {fmt::format("{}に一つとして、あるはずの「{}」の読み取りの数",
                                length(part.every).ja, name),
                    fmt::format("the number of readings of {} there should be, one each {}", name,
                                length(part.every).en)};
        case PartKind::Sum: return {fmt::format("「{}」の合計", name), "the sum of " + name};
        case PartKind::Mean: return {fmt::format("「{}」の平均", name), "the mean of " + name};
        case PartKind::Min: return {fmt::format("「{}」の最小", name), "the least " + name};
        case PartKind::Max: return {fmt::format("「{}」の最大", name), "the greatest " + name};
        case PartKind::Quantile:
            return {fmt::format("「{}」の{}分位点", name, number(part.quantile)),
                    fmt::format("the {} quantile of {}", number(part.quantile), name)};
        case PartKind::Share:
            return {fmt::format("「{}」の読み取りのうち、{}のものの割合（0から1）", name, bound.ja),
                    fmt::format("the share of readings of {} {} (0 to 1)", name, bound.en)};
        case PartKind::TimeBeyond:
            return {
                fmt::format(
                    "「{}」が{}だった時間の合計（時間。一つの値は次まで、長くて{}続くとみなす）",
                    name, bound.ja, length(part.hold).ja),
                fmt::format("the hours for which {} was {} (a value lasts until the next one, at "
                            "most {})",
                            name, bound.en, length(part.hold).en)};
        case PartKind::Change:
            return {fmt::format("「{}」の最後と最初の差の平均", name),
                    "the mean of how far the last " + name + " is from the first"};
        case PartKind::Rate:
            return {fmt::format("「{}」の1時間あたりの変化", name),
                    "the change of " + name + " an hour"};
    }
    return {};
}

// A condition with the names of the context: IRIs stand in it as `<...>`.
std::string shortened(const std::string& q, const Context& context) {
    std::string out;
    std::size_t at = 0;
    for (;;) {
        const std::size_t begin = q.find('<', at);
        const std::size_t end = q.find('>', begin);
        const std::string iri =
            end == std::string::npos ? "" : q.substr(begin + 1, end - begin - 1);
        if (!is_uri(iri)) return out.append(q, at);
        out.append(q, at, begin - at).append(context.compact(iri));
        at = end + 1;
    }
}

MeasureWords who_of(const MeasurePart& part, const Context& context) {
    const std::string type = context.compact(part.type);
    MeasureWords out{"「" + type + "」", type};
    if (part.who.q) {
        const std::string q = shortened(to_text(*part.who.q), context);
        out.ja += fmt::format("（今 {} であるもの）", q);
        out.en += fmt::format(" (that are now {})", q);
    }
    if (part.who.geo || part.who.scopes) {
        out.ja += "（定めた場所・区分のもの）";
        out.en += " (of the given place or scope)";
    }
    return out;
}

MeasureWords describe_missing(const Measure& measure, const MeasureValue& value) {
    const MeasurePart& part = measure.parts[value.about];
    const auto [came, due] = value.came;
    const std::string least = percent(measure.least_share.value_or(0));
    return {
        fmt::format("「{}」の{}が、あるはずの {} のうち {} しかありません（{}より少ないので、値を"
                    "出しません）",
                    part.name, part.counts_due ? "読み取り" : "読み取りのあったもの", due, came,
                    least),
        fmt::format("of '{}' {} of {} {} came, less than {}, so there is no value", part.name, came,
                    due, part.counts_due ? "readings that were due" : "that are known", least)};
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
    out.ja += fmt::format("「{}」を引いた、", context.compact(part.less));
    out.en += ", less " + context.compact(part.less);
    return out;
}

}  // namespace

MeasureWords describe(const Measure& measure, const Context& context) {
    constexpr const char* kJa[] = {"日ごと",     "週ごと",   "月ごと",
                                   "四半期ごと", "年度ごと", "年ごと"};
    constexpr const char* kEn[] = {"each day",     "each week",        "each month",
                                   "each quarter", "each fiscal year", "each calendar year"};
    const auto period = static_cast<std::size_t>(measure.period);
    MeasureWords out{fmt::format("{}の値：{}。", kJa[period], measure.formula.text()),
                     fmt::format("Its value {}: {}.", kEn[period], measure.formula.text())};
    for (const MeasurePart& part : measure.parts) {
        const MeasureWords what = what_of(part, context.compact(part.attribute), context);
        const MeasureWords who = who_of(part, context);
        const MeasureWords when = when_of(part, context);
        out.ja += fmt::format(" {} は、{}{}の{}。", part.name, when.ja, who.ja, what.ja);
        out.en += fmt::format(" {} is {}, of {}{}.", part.name, what.en, who.en, when.en);
    }
    if (measure.across != Across::None) {
        const bool mean = measure.across == Across::Mean;
        const std::string each = measure.each.empty() ? "" : context.compact(measure.each);
        out.ja += fmt::format(" {}ごとに計算し、その{}をとる。",
                              each.empty() ? "一つ" : "「" + each + "」", mean ? "平均" : "中央値");
        out.en += fmt::format(" It is computed for each {}, and the {} of these is taken.",
                              each.empty() ? "of them" : each, mean ? "mean" : "median");
    }
    if (!measure.by.empty()) {
        out.ja += fmt::format(" 「{}」ごとに分ける。", context.compact(measure.by));
        out.en += fmt::format(" One value for each {}.", context.compact(measure.by));
    }
    if (measure.smallest > 1) {
        out.ja += fmt::format(" {}より少ない組は示さない。", measure.smallest);
        out.en += fmt::format(" Groups of fewer than {} are not shown.", measure.smallest);
    }
    if (measure.least_share) {
        const std::string share = percent(*measure.least_share);
        out.ja += fmt::format(" あるはずのものの{}より少なければ、値を出さない。", share);
        out.en += fmt::format(" No value where less than {} of what was due came.", share);
    }
    return out;
}

MeasureWords describe_lack(const Measure& measure, const MeasureValue& value) {
    const auto part = [&]() -> const std::string& { return measure.parts[value.about].name; };
    switch (value.lack) {
        case MeasureLack::None: return {};
        case MeasureLack::Part:
            return {fmt::format("「{}」の読み取りがまだありません", part()),
                    fmt::format("there is no reading yet for '{}'", part())};
        case MeasureLack::Division:
            return {"ゼロで割ることになるので、値がありません",
                    "it would divide by nothing, so there is no value"};
        case MeasureLack::NotFinite:
            return {"大きすぎて数で表せません", "it is too great for a number"};
        case MeasureLack::TooSmall:
            return {fmt::format("{}より少ない組なので、示しません", measure.smallest),
                    fmt::format("it is of fewer than {}, so it is not shown", measure.smallest)};
        case MeasureLack::Unit:
            return {
                fmt::format("「{}」に、単位の違う読み取りがあります（{}）", part(), value.entity),
                fmt::format("'{}' has readings in another unit ({})", part(), value.entity)};
        case MeasureLack::Missing: return describe_missing(measure, value);
        case MeasureLack::TooMany:
            return {"内訳が多すぎます（1,000まで）", "there are too many groups (up to 1,000)"};
    }
    return {};
}

}  // namespace musubi
