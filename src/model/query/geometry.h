#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "model/query.h"

namespace musubi::geo {

/// The most positions one stored geometry may have, and one that a query asks about.
inline constexpr std::size_t kMaxPositions = 100'000;
inline constexpr std::size_t kMaxQueryPositions = 10'000;
/// How deep collections may hold collections.
inline constexpr int kMaxCollectionDepth = 4;

/// Longitude and latitude in degrees. Altitude is not kept: no relation of 4.10 looks at it.
struct Position {
    double lon = 0;
    double lat = 0;
    friend bool operator==(const Position&, const Position&) = default;
};
using Line = std::vector<Position>;

/// The GeoJSON types of RFC 7946, 3.1, by the depth of their coordinates.
enum class Kind {
    Point,
    MultiPoint,
    LineString,
    MultiLineString,
    Polygon,
    MultiPolygon,
    GeometryCollection
};
[[nodiscard]] std::optional<Kind> kind_of(std::string_view type);

/// The position of a GeoJSON Point that was checked; nothing for any other geometry.
[[nodiscard]] inline std::optional<Position> point_of(const Json& geometry) {
    const Json* type = geometry.find("type");
    const Json* at = geometry.find("coordinates");
    if (type == nullptr || at == nullptr || !type->is_string() || type->string() != "Point" ||
        !at->is_array() || at->array().size() < 2) {
        return std::nullopt;
    }
    const Json::Array& pair = at->array();
    if (!pair[0].is_number() || !pair[1].is_number()) return std::nullopt;
    return Position{pair[0].number(), pair[1].number()};
}

/// A position of checked coordinates.
[[nodiscard]] inline Position position_of(const Json& pair) {
    return {pair.array()[0].number(), pair.array()[1].number()};
}

}  // namespace musubi::geo
