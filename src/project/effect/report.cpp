#include <fmt/format.h>

#include "project/effect/estimate.h"

namespace musubi {
namespace {

std::string number(double value) { return fmt::format("{:.4g}", value); }

void append_facts(std::string& out, const EffectEstimate& estimate, bool japanese) {
    for (const EffectPart& part : estimate.parts) {
        out +=
            fmt::format("  {}: {} [{}, {}] p = {}\n", effect_words(part.code, japanese),
                        number(part.estimate), number(part.low), number(part.high), number(part.p));
    }
    for (const EffectFact& fact : estimate.facts) {
        out += fmt::format("  {}: {}\n", effect_words(fact.code, japanese), number(fact.value));
    }
}

void append_weights(std::string& out, const EffectEstimate& estimate, bool japanese) {
    const auto all = [&](std::string_view title, const std::vector<EffectWeight>& weights) {
        if (weights.empty()) return;
        out += title;
        out += '\n';
        for (const EffectWeight& one : weights) {
            if (one.weight < 0.0005) continue;
            out += fmt::format("  {} {:.3f}\n", one.name, one.weight);
        }
    };
    all(japanese ? "比べた地域の重み" : "weights of the places compared with",
        estimate.unit_weights);
    all(japanese ? "前の期間の重み" : "weights of the periods before", estimate.period_weights);
    if (estimate.without.empty()) return;
    double low = estimate.without.front().estimate;
    double high = low;
    for (const EffectOther& one : estimate.without) {
        low = std::min(low, one.estimate);
        high = std::max(high, one.estimate);
    }
    out += fmt::format(fmt::runtime(japanese ? "地域を一つずつ除いても: {} から {}\n"
                                             : "with one place left out at a time: {} to {}\n"),
                       number(low), number(high));
}

Json series_of(const EffectEstimate& estimate) {
    Json::Array out;
    for (std::size_t t = 0; t < estimate.periods.size(); ++t) {
        Json one;
        one.set("period", estimate.periods[t]);
        one.set("observed", estimate.observed[t]);
        one.set("counterfactual", estimate.counterfactual[t]);
        one.set("after", t >= estimate.before);
        out.push_back(std::move(one));
    }
    return out;
}

Json parts_of(const EffectEstimate& estimate) {
    Json::Array out;
    for (const EffectPart& part : estimate.parts) {
        Json one;
        one.set("code", part.code);
        one.set("estimate", part.estimate);
        one.set("standardError", part.standard_error);
        one.set("low", part.low);
        one.set("high", part.high);
        one.set("p", part.p);
        out.push_back(std::move(one));
    }
    return out;
}

Json weights_of(const std::vector<EffectWeight>& weights) {
    Json::Array out;
    for (const EffectWeight& weight : weights) {
        Json one;
        one.set("name", weight.name);
        one.set("weight", weight.weight);
        out.push_back(std::move(one));
    }
    return out;
}

Json others_of(const std::vector<EffectOther>& others) {
    Json::Array out;
    for (const EffectOther& other : others) {
        Json one;
        one.set("name", other.name);
        one.set("estimate", other.estimate);
        out.push_back(std::move(one));
    }
    return out;
}

Json words_of_code(std::string_view code) {
    Json out;
    out.set("code", code);
    out.set("ja", effect_words(code, true));
    out.set("en", effect_words(code, false));
    return out;
}

}  // namespace

std::string to_text(const EffectEstimate& estimate, bool japanese) {
    const std::string level = fmt::format("{:.4g}", estimate.level * 100);
    std::string out = fmt::format("{}\n", effect_words(code_of(estimate.method), japanese));
    out +=
        fmt::format(fmt::runtime(japanese ? "効果（後の期間の平均）: {}（{}% 区間 {} から {}）\n"
                                          : "effect (mean of the periods since): {} ({} % "
                                            "interval {} to {})\n"),
                    number(estimate.estimate), level, number(estimate.low), number(estimate.high));
    out += fmt::format("p = {}", number(estimate.p));
    if (estimate.rank) {
        out += fmt::format(fmt::runtime(japanese ? "（{1}のうち{0}番目）" : " (place {0} of {1})"),
                           estimate.rank->first, estimate.rank->second);
    }
    if (estimate.shown()) {
        out += japanese ? "。偶然とは考えにくい変化です。\n" : ": more than chance.\n";
    } else {
        out += japanese ? "。偶然でも起こり得る範囲で、効果があったとは言えません。\n"
                        : ": chance alone may do this; no effect is shown.\n";
    }
    out += fmt::format("{}: {}\n", japanese ? "区間" : "interval",
                       effect_words(estimate.interval_by, japanese));
    out += fmt::format("p: {}\n", effect_words(estimate.p_by, japanese));
    out += fmt::format("{}: {}\n", japanese ? "前の期間のあてはまり（誤差）" : "error before",
                       number(estimate.before_rmse));
    append_facts(out, estimate, japanese);
    append_weights(out, estimate, japanese);
    out += japanese ? "次のことを前提にしています。\n" : "This takes for granted:\n";
    for (const std::string_view code : estimate.assumptions) {
        out += fmt::format("- {}\n", effect_words(code, japanese));
    }
    if (estimate.seed) {
        out += fmt::format("{}: {}\n", japanese ? "乱数の種" : "seed", *estimate.seed);
    }
    return out;
}

Json to_json(const EffectEstimate& estimate) {
    Json out;
    out.set("method", code_of(estimate.method));
    out.set("estimate", estimate.estimate);
    out.set("standardError", estimate.standard_error);
    Json interval;
    interval.set("low", estimate.low);
    interval.set("high", estimate.high);
    interval.set("level", estimate.level);
    interval.set("by", words_of_code(estimate.interval_by));
    out.set("interval", std::move(interval));
    out.set("p", estimate.p);
    out.set("pBy", words_of_code(estimate.p_by));
    if (estimate.rank) {
        Json rank;
        rank.set("place", static_cast<std::int64_t>(estimate.rank->first));
        rank.set("of", static_cast<std::int64_t>(estimate.rank->second));
        out.set("rank", std::move(rank));
    }
    out.set("shown", estimate.shown());
    out.set("beforeRmse", estimate.before_rmse);
    Json facts{Json::Object{}};
    for (const EffectFact& fact : estimate.facts) facts.set(fact.code, fact.value);
    out.set("facts", std::move(facts));
    out.set("parts", parts_of(estimate));
    out.set("unitWeights", weights_of(estimate.unit_weights));
    out.set("periodWeights", weights_of(estimate.period_weights));
    out.set("without", others_of(estimate.without));
    out.set("placebos", others_of(estimate.placebos));
    Json::Array assumptions;
    for (const std::string_view code : estimate.assumptions)
        assumptions.push_back(words_of_code(code));
    out.set("assumptions", std::move(assumptions));
    // A seed is 64 bits, more than a number in JSON holds everywhere.
    if (estimate.seed) out.set("seed", std::to_string(*estimate.seed));
    out.set("series", series_of(estimate));
    return out;
}

}  // namespace musubi
