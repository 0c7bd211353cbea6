#include "model/query/shape.h"

#include <algorithm>
#include <cmath>

#include "model/query/geos.h"

namespace musubi {
namespace geo {
namespace {

// The positions of a line, each that repeats the one before left out: edges of no length mean
// nothing here, and GEOS 3.11 falls over a stretch of them (PreparedNearestPoints).
Line line_of(const Json& coordinates) {
    Line out;
    out.reserve(coordinates.array().size());
    for (const Json& at : coordinates.array()) {
        const Position position = position_of(at);
        if (out.empty() || out.back() != position) out.push_back(position);
    }
    return out;
}

// A line that stays where it is is a point.
void add_line(Parts& out, Line line) {
    if (line.size() == 1) {
        out.points.push_back(line[0]);
    } else {
        out.lines.push_back(std::move(line));
    }
}

// An area with no inside is a line; a hole with none is no hole.
void add_polygon(Parts& out, const Json& coordinates) {
    constexpr std::size_t kLeast = 4;
    Polygon polygon;
    polygon.reserve(coordinates.array().size());
    for (const Json& ring : coordinates.array()) {
        Line line = line_of(ring);
        if (line.size() >= kLeast) {
            polygon.push_back(std::move(line));
        } else if (polygon.empty()) {
            return add_line(out, std::move(line));
        }
    }
    out.polygons.push_back(std::move(polygon));
}

void add_parts(Parts& out, const Json& geometry) {
    const Kind kind = *kind_of(geometry.find("type")->string());
    if (kind == Kind::GeometryCollection) {
        for (const Json& part : geometry.find("geometries")->array()) add_parts(out, part);
        return;
    }
    const Json& c = *geometry.find("coordinates");
    switch (kind) {
        case Kind::Point: out.points.push_back(position_of(c)); break;
        case Kind::MultiPoint:
            for (const Json& at : c.array()) out.points.push_back(position_of(at));
            break;
        case Kind::LineString: add_line(out, line_of(c)); break;
        case Kind::MultiLineString:
            for (const Json& line : c.array()) add_line(out, line_of(line));
            break;
        case Kind::Polygon: add_polygon(out, c); break;
        case Kind::MultiPolygon:
            for (const Json& part : c.array()) add_polygon(out, part);
            break;
        case Kind::GeometryCollection: break;
    }
}

// On which side of the line from `a` to `b` the position lies: 1 left, -1 right, 0 on it. Doubles
// decide where their rounding can't matter (Shewchuk 1997, the filter of orient2d).
int orientation(Position a, Position b, Position at) {
    constexpr double kSafe = 1e-15;
    const double left = (a.lon - at.lon) * (b.lat - at.lat);
    const double right = (a.lat - at.lat) * (b.lon - at.lon);
    const double det = left - right;
    const double bound = kSafe * (std::abs(left) + std::abs(right));
    if (det > bound) return 1;
    if (-det > bound) return -1;
    return geos::exact_orientation(a, b, at);
}

// Counts how often a ray to the east crosses the ring; as GEOS does, so that both always agree.
Side locate_in_ring(const Line& ring, Position at) {
    bool inside = false;
    for (std::size_t i = 1; i < ring.size(); ++i) {
        const Position a = ring[i - 1];
        const Position b = ring[i];
        if (a.lon < at.lon && b.lon < at.lon) continue;
        if (b == at) return Side::Boundary;
        if (a.lat == at.lat && b.lat == at.lat) {
            if (std::min(a.lon, b.lon) <= at.lon && at.lon <= std::max(a.lon, b.lon)) {
                return Side::Boundary;
            }
            continue;
        }
        if ((a.lat > at.lat) == (b.lat > at.lat)) continue;
        int side = orientation(a, b, at);
        if (side == 0) return Side::Boundary;
        if (b.lat < a.lat) side = -side;
        if (side > 0) inside = !inside;
    }
    return inside ? Side::Inside : Side::Outside;
}

Side locate_in_polygon(const Polygon& polygon, Position at) {
    const Side outer = locate_in_ring(polygon.front(), at);
    if (outer != Side::Inside) return outer;
    for (std::size_t i = 1; i < polygon.size(); ++i) {
        const Side hole = locate_in_ring(polygon[i], at);
        if (hole == Side::Boundary) return Side::Boundary;
        if (hole == Side::Inside) return Side::Outside;
    }
    return Side::Inside;
}

bool is_rectangle(const Parts& parts) {
    if (parts.polygons.size() != 1 || parts.polygons[0].size() != 1) return false;
    const Line& ring = parts.polygons[0][0];
    if (ring.size() != 5) return false;
    const bool lying = ring[0].lat == ring[1].lat;
    for (std::size_t i = 0; i < 4; ++i) {
        const bool along = (i % 2 == 0) == lying;
        const Position a = ring[i];
        const Position b = ring[i + 1];
        if (along ? (a.lat != b.lat || a.lon == b.lon) : (a.lon != b.lon || a.lat == b.lat)) {
            return false;
        }
    }
    return true;
}

}  // namespace

Parts parts_of(const Json& geometry) {
    Parts out;
    add_parts(out, geometry);
    return out;
}

Side locate(const std::vector<Polygon>& polygons, Position at) {
    Side best = Side::Outside;
    for (const Polygon& polygon : polygons) {
        best = std::max(best, locate_in_polygon(polygon, at));
        if (best == Side::Inside) break;
    }
    return best;
}

}  // namespace geo

GeoShape::GeoShape(geo::Parts parts, const GeoBox& box)
    : parts_{std::move(parts)}, box_{box}, is_rectangle_{geo::is_rectangle(parts_)} {}

GeoShape::~GeoShape() = default;

geo::Side GeoShape::locate(geo::Position at) const {
    if (!box_.contains(at.lon, at.lat)) return geo::Side::Outside;
    if (!is_rectangle_) return geo::locate(parts_.polygons, at);
    const bool inside =
        at.lon > box_.west && at.lon < box_.east && at.lat > box_.south && at.lat < box_.north;
    return inside ? geo::Side::Inside : geo::Side::Boundary;
}

std::unique_ptr<geos::Prepared> GeoShape::prepare() const {
    return std::make_unique<geos::Prepared>(parts_);
}

}  // namespace musubi
