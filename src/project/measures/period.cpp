#include "project/measures/period.h"

#include <fmt/core.h>

#include <array>
#include <charconv>

namespace musubi {
namespace {

constexpr std::array<std::string_view, 6> kPeriodNames{"day",     "week",        "month",
                                                       "quarter", "fiscal-year", "calendar-year"};
constexpr int kMonths = 12;
constexpr int kMonthsOfQuarter = 3;
constexpr int kApril = 4;
constexpr std::int64_t kDaysOfWeek = 7;
constexpr std::int64_t kFirstMonday = 4;  // 1970-01-05, in days since 1970-01-01

// The first of a month that may be beyond the year; a year from 1 to 9999 is the caller's.
Time first_of(int year, int month) {
    year += (month - 1) / kMonths;
    month = (month - 1) % kMonths + 1;
    return from_civil({.year = year, .month = month, .day = 1}, kJapan).value_or(Time{});
}

Period months_from(int year, int month, int count) {
    return {first_of(year, month), first_of(year, month + count)};
}

Period days_from(Time at, std::int64_t count, std::int64_t anchor) {
    const std::int64_t length = days(count).us;
    const std::int64_t since = at.us + kJapan.us - days(anchor).us;
    const std::int64_t whole = since / length - (since % length < 0 ? 1 : 0);
    const Time from{whole * length + days(anchor).us - kJapan.us};
    return {from, from + days(count)};
}

int fiscal_year_of(const Civil& civil) {
    return civil.month < kApril ? civil.year - 1 : civil.year;
}

// 令和 from 1 May 2019, 平成 from 8 January 1989; a fiscal year has the era of its first day, but
// the one in which 令和 began is 令和元年度.
std::string japanese_year(int year, int from_reiwa) {
    constexpr int kReiwa = 2018;
    constexpr int kHeisei = 1988;
    const auto counted = [](std::string_view era, int n) {
        return fmt::format("{}{}年", era, n == 1 ? std::string("元") : std::to_string(n));
    };
    if (year >= from_reiwa) return counted("令和", year - kReiwa);
    if (year > kHeisei) return counted("平成", year - kHeisei);
    return fmt::format("{}年", year);
}

}  // namespace

std::optional<PeriodKind> period_kind(std::string_view word) {
    for (std::size_t i = 0; i < kPeriodNames.size(); ++i) {
        if (kPeriodNames.at(i) == word) return static_cast<PeriodKind>(i);
    }
    return std::nullopt;
}

std::string_view name_of(PeriodKind kind) {
    return kPeriodNames.at(static_cast<std::size_t>(kind));
}

Period period_at(PeriodKind kind, Time at) {
    const Civil civil = to_civil(at, kJapan);
    switch (kind) {
        case PeriodKind::Day: return days_from(at, 1, 0);
        case PeriodKind::Week: return days_from(at, kDaysOfWeek, kFirstMonday);
        case PeriodKind::Month: return months_from(civil.year, civil.month, 1);
        case PeriodKind::Quarter: {
            const int first = (civil.month - 1) / kMonthsOfQuarter * kMonthsOfQuarter + 1;
            return months_from(civil.year, first, kMonthsOfQuarter);
        }
        case PeriodKind::FiscalYear: return months_from(fiscal_year_of(civil), kApril, kMonths);
        case PeriodKind::CalendarYear: return months_from(civil.year, 1, kMonths);
    }
    return {};
}

Period next_period(PeriodKind kind, const Period& period) { return period_at(kind, period.to); }

PeriodName name_of(PeriodKind kind, const Period& period) {
    constexpr int kReiwaYear = 2019;
    const Civil c = to_civil(period.from, kJapan);
    const std::string day = day_text(period.from);
    switch (kind) {
        case PeriodKind::Day: return {fmt::format("{}年{}月{}日", c.year, c.month, c.day), day};
        case PeriodKind::Week:
            return {fmt::format("{}年{}月{}日からの週", c.year, c.month, c.day), "week of " + day};
        case PeriodKind::Month: return {fmt::format("{}年{}月", c.year, c.month), day.substr(0, 7)};
        case PeriodKind::Quarter: {
            const int fiscal = (c.month + kMonths - kApril) % kMonths / kMonthsOfQuarter + 1;
            const int year = fiscal_year_of(c);
            return {fmt::format("{}度第{}四半期", japanese_year(year, kReiwaYear), fiscal),
                    fmt::format("FY{} Q{}", year, fiscal)};
        }
        case PeriodKind::FiscalYear:
            return {japanese_year(c.year, kReiwaYear) + "度", fmt::format("FY{}", c.year)};
        case PeriodKind::CalendarYear:
            return {japanese_year(c.year, kReiwaYear), std::to_string(c.year)};
    }
    return {};
}

Period period_before(PeriodKind kind, Time at) {
    return period_at(kind, Time{period_at(kind, at).from.us - 1});
}

std::string day_text(Time at) {
    const Civil c = to_civil(at, kJapan);
    return fmt::format("{:04}-{:02}-{:02}", c.year, c.month, c.day);
}

Result<Time> parse_day(std::string_view text) {
    const std::string written{text.substr(0, 40)};
    const Error wrong{ErrorCode::BadRequest, "「" + written +
                                                 "」は 2026-04-01 のような日付ではありません / '" +
                                                 written + "' is no date as in 2026-04-01"};
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return wrong;
    const auto number = [&](std::size_t at, std::size_t size) {
        int n = -1;
        const auto read = std::from_chars(text.data() + at, text.data() + at + size, n);
        return read.ptr == text.data() + at + size ? n : -1;
    };
    const auto day =
        from_civil({.year = number(0, 4), .month = number(5, 2), .day = number(8, 2)}, kJapan);
    return day ? day : Result<Time>{wrong};
}

}  // namespace musubi
