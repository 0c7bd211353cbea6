// Whether a project moved a measure, from live data: an estimate with its interval, or why not.
#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <mutex>
#include <set>

#include "api/admin_json.h"
#include "api/handlers.h"
#include "api/loop.h"
#include "api/measures.h"
#include "api/parameters.h"
#include "api/project_parts.h"
#include "base/both_words.h"
#include "broker/present.h"
#include "project/measures/compute.h"
#include "project/measures/measured_effect.h"
#include "project/measures/value_writer.h"

namespace musubi::api {
namespace {

constexpr std::size_t kMostPeriods = 800;  // as many as a gate has
constexpr std::size_t kBefore = 36;        // where no first day is given
constexpr std::size_t kMostSeason = 366;

constexpr std::array kMethods{EffectMethod::InterruptedSeries, EffectMethod::Differences,
                              EffectMethod::SyntheticControl, EffectMethod::SyntheticDifferences};

struct EffectAsked {
    MeasuredQuestion question;
    std::vector<std::string> comparison;  // empty: all other groups
    std::vector<Period> periods;
    bool from_given = false;
};

Error unreadable(const char* name, std::string_view what) {
    return {ErrorCode::BadRequest, std::string{what}, name};
}

Error no_group(const char* name, std::string_view what) {
    return {ErrorCode::NotFound, std::string{what}, name};
}

Result<EffectMethod> method_asked(const ApiCall& call) {
    const std::string* word = call.param("method");
    if (word == nullptr) return EffectMethod::InterruptedSeries;
    for (const EffectMethod method : kMethods) {
        if (code_of(method) == *word) return method;
    }
    return unreadable(
        "method", "調べ方は its, did, sc, sdid のどれかです / 'method' is its, did, sc or sdid");
}

template <typename Number>
Result<Number> number_asked(const ApiCall& call, const char* name, Number other, Number least,
                            Number most) {
    const std::string* text = call.param(name);
    if (text == nullptr) return other;
    Number out{};
    const char* end = text->data() + text->size();
    const auto [stop, failed] = std::from_chars(text->data(), end, out);
    if (failed == std::errc{} && stop == end && out >= least && out <= most) return out;
    return unreadable(
        name, fmt::format("「{0}」は {1} から {2} までの数です / '{0}' is a number from {1} to {2}",
                          name, least, most));
}

// The periods that are over, from the first day asked for, or so many before the start.
Result<std::vector<Period>> effect_periods(const ApiCall& call, PeriodKind kind, Time start,
                                           Time now) {
    const Time to = std::min(TRY(asked_day(call, "to", now)) + days(1), now);
    Time first = start;
    for (std::size_t i = 0; i < kBefore; ++i) {
        first = period_at(kind, first - Duration{1}).from;
    }
    const Time from = TRY(asked_day(call, "from", first));
    std::vector<Period> out;
    Period period = period_at(kind, from);
    if (period.from < from) period = next_period(kind, period);
    for (; period.to <= to; period = next_period(kind, period)) {
        if (out.size() == kMostPeriods) {
            return Error{ErrorCode::TooLarge,
                         "一度に調べられるのは 800 期間までです / an effect is judged over at most "
                         "800 periods",
                         "from"};
        }
        out.push_back(period);
    }
    return out;
}

Result<EffectAsked> read_effect(const ApiCall& call, const Measure& measure, Time now) {
    TRY(only_parameters(call.params, {"start", "method", "from", "to", "group", "comparison",
                                      "level", "season", "seed"}));
    if (call.param("start") == nullptr) {
        return unreadable("start",
                          "始まった日を入れてください / 'start' is missing: the day the project "
                          "began, as 2026-04-01");
    }
    EffectAsked out;
    out.question.start = TRY(asked_day(call, "start", now));
    if (out.question.start > now) {
        return unreadable(
            "start",
            "まだ来ていない日です / 'start' is a day that is still to come: nothing can be seen");
    }
    out.question.method = TRY(method_asked(call));
    out.question.level = TRY(number_asked(call, "level", 0.95, 0.5, 0.999));
    out.question.season = TRY(number_asked<std::size_t>(call, "season", 0, 0, kMostSeason));
    out.question.seed = TRY(number_asked<std::uint64_t>(call, "seed", 1, 0, UINT64_MAX));
    if (const std::string* group = call.param("group")) out.question.group = *group;
    if (!out.question.group.empty() && measure.by.empty()) {
        return no_group(
            "group",
            "この指標は区分に分かれていません / this measure is not broken down into groups");
    }
    for (const auto& [name, value] : call.params) {
        if (name != "comparison") continue;
        for (std::string_view left = value; !left.empty();) {
            const std::size_t comma = std::min(left.find(','), left.size());
            if (comma > 0) out.comparison.emplace_back(left.substr(0, comma));
            left.remove_prefix(std::min(comma + 1, left.size()));
        }
    }
    out.from_given = call.param("from") != nullptr;
    out.periods = TRY(effect_periods(call, measure.period, out.question.start, now));
    return out;
}

struct EffectValues {
    std::set<std::string> groups;    // that there are
    std::vector<MeasuredValue> all;  // of the groups that count
    Json::Array shown;               // those of the group that has the project
    std::size_t readings = 0;
};

bool counts(const EffectAsked& asked, const std::string& group) {
    if (group == asked.question.group) return true;
    if (asked.question.method == EffectMethod::InterruptedSeries) return false;
    const auto& named = asked.comparison;
    return named.empty() ? !group.empty()
                         : std::find(named.begin(), named.end(), group) != named.end();
}

Result<EffectValues> effect_values(const App& app, const ApiCall& call, const Measure& measure,
                                   const EffectAsked& asked, Time now) {
    EffectValues out;
    bool begun = asked.from_given;
    for (const ComputedMeasure& computed :
         TRY(compute_measures(app.store, call.caller, measure, asked.periods, now))) {
        // Before the first reading of all there is nothing to compare with, and no gap either.
        begun = begun || std::any_of(computed.values.begin(), computed.values.end(),
                                     [](const MeasureValue& value) { return value.value; });
        if (!begun) continue;
        for (std::size_t i = 0; i < computed.values.size(); ++i) {
            const MeasureValue& value = computed.values[i];
            out.groups.insert(value.group);
            if (!counts(asked, value.group)) continue;
            for (const MeasureValue::Part& part : value.parts) out.readings += part.readings;
            out.all.push_back({value.period.from, value.group, value.value});
            if (value.group != asked.question.group) continue;
            out.shown.push_back(value_json(measure, value, computed.roots[i]));
        }
    }
    return out;
}

// A name that is no group would look like one without values. Fails: NotFound.
Result<void> check_groups(const EffectAsked& asked, const EffectValues& values) {
    if (values.groups.empty()) return {};
    const auto has = [&](const std::string& group) { return values.groups.contains(group); };
    if (!has(asked.question.group)) {
        return no_group("group", asked.question.group.empty()
                                     ? "取り組みのある区分を選んでください / 'group' is missing: "
                                       "which group has the project?"
                                     : "この期間に、この名前の区分はありません / the measure has "
                                       "no group of this name in these periods");
    }
    if (asked.question.method == EffectMethod::InterruptedSeries) return {};
    const auto& named = asked.comparison;
    if (std::ranges::all_of(named, has)) return {};
    return no_group(
        "comparison",
        "この期間にない区分が入っています / the measure has no group of one of these names");
}

// The stages under way that are to be judged by this measure: looking here is no look of theirs.
Result<Json> promised_in(const App& app, const ApiCall& call, const Measure& measure) {
    Json::Array out;
    const Json stages = TRY(loop_list(app, call, "Stage", ""));
    for (const Json& stage : stages.find("items")->array()) {
        const Json* state = stage.find("state");
        const Json* expected = stage.find("expectations");
        if (state == nullptr || *state != Json{"open"} || expected == nullptr) continue;
        const bool ours = std::ranges::any_of(expected->array(), [&](const Json& one) {
            const Json* name = one.find("measure");
            return name != nullptr && *name == Json{measure.id};
        });
        if (!ours) continue;
        Json item;
        for (const char* member : {"slug", "ofProject", "estimator", "from", "looks"}) {
            if (const Json* value = stage.find(member)) item.set(member, *value);
        }
        out.push_back(std::move(item));
    }
    return Json{std::move(out)};
}

void set_judgement(Json& out, const MeasuredQuestion& question, const EffectValues& values) {
    const auto estimate = judge_measured(question, values.all);
    if (estimate) {
        out.set("estimate", to_json(*estimate));
        out.set("words", both_words(to_text(*estimate, true), to_text(*estimate, false)));
        return;
    }
    Json refusal;
    refusal.set("rule", code_of(estimate.error().rule));
    refusal.set("words",
                both_words(to_text(estimate.error(), true), to_text(estimate.error(), false)));
    out.set("refusal", std::move(refusal));
}

}  // namespace

// GET /musubi/v1/measures/{id}/effect?start&method&group...: from what the caller may see
Result<Answer> get_measure_effect(const App& app, const ApiCall& call) {
    const Measure* measure = TRY(begin_measure(app, call));
    const Time now = TRY(read_present(app.store, call.tenant, app.clock)).at;
    const EffectAsked asked = TRY(read_effect(call, *measure, now));
    const std::unique_lock one_at_a_time{app.projects->effect, std::try_to_lock};
    if (!one_at_a_time) {
        return Error{ErrorCode::Busy,
                     "ほかの効果を計算しています。少し待ってからもう一度 / another effect is being "
                     "computed; ask again in a moment"};
    }
    EffectValues values = TRY(effect_values(app, call, *measure, asked, now));
    TRY(check_groups(asked, values));
    Json out;
    out.set("measure", measure->id);
    out.set("hash", measure->hash);
    out.set("codeVersion", kMeasureCode);
    out.set("start", day_text(asked.question.start));
    out.set("method", code_of(asked.question.method));
    if (!measure->by.empty()) out.set("group", asked.question.group);
    set_judgement(out, asked.question, values);
    TRY(record_measure(app, call, *measure, values.readings));
    if (!shows_all_of(*call.caller.access, *measure)) out.set("partial", true);
    out.set("values", std::move(values.shown));
    out.set("promised", TRY(promised_in(app, call, *measure)));
    return Answer{plain_json(out)};
}

}  // namespace musubi::api
