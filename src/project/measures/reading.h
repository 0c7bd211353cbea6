#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "history/point.h"
#include "project/measures/period.h"

namespace musubi {

/// One reading as a measure takes it: a number (true is 1, false is 0; a DateTime is seconds since
/// 1970 UTC), or another value as its JSON text.
struct MeasuredReading {
    Time at;
    bool is_number = true;
    double number = 0;
    std::string text;        ///< where it is no number, and of true and false
    std::uint32_t unit = 0;  ///< unit_number of its code
};
[[nodiscard]] MeasuredReading to_reading(Time at, const Json& value, std::string_view unit = {});
/// A number for the code of a unit, the same on each machine; 0: there is none.
[[nodiscard]] std::uint32_t unit_number(std::string_view code);

/// The readings of one series within any of the periods, in order of time. Of several with one time
/// the last that was recorded counts: a correction takes the place of what it corrects. Deletions
/// are no readings.
[[nodiscard]] std::vector<MeasuredReading> readings_of(std::span<const Point> points,
                                                       std::span<const Period> periods);

}  // namespace musubi
