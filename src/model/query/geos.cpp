#include "model/query/geos.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>

namespace musubi::geos {
namespace {

using Relation = GeoQuery::Relation;

/// Makes GEOS geometries of ours; longitudes are multiplied by `stretch`.
class Builder {
public:
    Builder(GEOSContextHandle_t handle, double stretch) : handle_{handle}, stretch_{stretch} {}

    /// One geometry for each dimension there is; none where GEOS refuses one.
    [[nodiscard]] std::vector<GeometryPtr> build(const geo::Parts& parts) const {
        std::vector<GeometryPtr> out;
        const auto add = [&](const auto& list, int type, const auto& make) {
            if (list.empty()) return true;
            std::vector<GeometryPtr> members;
            for (const auto& item : list) {
                members.push_back(make(item));
                if (!members.back()) return false;
            }
            out.push_back(gathered(type, std::move(members)));
            return out.back() != nullptr;
        };
        const bool done =
            add(parts.points, GEOS_MULTIPOINT, [&](auto& p) { return point(p); }) &&
            add(parts.lines, GEOS_MULTILINESTRING, [&](auto& l) { return line(l); }) &&
            add(parts.polygons, GEOS_MULTIPOLYGON, [&](auto& p) { return area(p); });
        if (!done) out.clear();
        return out;
    }

private:
    [[nodiscard]] GeometryPtr own(GEOSGeometry* geometry) const { return {geometry, {handle_}}; }

    [[nodiscard]] GeometryPtr point(geo::Position at) const {
        return own(GEOSGeom_createPointFromXY_r(handle_, at.lon * stretch_, at.lat));
    }

    [[nodiscard]] GEOSCoordSequence* sequence(const geo::Line& line) const {
        std::vector<double> buffer;
        buffer.reserve(line.size() * 2);
        for (const geo::Position at : line) {
            buffer.push_back(at.lon * stretch_);
            buffer.push_back(at.lat);
        }
        return GEOSCoordSeq_copyFromBuffer_r(handle_, buffer.data(),
                                             static_cast<unsigned>(line.size()), 0, 0);
    }

    [[nodiscard]] GeometryPtr line(const geo::Line& line) const {
        return own(GEOSGeom_createLineString_r(handle_, sequence(line)));
    }

    [[nodiscard]] GeometryPtr area(const geo::Polygon& polygon) const {
        std::vector<GeometryPtr> rings;
        for (const geo::Line& ring : polygon) {
            rings.push_back(own(GEOSGeom_createLinearRing_r(handle_, sequence(ring))));
            if (!rings.back()) return own(nullptr);
        }
        std::vector<GEOSGeometry*> holes;
        for (std::size_t i = 1; i < rings.size(); ++i) holes.push_back(rings[i].release());
        return own(GEOSGeom_createPolygon_r(handle_, rings[0].release(), holes.data(),
                                            static_cast<unsigned>(holes.size())));
    }

    [[nodiscard]] GeometryPtr gathered(int type, std::vector<GeometryPtr> members) const {
        if (members.size() == 1) return std::move(members[0]);
        std::vector<GEOSGeometry*> raw;
        raw.reserve(members.size());
        for (GeometryPtr& member : members) raw.push_back(member.release());
        return own(GEOSGeom_createCollection_r(handle_, type, raw.data(),
                                               static_cast<unsigned>(raw.size())));
    }

    GEOSContextHandle_t handle_;
    double stretch_;
};

constexpr char kTrue = 1;  // 0: false, 2: GEOS could not say

}  // namespace

Prepared::Prepared(const geo::Parts& parts) : parts_{parts} {
    auto built = Builder{session_.handle(), 1.0}.build(parts);
    if (built.size() != 1) return;
    geometry_ = std::move(built[0]);
    prepared_ = {GEOSPrepare_r(session_.handle(), geometry_.get()), {session_.handle()}};
}

bool Prepared::intersects(const GEOSGeometry* target) const {
    return GEOSPreparedIntersects_r(session_.handle(), prepared_.get(), target) == kTrue;
}

bool Prepared::covers_inside(const GEOSGeometry* target) const {
    return GEOSPreparedContainsProperly_r(session_.handle(), prepared_.get(), target) == kTrue;
}

// Crossings are worked out only for geometries that touch, and only where they are not too many.
bool Prepared::holds(Relation relation, const geo::Parts& target) const {
    if (!prepared_) return false;
    const auto built = Builder{session_.handle(), 1.0}.build(target);
    if (built.empty()) return false;
    const bool touch = std::any_of(built.begin(), built.end(),
                                   [&](const GeometryPtr& part) { return intersects(part.get()); });
    if (relation == Relation::Intersects) return touch;
    if (relation == Relation::Disjoint) return !touch;
    if (!touch) return false;
    // Only for areas GEOS has a short way to this answer.
    if (relation == Relation::Within && !parts_.polygons.empty() &&
        std::all_of(built.begin(), built.end(),
                    [&](const GeometryPtr& part) { return covers_inside(part.get()); })) {
        return true;
    }
    if (geo::are_tangled(parts_, target)) return false;
    if (relation == Relation::Within && built.size() > 1) return holds_all(built);
    if (relation != Relation::Contains && built.size() > 1) return false;
    return std::any_of(built.begin(), built.end(),
                       [&](const GeometryPtr& part) { return holds_one(relation, part.get()); });
}

// A collection lies within where nothing of it is outside and something is inside.
bool Prepared::holds_all(const std::vector<GeometryPtr>& target) const {
    const bool covered = std::all_of(target.begin(), target.end(), [&](const GeometryPtr& part) {
        return GEOSPreparedCovers_r(session_.handle(), prepared_.get(), part.get()) == kTrue;
    });
    return covered && std::any_of(target.begin(), target.end(), [&](const GeometryPtr& part) {
               return holds_one(Relation::Within, part.get());
           });
}

bool Prepared::holds_one(Relation relation, const GEOSGeometry* target) const {
    GEOSContextHandle_t handle = session_.handle();
    switch (relation) {
        case Relation::Within:
            return GEOSPreparedContains_r(handle, prepared_.get(), target) == kTrue;
        case Relation::Contains: return GEOSContains_r(handle, target, geometry_.get()) == kTrue;
        case Relation::Equals: return GEOSEquals_r(handle, geometry_.get(), target) == kTrue;
        case Relation::Overlaps: return GEOSOverlaps_r(handle, geometry_.get(), target) == kTrue;
        default: return false;
    }
}

double distance(const geo::Parts& a, const geo::Parts& b, double latitude) {
    constexpr double kLeastShrink = 1e-6;  // at the poles all longitudes are one place
    const Session session;
    GEOSContextHandle_t handle = session.handle();
    const double shrink = std::max(kLeastShrink, std::cos(latitude * std::numbers::pi / 180));
    const Builder builder{handle, shrink};
    const auto from = builder.build(a);
    const auto to = builder.build(b);
    double least = std::numeric_limits<double>::infinity();
    for (const GeometryPtr& one : from) {
        const PreparedPtr prepared{GEOSPrepare_r(handle, one.get()), {handle}};
        for (const GeometryPtr& other : to) {
            if (GEOSPreparedIntersects_r(handle, prepared.get(), other.get()) == kTrue) return 0;
            GEOSCoordSequence* ends =
                GEOSPreparedNearestPoints_r(handle, prepared.get(), other.get());
            if (ends == nullptr) continue;
            std::array<geo::Position, 2> at;
            for (unsigned i = 0; i < 2; ++i) {
                GEOSCoordSeq_getXY_r(handle, ends, i, &at.at(i).lon, &at.at(i).lat);
                at.at(i).lon /= shrink;
            }
            GEOSCoordSeq_destroy_r(handle, ends);
            least = std::min(least, geo::distance(at[0], at[1]));
        }
    }
    return least;
}

int exact_orientation(geo::Position a, geo::Position b, geo::Position at) {
    const Session session;
    return GEOSOrientationIndex_r(session.handle(), a.lon, a.lat, b.lon, b.lat, at.lon, at.lat);
}

}  // namespace musubi::geos
