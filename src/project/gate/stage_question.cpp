#include "project/gate/stage_question.h"

#include <algorithm>

#include "project/loop/stage_lock.h"

namespace musubi {
namespace {

constexpr std::size_t kSeedDigits = 8;

Error not_locked(std::string_view what) {
    return {ErrorCode::BadRequest, "this is not what a stage locks: " + std::string{what}};
}

Result<StageQuestion::Expectation> read_expectation(const Json& json) {
    const Json* threshold = json.find("threshold");
    if (threshold == nullptr || !threshold->is_number()) return not_locked("threshold");
    return StageQuestion::Expectation{.measure = text_in(json, "measure"),
                                      .group = text_in(json, "group"),
                                      .up = text_in(json, "better") == "up",
                                      .threshold = threshold->number()};
}

}  // namespace

Result<StageQuestion> read_question(const Json& locked) {
    StageQuestion out;
    out.from = TRY(parse_day(text_in(locked, "from")));
    out.to = TRY(parse_day(text_in(locked, "to"))) + days(1);
    const std::string baseline = text_in(locked, "baselineFrom");
    out.baseline_from = baseline.empty() ? out.from : TRY(parse_day(baseline));
    out.estimator = text_in(locked, "estimator");
    if (out.estimator.empty()) out.estimator = "none";
    if (const Json* looks = locked.find("looks")) {
        if (!looks->is_integer()) return not_locked("looks");
        out.looks = static_cast<std::size_t>(std::max<std::int64_t>(1, looks->integer()));
    }
    if (const Json* comparison = locked.find("comparison"); comparison && comparison->is_array()) {
        for (const Json& group : comparison->array()) {
            if (!group.is_string()) return not_locked("comparison");
            out.comparison.push_back(group.string());
        }
    }
    if (const Json* list = locked.find("expectations"); list != nullptr && list->is_array()) {
        for (const Json& one : list->array()) {
            out.expectations.push_back(TRY(read_expectation(one)));
        }
    }
    out.late = locked_late(locked, text_in(locked, "lockedOn"));
    const std::string hash = TRY(hash_of(locked));
    out.seed = std::stoull(hash.substr(0, kSeedDigits), nullptr, 16);
    return out;
}

Result<std::vector<Period>> periods_of(const StageQuestion& question, PeriodKind kind, Time at) {
    std::vector<Period> out;
    Period period = period_at(kind, question.baseline_from);
    while (period.to <= at && period.from < question.to) {
        if (out.size() >= kMaxGatePeriods) {
            return Error{
                ErrorCode::TooLarge,
                "期間が 800 を超えます。週や月の指標を使ってください / there are more than 800 "
                "periods; use a measure by week or month",
                "/baselineFrom"};
        }
        if (period.from >= question.baseline_from) out.push_back(period);
        period = next_period(kind, period);
    }
    return out;
}

}  // namespace musubi
