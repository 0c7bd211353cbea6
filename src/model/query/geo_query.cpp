#include <charconv>

#include "model/query/geos.h"
#include "model/query/shape.h"

namespace musubi {
namespace {

using Relation = GeoQuery::Relation;

Error bad(std::string_view parameter, std::string detail) {
    return {ErrorCode::BadRequest, std::move(detail), std::string(parameter)};
}

std::optional<Relation> relation_of(std::string_view name) {
    constexpr std::array<std::pair<std::string_view, Relation>, 7> kRelations{
        {{"near", Relation::Near},
         {"within", Relation::Within},
         {"contains", Relation::Contains},
         {"intersects", Relation::Intersects},
         {"equals", Relation::Equals},
         {"disjoint", Relation::Disjoint},
         {"overlaps", Relation::Overlaps}}};
    for (const auto& [text, relation] : kRelations) {
        if (text == name) return relation;
    }
    return std::nullopt;
}

// `maxDistance==2000` or `minDistance==2000`.
Result<void> read_distance(std::string_view text, GeoQuery& query) {
    const std::size_t equal = text.find("==");
    const std::string_view name = text.substr(0, equal);
    double* distance = name == "maxDistance"   ? &query.max_distance
                       : name == "minDistance" ? &query.min_distance
                                               : nullptr;
    if (distance == nullptr || equal == std::string_view::npos || *distance > 0) {
        return bad("georel", "near takes ;maxDistance==METRES or ;minDistance==METRES");
    }
    const std::string_view number = text.substr(equal + 2);
    const char* end = number.data() + number.size();
    const auto [stop, fault] = std::from_chars(number.data(), end, *distance);
    if (fault != std::errc{} || stop != end || !(*distance > 0 && *distance < 1e9)) {
        return bad("georel", "the distance must be a number of metres above 0");
    }
    return {};
}

Result<void> read_georel(std::string_view georel, GeoQuery& query) {
    std::size_t end = georel.find(';');
    const auto relation = relation_of(georel.substr(0, end));
    if (!relation) {
        return bad("georel",
                   "georel must be near, within, contains, intersects, equals, disjoint or "
                   "overlaps");
    }
    query.relation = *relation;
    if (end != std::string_view::npos) {
        if (query.relation != Relation::Near) return bad("georel", "only near takes a distance");
        georel.remove_prefix(end + 1);
        end = georel.find(';');
        TRY(read_distance(georel.substr(0, end), query));
    }
    if (end != std::string_view::npos) return bad("georel", "near takes one distance (4.10)");
    if (query.relation == Relation::Near && query.max_distance < 0 && query.min_distance < 0) {
        return bad("georel", "near needs ;maxDistance==METRES or ;minDistance==METRES");
    }
    return {};
}

std::size_t positions_of(const geo::Parts& parts) {
    std::size_t count = parts.points.size();
    for (const geo::Line& line : parts.lines) count += line.size();
    for (const geo::Polygon& polygon : parts.polygons) {
        for (const geo::Line& ring : polygon) count += ring.size();
    }
    return count;
}

GeoBox bounds_of_query(const GeoQuery& query) {
    switch (query.relation) {
        case Relation::Disjoint: return {};
        case Relation::Near:
            return query.max_distance > 0 ? geo::widened(query.shape->box(), query.max_distance)
                                          : GeoBox{};
        default: return query.shape->box();
    }
}

bool is_near(const GeoQuery& query, double metres) {
    return (query.max_distance < 0 || metres <= query.max_distance) &&
           (query.min_distance < 0 || metres > query.min_distance);
}

// The relations a position may have to positions: same place or not.
bool point_to_points(Relation relation, geo::Position at, const std::vector<geo::Position>& those) {
    const auto same = [at](geo::Position that) { return that == at; };
    const bool any = std::any_of(those.begin(), those.end(), same);
    switch (relation) {
        case Relation::Within:
        case Relation::Intersects: return any;
        case Relation::Disjoint: return !any;
        case Relation::Contains:
        case Relation::Equals: return std::all_of(those.begin(), those.end(), same);
        default: return false;
    }
}

bool side_matches(Relation relation, geo::Side side) {
    switch (relation) {
        case Relation::Within: return side == geo::Side::Inside;
        case Relation::Intersects: return side != geo::Side::Outside;
        case Relation::Disjoint: return side == geo::Side::Outside;
        default: return false;
    }
}

// Most entities are points and most areas polygons: these need no help of GEOS.
bool point_matches(const GeoQuery& query, geo::Position at) {
    const GeoShape& shape = *query.shape;
    if (query.relation == Relation::Near) {
        const bool from_point = shape.parts().points.size() == 1;
        return is_near(query, from_point ? geo::distance(shape.parts().points[0], at)
                                         : geo::distance(shape.parts(), at));
    }
    if (!shape.parts().points.empty()) {
        return point_to_points(query.relation, at, shape.parts().points);
    }
    if (!shape.parts().polygons.empty()) {
        return side_matches(query.relation, shape.locate(at));
    }
    geo::Parts target;
    target.points.push_back(at);
    return shape.with_prepared(
        [&](const geos::Prepared& prepared) { return prepared.holds(query.relation, target); });
}

bool same(const GeoBox& a, const GeoBox& b) {
    return a.west == b.west && a.south == b.south && a.east == b.east && a.north == b.north;
}

bool geometry_matches(const GeoQuery& query, const Json& geometry) {
    if (const auto at = geo::point_of(geometry)) {
        return query.bounds.contains(at->lon, at->lat) && point_matches(query, *at);
    }
    const GeoShape& shape = *query.shape;
    const GeoBox box = bounds_of(geometry);
    if (!geo::meet(query.bounds, box)) return false;
    if (query.relation == Relation::Disjoint && !geo::meet(shape.box(), box)) return true;
    if (query.relation == Relation::Equals && !same(shape.box(), box)) return false;
    if (query.relation == Relation::Near) return is_near(query, distance(shape, geometry));
    const geo::Parts target = geo::parts_of(geometry);
    // GEOS finds a polygon that crosses itself equal to nothing, not even to itself.
    if (query.relation == Relation::Equals && target == shape.parts()) return true;
    return shape.with_prepared(
        [&](const geos::Prepared& prepared) { return prepared.holds(query.relation, target); });
}

}  // namespace

Result<GeoQuery> parse_geo_query(std::string_view georel, std::string_view geometry,
                                 const Json& coordinates, std::string_view geoproperty,
                                 const Context& context) {
    GeoQuery query;
    TRY(read_georel(georel, query));
    query.shape = TRY(parse_shape(geometry, coordinates));
    query.property =
        geoproperty.empty() ? std::string{iri::kLocation} : context.expand(geoproperty);
    query.bounds = bounds_of_query(query);
    return query;
}

double distance(const GeoShape& from, const Json& geometry) {
    const bool from_point = from.parts().points.size() == 1;
    if (const auto at = geo::point_of(geometry)) {
        return from_point ? geo::distance(from.parts().points[0], *at)
                          : geo::distance(from.parts(), *at);
    }
    const geo::Parts target = geo::parts_of(geometry);
    if (from_point) return geo::distance(target, from.parts().points[0]);
    const double latitude = (from.box().south + from.box().north) / 2;
    return geos::distance(from.parts(), target, latitude);
}

Result<std::shared_ptr<const GeoShape>> parse_shape(std::string_view geometry,
                                                    const Json& coordinates) {
    const auto kind = geo::kind_of(geometry);
    if (!kind || *kind == geo::Kind::GeometryCollection) {
        return bad("geometry",
                   "geometry must be Point, MultiPoint, LineString, MultiLineString, "
                   "Polygon or MultiPolygon");
    }
    const Json whole{Json::Object{{"type", geometry}, {"coordinates", coordinates}}};
    if (auto checked = check_geometry(whole); !checked) {
        return bad("coordinates", to_text(checked.error()));
    }
    geo::Parts parts = geo::parts_of(whole);
    if (positions_of(parts) > geo::kMaxQueryPositions) {
        return Error{ErrorCode::TooComplexQuery,
                     "a query may ask about 10,000 positions at most; simplify its geometry",
                     "coordinates"};
    }
    if (!parts.points.empty() + !parts.lines.empty() + !parts.polygons.empty() > 1) {
        return bad("coordinates", "one of the lines or rings has no length; leave it out");
    }
    return std::make_shared<const GeoShape>(std::move(parts), bounds_of(whole));
}

bool matches(const GeoQuery& query, const Entity& entity) {
    return std::any_of(
        entity.attributes.begin(), entity.attributes.end(), [&](const Attribute& attribute) {
            return attribute.kind == AttributeKind::GeoProperty &&
                   attribute.name == query.property && geometry_matches(query, attribute.value);
        });
}

}  // namespace musubi
