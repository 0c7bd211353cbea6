#pragma once

#include <geos_c.h>

#include <memory>

#include "model/query/shape.h"

namespace musubi::geos {

/// A context of GEOS: one for each object that uses it, never two threads in one at a time.
class Session {
public:
    Session() : handle_{GEOS_init_r()} {}
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    ~Session() { GEOS_finish_r(handle_); }
    [[nodiscard]] GEOSContextHandle_t handle() const { return handle_; }

private:
    GEOSContextHandle_t handle_;
};

struct GeometryDeleter {
    GEOSContextHandle_t handle = nullptr;
    void operator()(GEOSGeometry* geometry) const { GEOSGeom_destroy_r(handle, geometry); }
};
using GeometryPtr = std::unique_ptr<GEOSGeometry, GeometryDeleter>;

struct PreparedDeleter {
    GEOSContextHandle_t handle = nullptr;
    void operator()(const GEOSPreparedGeometry* prepared) const {
        GEOSPreparedGeom_destroy_r(handle, prepared);
    }
};
using PreparedPtr = std::unique_ptr<const GEOSPreparedGeometry, PreparedDeleter>;

/// The geometry of a query in the hands of GEOS.
class Prepared {
public:
    /// `parts` must outlive this.
    explicit Prepared(const geo::Parts& parts);

    /// True where `target` stands in `relation` (any but Near) to this geometry. False for what
    /// GEOS can't answer, as it may be of polygons whose edges cross; and for tangled geometries
    /// (`geo::are_tangled`), but that they intersect, are disjoint, or lie within without touching
    /// the edge.
    [[nodiscard]] bool holds(GeoQuery::Relation relation, const geo::Parts& target) const;

private:
    [[nodiscard]] bool intersects(const GEOSGeometry* target) const;
    [[nodiscard]] bool covers_inside(const GEOSGeometry* target) const;
    [[nodiscard]] bool holds_one(GeoQuery::Relation relation, const GEOSGeometry* target) const;
    [[nodiscard]] bool holds_all(const std::vector<GeometryPtr>& target) const;

    const geo::Parts& parts_;
    Session session_;
    GeometryPtr geometry_;
    PreparedPtr prepared_;
};

/// The metres between the nearest points of two geometries, sought in degrees, longitudes shrunk
/// as they are at `latitude`; infinity where GEOS can't answer.
[[nodiscard]] double distance(const geo::Parts& a, const geo::Parts& b, double latitude);

/// On which side of the line from `a` to `b` the position lies, however near: 1 left, -1 right,
/// 0 on it.
[[nodiscard]] int exact_orientation(geo::Position a, geo::Position b, geo::Position at);

}  // namespace musubi::geos
