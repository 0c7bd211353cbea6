#include "project/cases/case_evidence.h"

#include <fmt/core.h>

#include <array>
#include <cmath>
#include <string_view>

#include "project/effect/estimate.h"

namespace musubi {
namespace {

constexpr double kWhole = 1000;

struct MethodName {
    std::string_view name;  // in a stage (loop_vocabulary.h)
    EffectMethod method;
};
constexpr std::array kMethods{
    MethodName{"interrupted-series", EffectMethod::InterruptedSeries},
    MethodName{"differences", EffectMethod::Differences},
    MethodName{"synthetic-control", EffectMethod::SyntheticControl},
    MethodName{"synthetic-differences", EffectMethod::SyntheticDifferences},
};

// An estimator in words, by its name or code; what is neither is in words already.
std::string_view method_words(const std::string& method, bool japanese) {
    for (const MethodName& known : kMethods) {
        const std::string_view code = code_of(known.method);
        if (method == code || method == known.name) return effect_words(code, japanese);
    }
    return method;
}

FindingVerdict verdict_of(const CaseFinding& finding) {
    if (!finding.is_told_from_nothing()) return FindingVerdict::Unclear;
    if (finding.better.empty()) return FindingVerdict::Moved;
    const bool up = finding.lower > 0;
    return up == (finding.better == "up") ? FindingVerdict::Good : FindingVerdict::Bad;
}

}  // namespace

std::string shown_figure(double value) {
    return std::abs(value) >= kWhole ? fmt::format("{:.0f}", value) : fmt::format("{:.3g}", value);
}

FindingWords judge(const CaseFinding& finding) {
    const std::string estimate = shown_figure(finding.estimate);
    const std::string lower = shown_figure(finding.lower);
    const std::string upper = shown_figure(finding.upper);
    const std::string ja = fmt::format("推定 {} {}、区間 {} から {}、{}", estimate, finding.unit,
                                       lower, upper, method_words(finding.method, true));
    const std::string en =
        fmt::format("estimate {} {}, interval {} to {}, {}", estimate, finding.unit, lower, upper,
                    method_words(finding.method, false));
    const std::string& of = finding.measure;
    FindingWords out;
    out.verdict = verdict_of(finding);
    switch (out.verdict) {
        case FindingVerdict::Good:
            out.ja = fmt::format("「{}」が良い方へ動きました（{}）。区間は効果なしを含みません。",
                                 of, ja);
            out.en = fmt::format(
                "'{}' moved to the better ({}); the interval leaves out no effect.", of, en);
            break;
        case FindingVerdict::Bad:
            out.ja = fmt::format("「{}」が悪い方へ動きました（{}）。区間は効果なしを含みません。",
                                 of, ja);
            out.en = fmt::format("'{}' moved to the worse ({}); the interval leaves out no effect.",
                                 of, en);
            break;
        case FindingVerdict::Moved:
            out.ja = fmt::format("「{}」は動きましたが、どちらが良いかの記載がありません（{}）。",
                                 of, ja);
            out.en = fmt::format("'{}' moved, and it was not said which way is good ({}).", of, en);
            break;
        case FindingVerdict::Unclear:
            out.ja = fmt::format(
                "「{}」に効果があったとは言えません（{}）。区間は効果なしを含みます。", of, ja);
            out.en = fmt::format(
                "It can not be said that '{}' moved ({}): no effect lies in the interval.", of, en);
            break;
    }
    return out;
}

}  // namespace musubi
