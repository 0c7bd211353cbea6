#include <gtest/gtest.h>

#include "unit/model/query/sample.h"

namespace musubi {
namespace {

using sample::json;

constexpr std::string_view kGood[] = {
    R"({"type":"Point","coordinates":[136.2,36.06]})",
    R"({"type":"Point","coordinates":[136.2,36.06,12.5]})",
    R"({"type":"Point","coordinates":[180,-90],"bbox":[1,2,3,4]})",
    R"({"type":"MultiPoint","coordinates":[[1,2]]})",
    R"({"type":"LineString","coordinates":[[1,2],[1,2]]})",
    R"({"type":"MultiLineString","coordinates":[[[1,2],[3,4]],[[5,6],[7,8]]]})",
    R"({"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,0]],[[1,1],[2,1],[2,2],[1,1]]]})",
    R"({"type":"MultiPolygon","coordinates":[[[[0,0],[4,0],[4,4],[0,0]]]]})",
    R"({"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]}]})",
};

TEST(Geometry, AcceptsEachType) {
    for (const auto text : kGood) {
        const auto checked = check_geometry(json(text));
        EXPECT_TRUE(checked) << text << ": " << to_text(checked.error());
    }
}

struct Bad {
    std::string_view text;
    std::string_view where;
};
constexpr Bad kBad[] = {
    {R"(5)", ""},
    {R"({})", ""},
    {R"({"type":5})", ""},
    {R"({"type":"point","coordinates":[1,2]})", ""},
    {R"({"type":"Feature","geometry":{}})", ""},
    {R"({"type":"Point"})", ""},
    {R"({"type":"Point","coordinates":[]})", "coordinates"},
    {R"({"type":"Point","coordinates":[1]})", "coordinates"},
    {R"({"type":"Point","coordinates":[1,2,3,4]})", "coordinates"},
    {R"({"type":"Point","coordinates":["1",2]})", "coordinates"},
    {R"({"type":"Point","coordinates":[1,null]})", "coordinates"},
    {R"({"type":"Point","coordinates":[[1,2]]})", "coordinates"},
    {R"({"type":"Point","coordinates":[180.1,2]})", "coordinates"},
    {R"({"type":"Point","coordinates":[36,136]})", "coordinates"},
    {R"({"type":"MultiPoint","coordinates":[]})", "coordinates"},
    {R"({"type":"MultiPoint","coordinates":[1,2]})", "coordinates[0]"},
    {R"({"type":"LineString","coordinates":[[1,2]]})", "coordinates"},
    {R"({"type":"MultiLineString","coordinates":[[[1,2],[3,4]],[[5,6]]]})", "coordinates[1]"},
    {R"({"type":"Polygon","coordinates":[]})", "coordinates"},
    {R"({"type":"Polygon","coordinates":[[[0,0],[4,0],[0,0]]]})", "coordinates[0]"},
    {R"({"type":"Polygon","coordinates":[[[0,0],[4,0],[4,4],[0,1]]]})", "coordinates[0]"},
    {R"({"type":"Polygon","coordinates":[[[0,0],[4,0],[4,94],[0,0]]]})", "coordinates[0][2]"},
    {R"({"type":"MultiPolygon","coordinates":[[[0,0],[4,0],[4,4],[0,0]]]})", "coordinates[0][0]"},
    {R"({"type":"GeometryCollection","geometries":[]})", ""},
    {R"({"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[1,2]},
         {"type":"Point","coordinates":[1,200]}]})",
     "geometries[1].coordinates"},
};

TEST(Geometry, RefusesWhatIsMalformedAndSaysWhere) {
    for (const auto& [text, where] : kBad) {
        const auto checked = check_geometry(json(text));
        ASSERT_FALSE(checked) << text;
        EXPECT_EQ(checked.error().code, ErrorCode::BadRequest) << text;
        EXPECT_EQ(checked.error().where, where) << text << ": " << checked.error().detail;
    }
}

TEST(Geometry, IsBounded) {
    const auto line = [](std::size_t positions) {
        Json::Array at(positions, json("[1,2]"));
        return Json{Json::Object{{"type", "LineString"}, {"coordinates", std::move(at)}}};
    };
    EXPECT_TRUE(check_geometry(line(100'000)));
    EXPECT_EQ(check_geometry(line(100'001)).error().code, ErrorCode::TooLarge);

    Json nested = json(R"({"type":"Point","coordinates":[1,2]})");
    for (int i = 0; i < 50; ++i) {
        Json outer = json(R"({"type":"GeometryCollection"})");
        Json members;
        members.push_back(std::move(nested));
        outer.set("geometries", std::move(members));
        nested = std::move(outer);
    }
    EXPECT_EQ(check_geometry(nested).error().code, ErrorCode::BadRequest);
}

TEST(Geometry, HasBounds) {
    const GeoBox box = bounds_of(json(
        R"({"type":"GeometryCollection","geometries":[
            {"type":"Polygon","coordinates":[[[0,0],[4,-3],[4,4],[0,0]]]},
            {"type":"Point","coordinates":[-7,2,900]}]})"));
    EXPECT_EQ(box.west, -7);
    EXPECT_EQ(box.south, -3);
    EXPECT_EQ(box.east, 4);
    EXPECT_EQ(box.north, 4);
}

}  // namespace
}  // namespace musubi
