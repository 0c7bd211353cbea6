#include <gtest/gtest.h>

#include "unit/model/query/sample.h"

namespace musubi {
namespace {

using sample::json;
using sample::located;

Result<GeoQuery> query(std::string_view georel, std::string_view geometry,
                       std::string_view coordinates) {
    return parse_geo_query(georel, geometry, json(coordinates), "", *core_context());
}

constexpr std::string_view kSquare = "[[[0,0],[10,0],[10,10],[0,10],[0,0]]]";
constexpr std::string_view kTriangle = "[[[0,0],[10,0],[0,10],[0,0]]]";
constexpr std::string_view kRing =
    "[[[0,0],[10,0],[10,10],[0,10],[0,0]],[[4,4],[6,4],[6,6],[4,6],[4,4]]]";

constexpr std::string_view point(std::string_view text) { return text; }
constexpr auto kInside = point(R"({"type":"Point","coordinates":[2,3]})");
constexpr auto kEdge = point(R"({"type":"Point","coordinates":[0,5]})");
constexpr auto kHole = point(R"({"type":"Point","coordinates":[5,5]})");
constexpr auto kHoleEdge = point(R"({"type":"Point","coordinates":[4,5]})");
constexpr auto kOutside = point(R"({"type":"Point","coordinates":[11,5]})");
constexpr std::string_view kSmall =
    R"({"type":"Polygon","coordinates":[[[1,1],[2,1],[2,2],[1,2],[1,1]]]})";
constexpr std::string_view kHuge =
    R"({"type":"Polygon","coordinates":[[[-1,-1],[20,-1],[20,20],[-1,20],[-1,-1]]]})";
constexpr std::string_view kAcross =
    R"({"type":"Polygon","coordinates":[[[5,5],[15,5],[15,15],[5,15],[5,5]]]})";
constexpr std::string_view kSameSquare =
    R"({"type":"Polygon","coordinates":[[[10,0],[10,10],[0,10],[0,0],[5,0],[10,0]]]})";
constexpr std::string_view kPath = R"({"type":"LineString","coordinates":[[-5,5],[5,5]]})";
constexpr std::string_view kStill = R"({"type":"LineString","coordinates":[[2,2],[2,2],[2,2]]})";
constexpr std::string_view kFlat =
    R"({"type":"Polygon","coordinates":[[[1,1],[3,3],[3,3],[1,1]],[[1,1],[1,1],[1,1],[1,1]]]})";
constexpr std::string_view kMixed =
    R"({"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[2,3]},
        {"type":"LineString","coordinates":[[1,1],[2,2]]}]})";
constexpr std::string_view kMixedOut =
    R"({"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[2,3]},
        {"type":"LineString","coordinates":[[21,21],[22,22]]}]})";

struct GeoRow {
    std::string_view relation;
    std::string_view geometry;
    std::string_view coordinates;
    std::string_view target;
    bool expected;
};

constexpr GeoRow kGeoRows[] = {
    {"within", "Polygon", kSquare, kInside, true},
    {"within", "Polygon", kSquare, kEdge, false},
    {"within", "Polygon", kSquare, kOutside, false},
    {"within", "Polygon", kRing, kHole, false},
    {"within", "Polygon", kRing, kHoleEdge, false},
    {"within", "Polygon", kTriangle, kInside, true},
    {"within", "Polygon", kTriangle, kHole, false},
    {"within", "Polygon", kSquare, kSmall, true},
    {"within", "Polygon", kSquare, kAcross, false},
    {"within", "Polygon", kSquare, kMixed, true},
    {"within", "Polygon", kSquare, kMixedOut, false},
    {"within", "MultiPolygon", "[[[[0,0],[1,0],[1,1],[0,0]]],[[[2,2],[4,2],[4,4],[2,4],[2,2]]]]",
     kInside, false},
    {"within", "LineString", "[[0,1],[4,5]]", kInside, true},
    {"within", "MultiPoint", "[[1,1],[2,3]]", kInside, true},
    {"intersects", "Polygon", kSquare, kEdge, true},
    {"intersects", "Polygon", kTriangle, kHole, true},
    {"intersects", "Polygon", kRing, kHole, false},
    {"intersects", "Polygon", kRing, kHoleEdge, true},
    {"intersects", "Polygon", kSquare, kOutside, false},
    {"intersects", "Polygon", kSquare, kAcross, true},
    {"intersects", "Polygon", kSquare, kPath, true},
    {"intersects", "Polygon", kSquare, kMixedOut, true},
    {"intersects", "LineString", "[[0,0],[4,6]]", kInside, true},
    {"intersects", "Point", "[2,3]", kInside, true},
    {"intersects", "Point", "[1.5,1.5]", kSmall, true},
    {"disjoint", "Polygon", kSquare, kOutside, true},
    {"disjoint", "Polygon", kSquare, kEdge, false},
    {"disjoint", "Polygon", kRing, kHole, true},
    {"disjoint", "Polygon", kSquare, kAcross, false},
    {"disjoint", "Point", "[50,50]", kSquare.substr(0, 0), false},  // no geometry, no match
    {"disjoint", "Point", "[50,50]", kAcross, true},
    {"disjoint", "Polygon", "[[[1,2],[3,2],[3,4],[1,2]]]", kMixedOut, false},
    {"contains", "Point", "[1.5,1.5]", kSmall, true},
    {"contains", "Point", "[1,1]", kSmall, false},
    {"contains", "Point", "[2,3]", kInside, true},
    {"contains", "MultiPoint", "[[2,3],[1,1]]", kInside, false},
    {"contains", "Polygon", kSquare, kHuge, true},
    {"contains", "Polygon", kSquare, kSmall, false},
    {"contains", "Polygon", kSquare, kInside, false},
    {"equals", "Point", "[2,3]", kInside, true},
    {"equals", "Point", "[2,3.0000001]", kInside, false},
    {"equals", "Polygon", kSquare, kSameSquare, true},
    {"equals", "Polygon", kSquare, kAcross, false},
    {"equals", "Polygon", kSquare, kInside, false},
    {"overlaps", "Polygon", kSquare, kAcross, true},
    {"near;maxDistance==1", "LineString", "[[0,0],[4,4]]", kStill, true},
    {"near;maxDistance==1", "LineString", "[[0,1],[4,5]]", kStill, false},
    {"within", "Polygon", kSquare, kStill, true},
    {"intersects", "LineString", "[[2,2],[2,2]]", kStill, true},
    {"intersects", "Polygon", kSquare, kFlat, true},
    {"near;maxDistance==1", "Polygon", kSquare, kFlat, true},
    {"near;maxDistance==1", "Polygon", "[[[3,3],[3,3],[3,3],[3,3]]]", kFlat, true},
    {"overlaps", "Polygon", kSquare, kSmall, false},
    {"overlaps", "Polygon", kSquare, kInside, false},
    {"overlaps", "LineString", "[[0,5],[9,5]]", kPath, true},
    {"near;maxDistance==1", "Polygon", kSquare, kInside, true},
    {"near;maxDistance==112000", "Polygon", kSquare, kOutside, true},
    {"near;maxDistance==110000", "Polygon", kSquare, kOutside, false},
    {"near;minDistance==110000", "Polygon", kSquare, kOutside, true},
    {"near;minDistance==1", "Polygon", kSquare, kInside, false},
    {"near;maxDistance==1000", "Point", "[2,3]", kInside, true},
    {"near;maxDistance==1000", "Point", "[2,3.01]", kInside, false},
    {"near;maxDistance==1200", "Point", "[2,3.01]", kInside, true},
    {"near;maxDistance==60000", "Point", "[2.5,1.5]", kSmall, true},
    {"near;maxDistance==50000", "Point", "[2.5,1.5]", kSmall, false},
    {"near;maxDistance==1", "Point", "[1.5,1.5]", kSmall, true},
    {"near;maxDistance==1", "Point", "[0,5]", kPath, true},
    {"near;maxDistance==112000", "LineString", "[[3,1],[3,2]]", kSmall, true},
    {"near;maxDistance==111000", "LineString", "[[3,1],[3,2]]", kSmall, false},
};

TEST(GeoQuery, RelatesAsSimpleFeaturesDo) {
    for (const auto& row : kGeoRows) {
        const auto geo = query(row.relation, row.geometry, row.coordinates);
        ASSERT_TRUE(geo) << row.relation << " " << to_text(geo.error());
        Entity entity = located(row.target.empty() ? kInside : row.target);
        if (row.target.empty()) entity.attributes.clear();
        EXPECT_EQ(matches(*geo, entity), row.expected)
            << row.relation << " " << row.geometry << row.coordinates << " " << row.target;
    }
}

TEST(GeoQuery, LooksAtEachInstanceOfTheNamedGeoPropertyOnly) {
    Entity entity = located(kOutside);
    const auto geo = query("within", "Polygon", kSquare);
    EXPECT_FALSE(matches(*geo, entity));
    entity.attributes.push_back(located(kInside).attributes[0]);
    entity.attributes.own(1).dataset_id = "urn:x:2";
    EXPECT_TRUE(matches(*geo, entity));
    entity.attributes.own(1).kind = AttributeKind::Property;
    EXPECT_FALSE(matches(*geo, entity));
    entity.attributes.own(1).kind = AttributeKind::GeoProperty;
    entity.attributes.own(1).name = sample::expanded("observationSpace");
    EXPECT_FALSE(matches(*geo, entity));
    EXPECT_TRUE(matches(
        *parse_geo_query("within", "Polygon", json(kSquare), "observationSpace", *core_context()),
        entity));
}

TEST(GeoQuery, MeasuresAcrossTheAntimeridianAndAtThePole) {
    const auto across = query("near;maxDistance==30000", "Point", "[179.9,0]");
    EXPECT_TRUE(matches(*across, located(R"({"type":"Point","coordinates":[-179.9,0]})")));
    EXPECT_FALSE(matches(*across, located(R"({"type":"Point","coordinates":[-179.5,0]})")));
    EXPECT_TRUE(matches(
        *across, located(R"({"type":"LineString","coordinates":[[-179.9,-1],[-179.9,1]]})")));
    const auto pole = query("near;maxDistance==30000", "Point", "[0,89.9]");
    EXPECT_TRUE(matches(*pole, located(R"({"type":"Point","coordinates":[180,89.9]})")));
}

TEST(GeoQuery, HasBoundsThatAreWideEnoughAndNotMuchWider) {
    const GeoBox box = query("near;maxDistance==2000", "Point", "[136.2,36.06]")->bounds;
    EXPECT_NEAR(box.north - 36.06, 0.017987, 1e-6);
    EXPECT_NEAR(box.east - 136.2, 0.022250, 1e-5);
    EXPECT_NEAR(136.2 - box.west, 0.022250, 1e-5);
    const GeoBox across = query("near;maxDistance==30000", "Point", "[179.9,0]")->bounds;
    EXPECT_EQ(across.west, -180);
    EXPECT_EQ(across.east, 180);
    EXPECT_NEAR(across.north, 0.2698, 1e-4);
    const GeoBox pole = query("near;maxDistance==30000", "Point", "[10,89.9]")->bounds;
    EXPECT_EQ(pole.west, -180);
    EXPECT_EQ(pole.north, 90);
    EXPECT_EQ(query("near;maxDistance==30000000", "Point", "[10,20]")->bounds.south, -90);
    EXPECT_EQ(query("near;minDistance==3", "Point", "[10,20]")->bounds.south, -90);
    EXPECT_EQ(query("disjoint", "Point", "[10,20]")->bounds.south, -90);
    EXPECT_EQ(query("within", "Polygon", kSquare)->bounds.east, 10);
}

// 20,000 positions that cross each other 200 million times: GEOS would need hours and gigabytes.
TEST(GeoQuery, AnswersAboutATangleInNoTime) {
    Json::Array at;
    for (int i = 0; i < 20'000; ++i) {
        at.emplace_back(Json::Array{1.0 + i % 2 + i * 1e-7, 1.0 + (i % 3) * 0.5});
    }
    Entity entity = located(kInside);
    entity.attributes.own(0).value =
        Json{Json::Object{{"type", "LineString"}, {"coordinates", std::move(at)}}};
    EXPECT_TRUE(matches(*query("intersects", "Polygon", kSquare), entity));
    EXPECT_TRUE(matches(*query("within", "Polygon", kSquare), entity));
    EXPECT_FALSE(
        matches(*query("within", "Polygon", "[[[1.5,0],[5,0],[5,5],[1.5,5],[1.5,0]]]"), entity));
    EXPECT_FALSE(matches(*query("disjoint", "LineString", "[[0,0],[4,4]]"), entity));
    EXPECT_FALSE(matches(*query("within", "LineString", "[[0,0],[4,4]]"), entity));
    EXPECT_FALSE(matches(*query("contains", "LineString", "[[1,1],[2,1.5]]"), entity));
    EXPECT_FALSE(matches(*query("overlaps", "LineString", "[[0,0],[4,4]]"), entity));
    EXPECT_TRUE(matches(*query("near;maxDistance==10", "LineString", "[[0,0],[4,4]]"), entity));
    EXPECT_TRUE(matches(*query("near;maxDistance==10", "Point", "[1,1]"), entity));
}

TEST(GeoQuery, NamesTheParameterThatIsWrong) {
    const auto where = [](std::string_view georel, std::string_view geometry,
                          std::string_view coordinates) {
        const auto geo = query(georel, geometry, coordinates);
        return geo ? "" : geo.error().where;
    };
    for (const char* georel :
         {"", "nearby", "Near;maxDistance==5", "near", "near;", "near;maxDistance",
          "near;maxDistance=5", "near;maxDistance==", "near;maxDistance==0", "near;maxDistance==-5",
          "near;maxDistance==5m", "near;maxDistance==nan", "near;maxDistance==inf",
          "near;maxDistance==1e999", "near;maxDistance==5;maxDistance==6", "near;maxdistance==5",
          "within;maxDistance==5", "near;maxDistance==5;"}) {
        EXPECT_EQ(where(georel, "Point", "[1,2]"), "georel") << georel;
    }
    EXPECT_EQ(where("within", "Circle", "[1,2]"), "geometry");
    EXPECT_EQ(where("within", "GeometryCollection", "[1,2]"), "geometry");
    EXPECT_EQ(where("within", "Polygon", "[1,2]"), "coordinates");
    EXPECT_EQ(where("within", "Point", "null"), "coordinates");
    EXPECT_EQ(where("within", "Point", "[200,2]"), "coordinates");
    EXPECT_EQ(where("within", "MultiLineString", "[[[1,1],[2,2]],[[3,3],[3,3]]]"), "coordinates");
    Json::Array many;
    for (int i = 0; i <= 10'000; ++i) many.push_back(json(i % 2 == 0 ? "[1,2]" : "[2,3]"));
    EXPECT_EQ(parse_geo_query("within", "LineString", Json{std::move(many)}, "", *core_context())
                  .error()
                  .code,
              ErrorCode::TooComplexQuery);
}

}  // namespace
}  // namespace musubi
