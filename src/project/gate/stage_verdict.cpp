#include <fmt/core.h>

#include <algorithm>
#include <optional>

#include "base/both_words.h"
#include "project/gate/stage_values.h"
#include "project/measures/measured_effect.h"

namespace musubi {
namespace {

Error not_values(std::string_view what) {
    return {ErrorCode::BadRequest, "these are not the values of a stage: " + std::string{what}};
}

Result<std::vector<MeasuredValue>> read_values(const Json& item) {
    const Json* list = item.find("values");
    if (list == nullptr || !list->is_array()) return not_values("values");
    std::vector<MeasuredValue> out;
    for (const Json& one : list->array()) {
        const Json* from = one.find("from");
        const Json* group = one.find("group");
        const Json* value = one.find("value");
        if (from == nullptr || !from->is_string()) return not_values("from");
        MeasuredValue given{.from = TRY(parse_time(from->string())), .group = {}, .value = {}};
        if (group != nullptr && group->is_string()) given.group = group->string();
        if (value != nullptr && value->is_number()) given.value = value->number();
        out.push_back(std::move(given));
    }
    return out;
}

// A number as people read it: so many decimals, without zeros at the end.
std::string shown(double value, int decimals) {
    std::string out = fmt::format("{:.{}f}", value, decimals);
    if (out.find('.') == std::string::npos) return out;
    out.erase(out.find_last_not_of('0') + 1);
    if (out.back() == '.') out.pop_back();
    return out == "-0" ? "0" : out;
}

int decimals_of(const Json& item) {
    const Json* decimals = item.find("decimals");
    const bool known = decimals != nullptr && decimals->is_integer();
    return known ? static_cast<int>(std::clamp<std::int64_t>(decimals->integer(), 0, 6)) : 1;
}

struct Verdict {
    std::string_view word;
    std::string ja;
    std::string en;
};

Verdict not_told(std::string ja, std::string en) {
    return {"not-told", std::move(ja), std::move(en)};
}

// By the value of the last period that is over within the stage.
Verdict by_threshold(const StageQuestion& question, const StageQuestion::Expectation& expectation,
                     const std::vector<MeasuredValue>& values, int decimals) {
    std::optional<double> last;
    for (const MeasuredValue& value : values) {
        if (value.group == expectation.group && value.from >= question.from) last = value.value;
    }
    if (!last) {
        return not_told("段階の最後の期間に値がありません",
                        "the last period of the stage that is over has no value");
    }
    const bool met =
        expectation.up ? *last >= expectation.threshold : *last <= expectation.threshold;
    return {met ? "met" : "not-met",
            fmt::format("最後の期間の値は {}、しきい値は {} です", shown(*last, decimals),
                        expectation.threshold),
            fmt::format("the value of the last period is {}, the threshold {}",
                        shown(*last, decimals), expectation.threshold)};
}

Verdict by_interval(const StageQuestion::Expectation& expectation, const EffectEstimate& estimate,
                    int decimals) {
    const auto number = [&](double value) { return shown(value, decimals + 1); };
    const double bound = expectation.threshold;
    const bool met = expectation.up ? estimate.low >= bound : estimate.high <= bound;
    const bool missed = expectation.up ? estimate.high < bound : estimate.low > bound;
    return {met      ? "met"
            : missed ? "not-met"
                     : "not-told",
            fmt::format("効果は {}（{}〜{}）、しきい値は {} です", number(estimate.estimate),
                        number(estimate.low), number(estimate.high), bound),
            fmt::format("the effect is {} ({} to {}), the threshold {}", number(estimate.estimate),
                        number(estimate.low), number(estimate.high), bound)};
}

EffectMethod method_of(const std::string& estimator) {
    if (estimator == "interrupted-series") return EffectMethod::InterruptedSeries;
    return estimator == "differences" ? EffectMethod::Differences : EffectMethod::SyntheticControl;
}

Judged<EffectEstimate> estimate_of(const StageQuestion& question,
                                   const StageQuestion::Expectation& expectation,
                                   const std::vector<MeasuredValue>& values) {
    MeasuredQuestion asked;
    asked.level = question.level();
    asked.seed = question.seed;
    asked.method = method_of(question.estimator);
    asked.group = expectation.group;
    asked.start = question.from;
    asked.names_days = question.names_days;
    return judge_measured(asked, values);
}

Json refusal_json(const EffectRefusal& refusal) {
    Json out;
    out.set("rule", code_of(refusal.rule));
    out.set("words", both_words(to_text(refusal, true), to_text(refusal, false)));
    return out;
}

Verdict judge(const StageQuestion& question, const StageQuestion::Expectation& expectation,
              const std::vector<MeasuredValue>& values, Json& item) {
    if (question.look > question.looks) {
        return not_told("約束した回数を超えて見ています。これ以上は偶然と区別できません",
                        "it was looked at more often than was promised: what is seen now can not "
                        "be told from chance");
    }
    if (values.empty()) {
        return not_told("値がありません。指標に読み取りがないか、期間がまだ終わっていません",
                        "there is no value: the measure is without data, or no period is over");
    }
    if (question.estimator == "none") {
        return by_threshold(question, expectation, values, decimals_of(item));
    }
    const auto estimate = estimate_of(question, expectation, values);
    if (!estimate) {
        item.set("refusal", refusal_json(estimate.error()));
        return not_told(to_text(estimate.error(), true), to_text(estimate.error(), false));
    }
    item.set("estimate", to_json(*estimate));
    return by_interval(expectation, *estimate, decimals_of(item));
}

}  // namespace

Result<Json> judge_values(const StageQuestion& question, const Json& values,
                          const std::stop_token& stop) {
    if (!values.is_array() || values.array().size() != question.expectations.size()) {
        return not_values("as many as expectations");
    }
    Json::Array out;
    for (std::size_t i = 0; i < values.array().size(); ++i) {
        if (stop.stop_requested()) return computing_stopped();
        Json item = values.array()[i];
        const StageQuestion::Expectation& expectation = question.expectations[i];
        Verdict verdict = judge(question, expectation, TRY(read_values(item)), item);
        if (question.late) {
            verdict.ja += "。" + question.late->ja;
            verdict.en += "; " + question.late->en;
            item.set("lockedLate", true);
        }
        item.set("better", expectation.up ? "up" : "down");
        item.set("threshold", expectation.threshold);
        if (!expectation.group.empty()) item.set("judgedGroup", expectation.group);
        item.set("verdict", verdict.word);
        item.set("why", both_words(verdict.ja, verdict.en));
        out.push_back(std::move(item));
    }
    return Json{std::move(out)};
}

}  // namespace musubi
