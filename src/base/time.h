#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace musubi {

/// A length of time in microseconds.
struct Duration {
    std::int64_t us = 0;
    friend constexpr auto operator<=>(Duration, Duration) = default;
    [[nodiscard]] constexpr double seconds() const { return static_cast<double>(us) / 1e6; }
};
constexpr Duration microseconds(std::int64_t n) { return {n}; }
constexpr Duration milliseconds(std::int64_t n) { return {n * 1'000}; }
constexpr Duration seconds(std::int64_t n) { return {n * 1'000'000}; }
constexpr Duration minutes(std::int64_t n) { return seconds(n * 60); }
constexpr Duration hours(std::int64_t n) { return minutes(n * 60); }
constexpr Duration days(std::int64_t n) { return hours(n * 24); }
constexpr Duration operator+(Duration a, Duration b) { return {a.us + b.us}; }
constexpr Duration operator-(Duration a, Duration b) { return {a.us - b.us}; }
constexpr Duration operator*(Duration a, std::int64_t n) { return {a.us * n}; }

/// A moment: microseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
struct Time {
    std::int64_t us = 0;
    friend constexpr auto operator<=>(Time, Time) = default;
};
constexpr Time operator+(Time t, Duration d) { return {t.us + d.us}; }
constexpr Time operator-(Time t, Duration d) { return {t.us - d.us}; }
constexpr Duration operator-(Time a, Time b) { return {a.us - b.us}; }

/// A civil date and clock reading, without a zone.
struct Civil {
    int year = 1970;
    int month = 1;  ///< 1..12
    int day = 1;    ///< 1..31
    int hour = 0;   ///< 0..24; 24 only as the end of the day
    int minute = 0;
    int second = 0;
    int microsecond = 0;
};

/// The moment a clock at UTC+`offset` shows `civil`. Guarantees: hour 24 is the next day's 0.
/// Fails: BadRequest where a field is out of its range or the day does not exist.
Result<Time> from_civil(const Civil& civil, Duration offset = {});
/// What a clock at UTC+`offset` shows at `time`. Proleptic Gregorian calendar.
[[nodiscard]] Civil to_civil(Time time, Duration offset = {});

/// ISO 8601 date-time with zone (`Z` or `+hh:mm`) and up to six decimals of a second
/// (GS CIM 009 v1.9.1, 4.6.3). Fails: BadRequest, saying what is missing.
Result<Time> parse_time(std::string_view text);
/// `2021-08-14T08:50:00Z`; with milli- or microseconds only where there are any.
[[nodiscard]] std::string to_iso(Time time);
void append_iso(std::string& out, Time time);

/// ISO 8601 duration: `PnYnMnWnDTnHnMnS` (a year counts 365 days, a month 30), or `0`.
/// Fails: BadRequest.
Result<Duration> parse_duration(std::string_view text);
[[nodiscard]] std::string to_iso(Duration duration);

}  // namespace musubi
