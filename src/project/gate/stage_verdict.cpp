#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <optional>
#include <variant>

#include "project/effect/differences.h"
#include "project/effect/interrupted_series.h"
#include "project/effect/synthetic_control.h"
#include "project/gate/stage_values.h"

namespace musubi {
namespace {

// One value as it stands in the evidence.
struct GivenValue {
    Time from;
    std::string group;
    std::optional<double> value;
};

Error not_values(std::string_view what) {
    return {ErrorCode::BadRequest, "these are not the values of a stage: " + std::string{what}};
}

Result<std::vector<GivenValue>> read_values(const Json& item) {
    const Json* list = item.find("values");
    if (list == nullptr || !list->is_array()) return not_values("values");
    std::vector<GivenValue> out;
    for (const Json& one : list->array()) {
        const Json* from = one.find("from");
        const Json* group = one.find("group");
        const Json* value = one.find("value");
        if (from == nullptr || !from->is_string()) return not_values("from");
        GivenValue given{.from = TRY(parse_time(from->string())), .group = {}, .value = {}};
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
                     const std::vector<GivenValue>& values, int decimals) {
    std::optional<double> last;
    for (const GivenValue& value : values) {
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

Judged<EffectEstimate> by_series(const StageQuestion& question,
                                 const StageQuestion::Expectation& expectation,
                                 const std::vector<GivenValue>& values) {
    EffectSeries series;
    for (const GivenValue& value : values) {
        if (value.group != expectation.group) continue;
        const std::string period = to_iso(value.from + kJapan).substr(0, 10);
        if (!value.value) {
            return EffectRefusal{.rule = EffectRule::Gap, .found = 0, .needed = 0, .place = period};
        }
        series.periods.push_back(period);
        series.values.push_back(*value.value);
        if (value.from < question.from) ++series.before;
    }
    InterruptedSeriesOptions options;
    options.level = question.level();
    options.seed = question.seed;
    return judge_interrupted_series(series, options);
}

// Periods by their running number: months are not as long as each other.
Judged<EffectPanel> panel_of(const StageQuestion& question,
                             const StageQuestion::Expectation& expectation,
                             const std::vector<GivenValue>& values) {
    std::map<Time, std::size_t> numbers;
    for (const GivenValue& value : values) numbers.emplace(value.from, 0);
    std::size_t next = 0;
    for (auto& [from, number] : numbers) number = ++next;
    EffectPlan plan{.treated = {expectation.group}, .first_after = {}};
    const auto first = numbers.lower_bound(question.from);
    plan.first_after = std::to_string(first == numbers.end() ? next + 1 : first->second);
    std::vector<EffectReading> readings;
    for (const GivenValue& value : values) {
        if (!value.value) continue;
        readings.push_back({.unit = value.group,
                            .period = std::to_string(numbers[value.from]),
                            .value = *value.value});
    }
    return make_panel(readings, plan);
}

Judged<EffectEstimate> estimate_of(const StageQuestion& question,
                                   const StageQuestion::Expectation& expectation,
                                   const std::vector<GivenValue>& values) {
    if (question.estimator == "interrupted-series") return by_series(question, expectation, values);
    const EffectPanel panel = TRY(panel_of(question, expectation, values));
    if (question.estimator == "differences") {
        DifferencesOptions options;
        options.level = question.level();
        options.seed = question.seed;
        return judge_differences(panel, options);
    }
    SyntheticControlOptions options;
    options.level = question.level();
    options.seed = question.seed;
    return judge_synthetic_control(panel, options);
}

Json words_of(const std::string& ja, const std::string& en) {
    Json out;
    out.set("ja", ja);
    out.set("en", en);
    return out;
}

Json refusal_json(const EffectRefusal& refusal) {
    Json out;
    out.set("rule", code_of(refusal.rule));
    out.set("words", words_of(to_text(refusal, true), to_text(refusal, false)));
    return out;
}

Verdict judge(const StageQuestion& question, const StageQuestion::Expectation& expectation,
              const std::vector<GivenValue>& values, Json& item) {
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

Result<Json> judge_values(const StageQuestion& question, const Json& values) {
    if (!values.is_array() || values.array().size() != question.expectations.size()) {
        return not_values("as many as expectations");
    }
    Json::Array out;
    for (std::size_t i = 0; i < values.array().size(); ++i) {
        Json item = values.array()[i];
        const StageQuestion::Expectation& expectation = question.expectations[i];
        const Verdict verdict = judge(question, expectation, TRY(read_values(item)), item);
        item.set("better", expectation.up ? "up" : "down");
        item.set("threshold", expectation.threshold);
        if (!expectation.group.empty()) item.set("judgedGroup", expectation.group);
        item.set("verdict", verdict.word);
        item.set("why", words_of(verdict.ja, verdict.en));
        out.push_back(std::move(item));
    }
    return Json{std::move(out)};
}

}  // namespace musubi
