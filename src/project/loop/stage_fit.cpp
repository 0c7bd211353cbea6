#include "project/loop/stage_fit.h"

#include <fmt/core.h>

#include <set>

#include "project/loop/loop_document.h"
#include "project/measures/compute.h"

namespace musubi {
namespace {

constexpr std::string_view kPerCent = "P1";  // UN/CEFACT
constexpr double kWholeShare = 100;

const Json::Array& list_in(const Json& json, std::string_view name) {
    static const Json::Array kNone;
    const Json* list = json.find(name);
    return list != nullptr && list->is_array() ? list->array() : kNone;
}

// Whether it is judged by how groups differ.
bool compares(const Json& stage) {
    const std::string estimator = text_in(stage, "estimator");
    return estimator == "differences" || estimator == "synthetic-control";
}

Result<void> check_group(const Measure& measure, const Json& stage, const Json& expectation,
                         const std::string& place) {
    const bool named = !text_in(expectation, "group").empty();
    if (!measure.by.empty() && !named) {
        return loop_fault(
            place + "/group",
            fmt::format("指標「{}」の値は組ごとです。どの組で確かめるかを書いてください",
                        measure.ja),
            fmt::format("'{}' has a value for each group: say which one is judged", measure.en));
    }
    if (measure.by.empty() && named) {
        return loop_fault(
            place + "/group",
            fmt::format("指標「{}」は組に分かれていません。組は書きません", measure.ja),
            fmt::format("'{}' has no groups: name none", measure.en));
    }
    if (measure.by.empty() && compares(stage)) {
        return loop_fault(
            place + "/measure",
            fmt::format("この見かたは組どうしを比べます。指標「{}」は組に分かれていません",
                        measure.ja),
            fmt::format("this estimator compares groups, and '{}' has none", measure.en));
    }
    return {};
}

// A share of all is from 0 to 100 %; an effect on one from -100 to 100.
Result<void> check_share(const Measure& measure, const Json& stage, const Json& expectation,
                         const std::string& place) {
    if (measure.unit != kPerCent) return {};
    const std::string estimator = text_in(stage, "estimator");
    const double least = estimator.empty() || estimator == "none" ? 0 : -kWholeShare;
    const double threshold = expectation.find("threshold")->number();
    if (threshold >= least && threshold <= kWholeShare) return {};
    return loop_fault(
        place + "/threshold",
        fmt::format("指標「{}」は割合なので、しきい値は {} から 100 です", measure.ja, least),
        fmt::format("'{}' is a share: its threshold is from {} to 100", measure.en, least));
}

// From where it is compared with on: a stage of more could be entered and never be judged.
Result<void> check_length(const Measure& measure, const Json& stage, const std::string& place) {
    const std::string baseline = text_in(stage, "baselineFrom");
    const auto from = parse_day(baseline.empty() ? text_in(stage, "from") : baseline);
    const auto to = parse_day(text_in(stage, "to"));
    if (!from || !to) return {};  // said elsewhere
    Period period = period_at(measure.period, *from);
    for (std::size_t n = 0; period.from <= *to; ++n) {
        if (n == kMostStagePeriods) {
            return loop_fault(
                place + (baseline.empty() ? "/to" : "/baselineFrom"),
                fmt::format(
                    "指標「{}」の期間が 800 を超え、判定できません。段階を短くするか、週や月の"
                    "指標を使ってください",
                    measure.ja),
                fmt::format("'{}' has more than 800 periods in it and could not be judged: make "
                            "the stage shorter, or use a measure by week or month",
                            measure.en));
        }
        period = next_period(measure.period, period);
    }
    return {};
}

}  // namespace

Result<void> check_stage_fit(const MeasureSet* measures, const Json& stage,
                             const std::string& place) {
    const Json::Array& expectations = list_in(stage, "expectations");
    for (std::size_t i = 0; i < expectations.size(); ++i) {
        const Json& one = expectations[i];
        const Measure* measure =
            measures != nullptr ? measures->find(text_in(one, "measure")) : nullptr;
        if (measure == nullptr) continue;
        const std::string at = place + "/expectations/" + std::to_string(i);
        TRY(check_group(*measure, stage, one, at));
        TRY(check_share(*measure, stage, one, at));
        TRY(check_length(*measure, stage, place));
    }
    return {};
}

Result<std::vector<TwoTongues>> groups_without_values(const Store& store, const std::string& tenant,
                                                      const MeasureSet& measures, const Json& stage,
                                                      Time now) {
    std::vector<TwoTongues> out;
    for (const Json& one : list_in(stage, "expectations")) {
        const Measure* measure = measures.find(text_in(one, "measure"));
        if (measure == nullptr || measure->by.empty()) continue;
        std::set<std::string> named{text_in(one, "group")};
        for (const Json& other : list_in(stage, "comparison")) {
            if (compares(stage)) named.insert(other.string());
        }
        const Period period = period_at(measure->period, now);
        const auto computed = TRY(compute_measure(store, service_caller(tenant, kMeasureGuardian),
                                                  *measure, period, now));
        for (const MeasureValue& value : computed.values) named.erase(value.group);
        for (const std::string& group : named) {
            out.push_back(
                {fmt::format("いま、指標「{}」に組「{}」のものはありません。このままでは判定できま"
                             "せん",
                             measure->ja, group),
                 fmt::format("nothing of '{}' belongs to the group '{}' now: as it is, it can not "
                             "be judged",
                             measure->en, group)});
        }
    }
    return out;
}

}  // namespace musubi
