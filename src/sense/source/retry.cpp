#include "sense/source/retry.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace musubi {
namespace {

std::optional<int> number(std::string_view text) {
    int value = 0;
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, value);
    if (read.ec != std::errc{} || read.ptr != end || value < 0) return std::nullopt;
    return value;
}

/// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7).
std::optional<Time> http_date(std::string_view text) {
    static constexpr std::array<std::string_view, 12> kMonths{
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    if (text.size() != 29 || !text.ends_with(" GMT")) return std::nullopt;
    const auto month = std::ranges::find(kMonths, text.substr(8, 3));
    const auto day = number(text.substr(5, 2));
    const auto year = number(text.substr(12, 4));
    const auto hour = number(text.substr(17, 2));
    const auto minute = number(text.substr(20, 2));
    const auto second = number(text.substr(23, 2));
    if (month == kMonths.end() || !day || !year || !hour || !minute || !second) {
        return std::nullopt;
    }
    const auto time = from_civil({.year = *year,
                                  .month = static_cast<int>(month - kMonths.begin()) + 1,
                                  .day = *day,
                                  .hour = *hour,
                                  .minute = *minute,
                                  .second = *second});
    if (!time) return std::nullopt;
    return *time;
}

}  // namespace

Duration back_off(int failures, Duration first, Duration most, Random& random) {
    Duration pause = first;
    for (int i = 1; i < failures && pause < most; ++i) pause = pause * 2;
    pause = std::min(pause, most);
    return microseconds(
        static_cast<std::int64_t>(static_cast<double>(pause.us) * (0.5 + next_unit(random) / 2)));
}

Duration retry_after(std::string_view header, Time now) {
    Duration wait;
    if (const auto count = number(header)) {
        wait = seconds(*count);
    } else if (const auto date = http_date(header)) {
        wait = *date - now;
    }
    return std::clamp(wait, Duration{}, days(1));
}

}  // namespace musubi
