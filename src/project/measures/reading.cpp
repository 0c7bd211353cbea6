#include "project/measures/reading.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "store/codec.h"

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

MeasuredReading to_reading(Time at, const Json& value, std::string_view unit) {
    MeasuredReading out{.at = at, .text = {}, .unit = unit_number(unit)};
    if (value.is_bool()) {
        out.number = value.boolean() ? 1.0 : 0.0;
        out.text = to_text(value);
    } else if (value.is_number() && std::isfinite(value.number())) {
        out.number = value.number();
    } else if (const auto time = time_in(value)) {
        out.number = static_cast<double>(time->us) / 1e6;
    } else {
        out.is_number = false;
        out.text = to_text(value);
    }
    return out;
}

// FNV-1a.
std::uint32_t unit_number(std::string_view code) {
    if (code.empty()) return 0;
    std::uint32_t hash = 2'166'136'261U;
    for (const char c : code) hash = (hash ^ static_cast<unsigned char>(c)) * 16'777'619U;
    return std::max(hash, 1U);
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
    const std::string* detail = nullptr;  // nearly always the same
    std::uint32_t unit = 0;
    for (const Point* point : chosen) {
        if (!readings.empty() && readings.back().at == point->at) readings.pop_back();
        if (detail == nullptr || *detail != point->detail) {
            detail = &point->detail;
            const auto state = from_point({}, {}, *point);
            unit = state ? unit_number(state->unit_code) : 0;
        }
        readings.push_back(to_reading(point->at, point->value));
        readings.back().unit = unit;
    }
    return readings;
}

}  // namespace musubi
