#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/guarded.h"
#include "model/query/geometry.h"

namespace musubi {
namespace geos {
class Prepared;
}

namespace geo {

/// A polygon: its outer ring, then its holes; each closed.
using Polygon = std::vector<Line>;

/// What a geometry is made of, whatever its type; collections are taken apart. No position of a
/// line or ring repeats the one before it, a line has at least two and a ring four; what has less
/// is the point or the line that it looks like.
struct Parts {
    std::vector<Position> points;
    std::vector<Line> lines;
    std::vector<Polygon> polygons;
    friend bool operator==(const Parts&, const Parts&) = default;
};
/// The parts of a geometry that `check_geometry` accepts.
[[nodiscard]] Parts parts_of(const Json& geometry);

enum class Side { Outside, Boundary, Inside };
/// Where a position lies, planar, holes respected; exact for the doubles it is given. A position
/// on the edge of one polygon and inside of another is inside.
[[nodiscard]] Side locate(const std::vector<Polygon>& polygons, Position at);

/// The length of the great circle between two positions, in metres.
[[nodiscard]] double distance(Position a, Position b);
/// From `at` to the nearest point of `parts`, in metres; 0 inside a polygon. Edges are taken as
/// straight in longitude and latitude, also across the antimeridian.
[[nodiscard]] double distance(const Parts& parts, Position at);

/// `box`, widened so that it holds each position within `metres` of it.
[[nodiscard]] GeoBox widened(const GeoBox& box, double metres);

/// True where so many edges lie over each other, within one or between the two, that GEOS would
/// take seconds to work out every crossing: a line of 1,000 positions can have 500,000.
[[nodiscard]] bool are_tangled(const Parts& a, const Parts& b);

[[nodiscard]] inline bool meet(const GeoBox& a, const GeoBox& b) {
    return a.west <= b.east && b.west <= a.east && a.south <= b.north && b.south <= a.north;
}

}  // namespace geo

/// The geometry a query asks about. Safe to use from any thread: what GEOS caches in it while it
/// answers is guarded.
class GeoShape {
public:
    /// `parts` of one dimension, and the box around them.
    GeoShape(geo::Parts parts, const GeoBox& box);
    GeoShape(const GeoShape&) = delete;
    GeoShape& operator=(const GeoShape&) = delete;
    ~GeoShape();

    [[nodiscard]] const geo::Parts& parts() const { return parts_; }
    [[nodiscard]] const GeoBox& box() const { return box_; }
    /// Where `at` lies to a polygon or several.
    [[nodiscard]] geo::Side locate(geo::Position at) const;

    /// Calls `use` with this geometry as GEOS has prepared it, while nobody else uses it.
    template <typename Use>
    auto with_prepared(const Use& use) const {
        return prepared_.with([&](std::unique_ptr<geos::Prepared>& prepared) {
            if (!prepared) prepared = prepare();
            return use(*prepared);
        });
    }

private:
    [[nodiscard]] std::unique_ptr<geos::Prepared> prepare() const;

    geo::Parts parts_;
    GeoBox box_;
    bool is_rectangle_;
    mutable Guarded<std::unique_ptr<geos::Prepared>> prepared_;
};

/// Between the nearest points of the two, in metres; `geometry` is one that `check_geometry`
/// accepts.
[[nodiscard]] double distance(const GeoShape& from, const Json& geometry);

}  // namespace musubi
