#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace musubi {

/// A month of the calendar, counted from January of the year 0.
struct CalendarMonth {
    int number = 0;
    [[nodiscard]] int year() const { return number / 12; }
    [[nodiscard]] int month() const { return number % 12 + 1; }
    friend auto operator<=>(CalendarMonth, CalendarMonth) = default;
};

/// `month` 1 ... 12.
[[nodiscard]] constexpr CalendarMonth calendar_month(int year, int month) {
    return {year * 12 + month - 1};
}
/// The fiscal year (年度), from April to March, that a month is in.
[[nodiscard]] constexpr int fiscal_year_of(CalendarMonth month) { return (month.number - 3) / 12; }
/// April of it.
[[nodiscard]] constexpr CalendarMonth begin_of_fiscal_year(int year) {
    return calendar_month(year, 4);
}

constexpr int kFirstFiscalYear = 1950;
constexpr int kLastFiscalYear = 2200;

/// "2027-04", or "2027" or "2027年度" for a whole fiscal year: its first month, or its last where
/// `as_end`. Nothing where it is none of them, or outside 1950 ... 2200.
[[nodiscard]] std::optional<CalendarMonth> parse_calendar_month(std::string_view text, bool as_end);
/// "2027-04"
[[nodiscard]] std::string to_text(CalendarMonth month);
/// "2027年度（令和9年度）" or "FY2027"
[[nodiscard]] std::string fiscal_year_text(int year, bool japanese);

}  // namespace musubi
