#include "base/time.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace musubi {
namespace {

// What four digits of a year can say: 0000-01-01T00:00:00Z to the end of 9999.
constexpr Time kFirstTime{-62'167'219'200'000'000};
constexpr Time kLastTime{253'402'300'799'999'999};

// Days since 1970-01-01 of a proleptic Gregorian date (Howard Hinnant, "chrono-Compatible
// Low-Level Date Algorithms", days_from_civil).
std::int64_t days_from_civil(std::int64_t y, int m, int d) {
    y -= m <= 2 ? 1 : 0;
    const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
    const auto yoe = static_cast<std::int64_t>(y - era * 400);
    const std::int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    const std::int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + doe - 719468;
}

void civil_from_days(std::int64_t z, Civil& out) {
    z += 719468;
    const std::int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    const std::int64_t doe = z - era * 146097;
    const std::int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    const std::int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    const std::int64_t mp = (5 * doy + 2) / 153;
    out.day = static_cast<int>(doy - (153 * mp + 2) / 5 + 1);
    out.month = static_cast<int>(mp < 10 ? mp + 3 : mp - 9);
    out.year = static_cast<int>(yoe + era * 400 + (out.month <= 2 ? 1 : 0));
}

int days_in_month(int year, int month) {
    static constexpr std::array<int, 12> kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 && leap ? 29 : kDays.at(static_cast<std::size_t>(month - 1));
}

Error bad_time(std::string_view text, std::string_view why) {
    return {ErrorCode::BadRequest, "'" + std::string(text.substr(0, 64)) +
                                       "' is not an ISO 8601 date-time: " + std::string(why) +
                                       "; write it as 2026-11-22T10:00:00Z"};
}

// Reads exactly `width` digits at `pos`; -1 where there are none.
int digits(std::string_view text, std::size_t& pos, std::size_t width) {
    if (pos + width > text.size()) return -1;
    int value = 0;
    for (std::size_t i = 0; i < width; ++i) {
        const char c = text[pos + i];
        if (c < '0' || c > '9') return -1;
        value = value * 10 + (c - '0');
    }
    pos += width;
    return value;
}

bool skip(std::string_view text, std::size_t& pos, char c) {
    if (pos >= text.size() || text[pos] != c) return false;
    ++pos;
    return true;
}

int read_fraction(std::string_view text, std::size_t& pos) {
    int micros = 0;
    int scale = 100'000;
    std::size_t count = 0;
    while (pos < text.size() && text[pos] >= '0' && text[pos] <= '9') {
        micros += (text[pos] - '0') * scale;
        scale /= 10;
        ++pos;
        ++count;
    }
    return count == 0 ? -1 : micros;
}

void append_padded(std::string& out, int value, int width) {
    std::array<char, 8> digits{};
    for (int i = width - 1; i >= 0; --i) {
        digits.at(static_cast<std::size_t>(i)) = static_cast<char>('0' + value % 10);
        value /= 10;
    }
    out.append(digits.data(), static_cast<std::size_t>(width));
}

}  // namespace

Result<Time> from_civil(const Civil& c, Duration offset) {
    const bool hour_ok = (c.hour >= 0 && c.hour < 24) ||
                         (c.hour == 24 && c.minute == 0 && c.second == 0 && c.microsecond == 0);
    if (c.year < 0 || c.year > 9999 || c.month < 1 || c.month > 12 || c.day < 1 ||
        c.day > days_in_month(c.year, c.month) || !hour_ok || c.minute < 0 || c.minute > 59 ||
        c.second < 0 || c.second > 60) {
        return Error{ErrorCode::BadRequest, "the date or the time of day does not exist"};
    }
    const std::int64_t day = days_from_civil(c.year, c.month, c.day);
    const std::int64_t second = day * 86'400 + c.hour * 3'600 + c.minute * 60 + c.second;
    const Time time{second * 1'000'000 + c.microsecond - offset.us};
    if (time < kFirstTime || time > kLastTime) {
        return Error{ErrorCode::BadRequest, "in UTC it lies outside of the years 0 to 9999"};
    }
    return time;
}

Civil to_civil(Time time, Duration offset) {
    const std::int64_t us = time.us + offset.us;
    std::int64_t day = us / 86'400'000'000;
    std::int64_t rest = us % 86'400'000'000;
    if (rest < 0) {
        rest += 86'400'000'000;
        --day;
    }
    Civil out;
    civil_from_days(day, out);
    out.microsecond = static_cast<int>(rest % 1'000'000);
    rest /= 1'000'000;
    out.second = static_cast<int>(rest % 60);
    out.minute = static_cast<int>(rest / 60 % 60);
    out.hour = static_cast<int>(rest / 3'600);
    return out;
}

Result<Time> parse_time(std::string_view text) {
    std::size_t pos = 0;
    Civil c;
    c.year = digits(text, pos, 4);
    if (c.year < 0 || !skip(text, pos, '-')) return bad_time(text, "no year");
    c.month = digits(text, pos, 2);
    if (c.month < 0 || !skip(text, pos, '-')) return bad_time(text, "no month");
    c.day = digits(text, pos, 2);
    if (c.day < 0 || !skip(text, pos, 'T')) return bad_time(text, "no 'T' after the day");
    c.hour = digits(text, pos, 2);
    if (c.hour < 0 || !skip(text, pos, ':')) return bad_time(text, "no hour");
    c.minute = digits(text, pos, 2);
    if (c.minute < 0 || !skip(text, pos, ':')) return bad_time(text, "no minute");
    c.second = digits(text, pos, 2);
    if (c.second < 0) return bad_time(text, "no second");
    if (pos < text.size() && (text[pos] == '.' || text[pos] == ',')) {
        ++pos;
        c.microsecond = read_fraction(text, pos);
        if (c.microsecond < 0) return bad_time(text, "no digit after the decimal sign");
    }
    Duration offset;
    if (pos < text.size() && (text[pos] == '+' || text[pos] == '-')) {
        const int sign = text[pos++] == '-' ? -1 : 1;
        const int h = digits(text, pos, 2);
        const bool colon = skip(text, pos, ':');
        const int m = colon || pos < text.size() ? digits(text, pos, 2) : 0;
        if (h < 0 || h > 14 || m < 0 || m > 59) return bad_time(text, "a wrong zone");
        offset = minutes(sign * (h * 60 + m));
    } else if (!skip(text, pos, 'Z')) {
        return bad_time(text, "no zone, 'Z' or '+09:00'");
    }
    if (pos != text.size()) return bad_time(text, "something follows it");
    auto time = from_civil(c, offset);
    if (!time) return bad_time(text, time.error().detail);
    return time;
}

void append_iso(std::string& out, Time time) {
    const Civil c = to_civil(std::clamp(time, kFirstTime, kLastTime));
    std::array<char, 27> text{};
    char* at = text.data();
    const auto put = [&at](int value, int width) {
        for (int i = width - 1; i >= 0; --i) {
            at[i] = static_cast<char>('0' + value % 10);
            value /= 10;
        }
        at += width;
    };
    put(c.year, 4);
    *at++ = '-';
    put(c.month, 2);
    *at++ = '-';
    put(c.day, 2);
    *at++ = 'T';
    put(c.hour, 2);
    *at++ = ':';
    put(c.minute, 2);
    *at++ = ':';
    put(c.second, 2);
    if (c.microsecond != 0) {
        *at++ = '.';
        const bool whole = c.microsecond % 1'000 == 0;
        put(whole ? c.microsecond / 1'000 : c.microsecond, whole ? 3 : 6);
    }
    *at++ = 'Z';
    out.append(text.data(), static_cast<std::size_t>(at - text.data()));
}

std::string to_iso(Time time) {
    std::string out;
    append_iso(out, time);
    return out;
}

Result<Duration> parse_duration(std::string_view text) {
    const Error bad{ErrorCode::BadRequest, "'" + std::string(text.substr(0, 64)) +
                                               "' is not an ISO 8601 duration; write PT10M or P1D"};
    if (text == "0") return Duration{};
    if (text.size() < 2 || text[0] != 'P') return bad;
    bool in_time = false;
    bool any = false;
    double total = 0;
    for (std::size_t pos = 1; pos < text.size();) {
        if (text[pos] == 'T') {
            if (in_time || pos + 1 == text.size()) return bad;
            in_time = true;
            ++pos;
            continue;
        }
        double number = 0;
        double scale = 1;
        bool point = false;
        bool digit = false;
        for (; pos < text.size(); ++pos) {
            const char c = text[pos];
            if (c >= '0' && c <= '9') {
                digit = true;
                number = number * 10 + (c - '0');
                if (point) scale *= 10;
            } else if (c == '.' && !point) {
                point = true;
            } else {
                break;
            }
        }
        if (!digit || pos == text.size()) return bad;
        double unit = 0;
        switch (text[pos++]) {
            case 'Y': unit = in_time ? 0 : 365 * 86'400.0; break;
            case 'W': unit = in_time ? 0 : 7 * 86'400.0; break;
            case 'D': unit = in_time ? 0 : 86'400.0; break;
            case 'M': unit = in_time ? 60.0 : 30 * 86'400.0; break;
            case 'H': unit = in_time ? 3'600.0 : 0; break;
            case 'S': unit = in_time ? 1.0 : 0; break;
            default: return bad;
        }
        if (unit == 0) return bad;
        total += number / scale * unit;
        any = true;
    }
    if (!any || !(total <= 3.2e10)) return bad;  // a thousand years; or not a number
    return Duration{static_cast<std::int64_t>(std::llround(total * 1e6))};
}

std::string to_iso(Duration duration) {
    if (duration.us < 0) return "-" + to_iso(Duration{-std::max(duration.us, -INT64_MAX)});
    std::int64_t s = duration.us / 1'000'000;
    const std::int64_t us = duration.us % 1'000'000;
    std::string out = "P";
    if (s >= 86'400) out += std::to_string(s / 86'400) + "D";
    s %= 86'400;
    if (s != 0 || us != 0 || out.size() == 1) {
        out += 'T';
        if (s >= 3'600) out += std::to_string(s / 3'600) + "H";
        if (s % 3'600 >= 60) out += std::to_string(s % 3'600 / 60) + "M";
        if (s % 60 != 0 || us != 0 || out.back() == 'T') {
            out += std::to_string(s % 60);
            if (us != 0) {
                out += '.';
                append_padded(out, static_cast<int>(us), 6);
            }
            out += 'S';
        }
    }
    return out;
}

}  // namespace musubi
