#include "model/query/geometry.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace musubi {
namespace geo {
namespace {

constexpr std::array<std::pair<std::string_view, Kind>, 7> kKinds{
    {{"Point", Kind::Point},
     {"MultiPoint", Kind::MultiPoint},
     {"LineString", Kind::LineString},
     {"MultiLineString", Kind::MultiLineString},
     {"Polygon", Kind::Polygon},
     {"MultiPolygon", Kind::MultiPolygon},
     {"GeometryCollection", Kind::GeometryCollection}}};

/// Walks a geometry as it came in, counts its positions and remembers where it is.
class Checker {
public:
    Result<void> geometry(const Json& json, int depth) {
        const Json* type = json.find("type");
        if (type == nullptr || !type->is_string()) {
            return bad("a GeoJSON geometry is an object with a \"type\"");
        }
        const std::optional<Kind> kind = kind_of(type->string());
        if (!kind) {
            return bad(fmt::format("'{}' is no GeoJSON geometry type (RFC 7946, 3.1)",
                                   std::string_view{type->string()}.substr(0, 64)));
        }
        if (*kind == Kind::GeometryCollection) return collection(json, depth);
        const Json* coordinates = json.find("coordinates");
        if (coordinates == nullptr) return bad("a geometry needs \"coordinates\"");
        where_ += "coordinates";
        return shape(*kind, *coordinates);
    }

private:
    Result<void> collection(const Json& json, int depth) {
        const Json* members = json.find("geometries");
        if (members == nullptr || !members->is_array() || members->array().empty()) {
            return bad("a GeometryCollection needs a filled array \"geometries\"");
        }
        if (depth >= kMaxCollectionDepth) {
            return bad("collections of geometries are nested too deeply");
        }
        const std::string outside = where_;
        for (std::size_t i = 0; i < members->array().size(); ++i) {
            where_ = fmt::format("{}geometries[{}].", outside, i);
            TRY(geometry(members->array()[i], depth + 1));
        }
        return {};
    }

    Result<void> shape(Kind kind, const Json& c) {
        switch (kind) {
            case Kind::Point: return position(c);
            case Kind::MultiPoint: return line(c, 1);
            case Kind::LineString: return line(c, 2);
            case Kind::MultiLineString:
                return each(c, [this](const Json& part) { return line(part, 2); });
            case Kind::Polygon: return polygon(c);
            case Kind::MultiPolygon:
                return each(c, [this](const Json& part) { return polygon(part); });
            case Kind::GeometryCollection: break;
        }
        return bad("a collection has no coordinates");
    }

    template <typename Part>
    Result<void> each(const Json& c, const Part& part) {
        if (!c.is_array() || c.array().empty()) return bad("a filled array is expected");
        const std::size_t outside = where_.size();
        for (std::size_t i = 0; i < c.array().size(); ++i) {
            where_ += '[';
            where_ += std::to_string(i);
            where_ += ']';
            TRY(part(c.array()[i]));
            where_.resize(outside);
        }
        return {};
    }

    Result<void> polygon(const Json& c) {
        return each(c, [this](const Json& ring) -> Result<void> {
            TRY(line(ring, 4));
            if (position_of(ring.array().front()) != position_of(ring.array().back())) {
                return bad("a ring must end where it begins: repeat its first position");
            }
            return {};
        });
    }

    Result<void> line(const Json& c, std::size_t at_least) {
        if (!c.is_array() || c.array().size() < at_least) {
            return bad(fmt::format("an array of at least {} positions is expected", at_least));
        }
        return each(c, [this](const Json& at) { return position(at); });
    }

    Result<void> position(const Json& c) {
        if (++positions_ > kMaxPositions) {
            return Error{ErrorCode::TooLarge,
                         fmt::format("a geometry may have {} positions at most", kMaxPositions),
                         where_};
        }
        if (!c.is_array() || c.array().size() < 2 || c.array().size() > 3 ||
            !std::all_of(c.array().begin(), c.array().end(),
                         [](const Json& n) { return n.is_number(); })) {
            return bad("a position is [longitude, latitude] or [longitude, latitude, altitude]");
        }
        const Position at = position_of(c);
        if (!(at.lon >= -180 && at.lon <= 180)) {
            return bad("the longitude, the first number, must be in -180 to 180 degrees");
        }
        if (!(at.lat >= -90 && at.lat <= 90)) {
            return bad("the latitude, the second number, must be in -90 to 90 degrees");
        }
        return {};
    }

    [[nodiscard]] Error bad(std::string detail) const {
        return {ErrorCode::BadRequest, std::move(detail), where_};
    }

    std::string where_;
    std::size_t positions_ = 0;
};

// Widens `box` by every position below `coordinates`, however deep they lie.
void widen(GeoBox& box, const Json& coordinates) {
    if (!coordinates.is_array() || coordinates.array().empty()) return;
    if (coordinates.array().front().is_number()) {
        const Position at = position_of(coordinates);
        box.west = std::min(box.west, at.lon);
        box.east = std::max(box.east, at.lon);
        box.south = std::min(box.south, at.lat);
        box.north = std::max(box.north, at.lat);
        return;
    }
    for (const Json& part : coordinates.array()) widen(box, part);
}

void widen_by_geometry(GeoBox& box, const Json& geometry) {
    if (const Json* parts = geometry.find("geometries"); parts != nullptr && parts->is_array()) {
        for (const Json& part : parts->array()) widen_by_geometry(box, part);
    } else if (const Json* coordinates = geometry.find("coordinates"); coordinates != nullptr) {
        widen(box, *coordinates);
    }
}

}  // namespace

std::optional<Kind> kind_of(std::string_view type) {
    for (const auto& [name, kind] : kKinds) {
        if (name == type) return kind;
    }
    return std::nullopt;
}

}  // namespace geo

Result<void> check_geometry(const Json& geometry) { return geo::Checker{}.geometry(geometry, 0); }

GeoBox bounds_of(const Json& geometry) {
    GeoBox box{.west = 180, .south = 90, .east = -180, .north = -90};
    geo::widen_by_geometry(box, geometry);
    return box;
}

}  // namespace musubi
