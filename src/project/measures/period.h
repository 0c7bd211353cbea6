#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace musubi {

/// The windows a measure has one value for each of. They begin at midnight in Japan (UTC+9, without
/// daylight saving), weeks on Monday, fiscal years (年度) on 1 April.
enum class PeriodKind { Day, Week, Month, Quarter, FiscalYear, CalendarYear };

/// `day`, `week`, `month`, `quarter`, `fiscal-year`, `calendar-year`; nothing: it is none of them.
[[nodiscard]] std::optional<PeriodKind> period_kind(std::string_view word);
[[nodiscard]] std::string_view name_of(PeriodKind kind);
inline constexpr std::string_view kPeriodWords = "day|week|month|quarter|fiscal-year|calendar-year";

/// The moments [from, to).
struct Period {
    Time from;
    Time to;
    friend auto operator<=>(const Period&, const Period&) = default;
    [[nodiscard]] bool covers(Time at) const { return from <= at && at < to; }
};
[[nodiscard]] Period period_at(PeriodKind kind, Time at);
[[nodiscard]] Period next_period(PeriodKind kind, const Period& period);
/// The one before that in which `at` lies.
[[nodiscard]] Period period_before(PeriodKind kind, Time at);

/// `2026-04-01`, `2026年4月`, `令和8年度`: as a person of the town hall would write it.
struct PeriodName {
    std::string ja;
    std::string en;
};
[[nodiscard]] PeriodName name_of(PeriodKind kind, const Period& period);

/// Midnight in Japan of a date `YYYY-MM-DD`. Fails: BadRequest.
Result<Time> parse_day(std::string_view text);
/// The day it is in Japan then, `2026-04-01`.
[[nodiscard]] std::string day_text(Time at);
inline constexpr Duration kJapan = hours(9);

}  // namespace musubi
