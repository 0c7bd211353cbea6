#include "project/measures/reading.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace musubi {

namespace {

// {"@type": "DateTime", "@value": "..."} (GS CIM 009 v1.9.1, 4.6.3)
std::optional<Time> time_in(const Json& value) {
    const Json* type = value.find("@type");
    const Json* text = value.find("@value");
    if (type == nullptr || text == nullptr || *type != Json{"DateTime"}) return std::nullopt;
    if (!text->is_string()) return std::nullopt;
    const auto time = parse_time(text->string());
    return time ? std::optional{*time} : std::nullopt;
}

}  // namespace

MeasuredReading to_reading(Time at, const Json& value) {
    if (value.is_bool()) return {.at = at, .number = value.boolean() ? 1.0 : 0.0, .text = {}};
    if (value.is_number() && std::isfinite(value.number())) {
        return {.at = at, .number = value.number(), .text = {}};
    }
    if (const auto time = time_in(value)) {
        return {.at = at, .number = static_cast<double>(time->us) / 1e6, .text = {}};
    }
    return {.at = at, .is_number = false, .text = to_text(value)};
}

std::vector<MeasuredReading> readings_of(std::span<const Point> points,
                                         std::span<const Period> periods) {
    std::vector<const Point*> chosen;
    chosen.reserve(points.size());
    const auto is_wanted = [periods](Time at) {
        return std::any_of(periods.begin(), periods.end(),
                           [at](const Period& period) { return period.covers(at); });
    };
    for (const Point& point : points) {
        if (!point.deleted && is_wanted(point.at)) chosen.push_back(&point);
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
