#include "project/measures/reading.h"

#include <algorithm>
#include <cmath>

namespace musubi {

MeasuredReading to_reading(Time at, const Json& value) {
    if (value.is_bool()) return {.at = at, .number = value.boolean() ? 1.0 : 0.0, .text = {}};
    if (value.is_number() && std::isfinite(value.number())) {
        return {.at = at, .number = value.number(), .text = {}};
    }
    return {.at = at, .is_number = false, .text = to_text(value)};
}

std::vector<MeasuredReading> readings_of(std::span<const Point> points, const Period& period) {
    std::vector<const Point*> chosen;
    chosen.reserve(points.size());
    for (const Point& point : points) {
        if (!point.deleted && period.covers(point.at)) chosen.push_back(&point);
    }
    const auto earlier = [](const Point* a, const Point* b) {
        return a->at != b->at ? a->at < b->at : a->instance < b->instance;
    };
    if (!std::is_sorted(chosen.begin(), chosen.end(), earlier)) {
        std::sort(chosen.begin(), chosen.end(), earlier);
    }
    std::vector<MeasuredReading> readings;
    readings.reserve(chosen.size());
    for (const Point* point : chosen) {
        if (!readings.empty() && readings.back().at == point->at) readings.pop_back();
        readings.push_back(to_reading(point->at, point->value));
    }
    return readings;
}

}  // namespace musubi
