#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "model/query/shape.h"

namespace musubi::geo {
namespace {

constexpr double kEarthRadius = 6'371'008.8;  // metres, IUGG mean
constexpr double kRadian = std::numbers::pi / 180;

double square(double x) { return x * x; }

/// Looks for the part of a geometry that is nearest to one position, on the plane that touches
/// the sphere there.
class Nearest {
public:
    explicit Nearest(Position from) : from_{from}, shrink_{std::cos(from.lat * kRadian)} {}

    void point(Position at) { offer(offset(at)); }

    void line(const Line& line) {
        Offset a = offset(line.front());
        offer(a);
        for (std::size_t i = 1; i < line.size(); ++i) {
            // From the former one on, not from `from_`: an edge keeps its direction.
            const Offset b{a.east + line[i].lon - line[i - 1].lon, line[i].lat - from_.lat};
            edge(a, b);
            a = b;
        }
    }

    [[nodiscard]] double metres() const {
        return distance(from_, {from_.lon + best_.east, from_.lat + best_.north});
    }

private:
    struct Offset {  // in degrees of longitude and latitude
        double east = 0;
        double north = 0;
    };

    [[nodiscard]] Offset offset(Position at) const {
        return {std::remainder(at.lon - from_.lon, 360.0), at.lat - from_.lat};
    }

    void edge(Offset a, Offset b) {
        const double along = (b.east - a.east) * shrink_;
        const double up = b.north - a.north;
        const double length = square(along) + square(up);
        const double part = -(a.east * shrink_ * along + a.north * up);
        const double t = length > 0 ? std::clamp(part / length, 0.0, 1.0) : 0.0;
        offer({a.east + t * (b.east - a.east), a.north + t * up});
    }

    void offer(Offset at) {
        const double away = square(at.east * shrink_) + square(at.north);
        if (away >= least_) return;
        least_ = away;
        best_ = at;
    }

    Position from_;
    double shrink_;
    double least_ = std::numeric_limits<double>::infinity();
    Offset best_;
};

}  // namespace

// The haversine formula (Sinnott 1984).
double distance(Position a, Position b) {
    const double up = std::sin((b.lat - a.lat) * kRadian / 2);
    const double along = std::sin((b.lon - a.lon) * kRadian / 2);
    const double h =
        square(up) + std::cos(a.lat * kRadian) * std::cos(b.lat * kRadian) * square(along);
    return 2 * kEarthRadius * std::asin(std::sqrt(std::min(1.0, h)));
}

double distance(const Parts& parts, Position at) {
    if (locate(parts.polygons, at) != Side::Outside) return 0;
    Nearest nearest{at};
    for (const Position point : parts.points) nearest.point(point);
    for (const Line& line : parts.lines) nearest.line(line);
    for (const Polygon& polygon : parts.polygons) {
        for (const Line& ring : polygon) nearest.line(ring);
    }
    return nearest.metres();
}

// The tangent meridians of a circle on the sphere lie asin(sin r / cos lat) to both sides of its
// centre; nearer to a pole they lie wider apart, and a circle that holds the pole has none.
GeoBox widened(const GeoBox& box, double metres) {
    constexpr double kRounding = 1e-9;  // degrees, a tenth of a millimetre
    const GeoBox world;
    const double angle = metres / kEarthRadius;
    if (!(angle < std::numbers::pi / 2)) return world;
    const double up = angle / kRadian + kRounding;
    GeoBox out{.west = world.west,
               .south = std::max(box.south - up, world.south),
               .east = world.east,
               .north = std::min(box.north + up, world.north)};
    if (box.south - up <= world.south || box.north + up >= world.north) return out;
    const double widest = std::max(std::abs(box.south), std::abs(box.north)) * kRadian;
    const double along = std::asin(std::min(1.0, std::sin(angle) / std::cos(widest))) / kRadian;
    const double west = box.west - along - kRounding;
    const double east = box.east + along + kRounding;
    if (west < world.west || east > world.east) return out;
    out.west = west;
    out.east = east;
    return out;
}

}  // namespace musubi::geo
