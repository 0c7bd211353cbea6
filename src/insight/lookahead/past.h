#pragma once

#include <map>
#include <string>
#include <vector>

#include "insight/lookahead/gauge.h"

namespace musubi {

/// A day in Japan by number: 0:00 belongs to the day that ends with it, as in files of a day.
using DayNumber = std::int64_t;
[[nodiscard]] constexpr DayNumber day_of(Time time) {
    constexpr std::int64_t kDay = days(1).us;
    const std::int64_t local = time.us + hours(9).us - 1;
    return local >= 0 ? local / kDay : -((-local + kDay - 1) / kDay);
}
[[nodiscard]] constexpr Time begin_of(DayNumber day) { return Time{day * days(1).us} - hours(9); }

/// One reading as the look-ahead saw it when it came.
struct SeenReading {
    Rise rise;
    Time clock;         ///< the newest event time read by then
    double neighbours;  ///< how near the gauges around were to a threshold of theirs
};

/// All that one gauge ever said.
struct GaugePast {
    std::string id;
    std::string name;
    std::map<std::string, double> thresholds;  ///< by term
    std::vector<SeenReading> readings;
};

}  // namespace musubi
