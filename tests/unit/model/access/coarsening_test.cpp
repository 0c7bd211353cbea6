#include "model/access/coarsening.h"

#include <gtest/gtest.h>

#include <cmath>

namespace musubi {
namespace {

Attribute property(Json value) {
    Attribute a;
    a.name = "urn:test:a";
    a.value = std::move(value);
    a.unit_code = "MTR";
    a.sub.push_back(Attribute{.name = "urn:test:exact", .value = Json{1}});
    return a;
}

Json point(double lon, double lat) {
    Json out;
    out.set("type", "Point");
    out.set("coordinates", Json::Array{Json{lon}, Json{lat}});
    return out;
}

// JIS X 0410: a half mesh is 15" high and 22.5" wide, and cells begin at multiples of that.
TEST(Coarsening, PutsAPlaceIntoTheMiddleOfItsMesh) {
    const MeshPoint centre = mesh_centre(139.7671, 35.6812, 500);
    const double height = 15.0 / 3600;
    const double width = 22.5 / 3600;
    EXPECT_LE(std::abs(centre.lat - 35.6812), height / 2);
    EXPECT_LE(std::abs(centre.lon - 139.7671), width / 2);
    EXPECT_NEAR(std::remainder(centre.lat - height / 2, height), 0, 1e-9);
    EXPECT_NEAR(std::remainder(centre.lon - width / 2, width), 0, 1e-9);
    // Everywhere in a cell the answer is the same.
    const MeshPoint again = mesh_centre(centre.lon + width * 0.49, centre.lat - height * 0.49, 500);
    EXPECT_NEAR(again.lon, centre.lon, 1e-9);
    EXPECT_NEAR(again.lat, centre.lat, 1e-9);
}

TEST(Coarsening, KnowsTheSizesOfTheStandardMesh) {
    for (const double metres : {80'000., 10'000., 1'000., 500., 250., 125.}) {
        EXPECT_TRUE(is_mesh_size(metres));
    }
    EXPECT_FALSE(is_mesh_size(300));
}

TEST(Coarsening, OfAPlaceLeavesNothingFiner) {
    Attribute at = property(point(139.7671, 35.6812));
    at.kind = AttributeKind::GeoProperty;
    const auto shown = coarse(at, {.kind = Coarsening::Kind::Mesh, .size = 500});
    ASSERT_TRUE(shown);
    EXPECT_NE(to_text(shown->value), to_text(at.value));
    EXPECT_TRUE(shown->sub.empty());
    EXPECT_EQ(shown->unit_code, "MTR");
}

TEST(Coarsening, CutsTimesInJapansTime) {
    const Time time = *parse_time("2026-11-26T01:59:59+09:00");
    EXPECT_EQ(to_iso(cut(time, hours(1))), "2026-11-25T16:00:00Z");
    EXPECT_EQ(to_iso(cut(time, days(1))), "2026-11-25T15:00:00Z");
    EXPECT_EQ(to_iso(cut(Time{-1}, hours(1))), "1969-12-31T23:00:00Z");
    const auto shown = coarse(property("2026-11-26T01:59:59Z"),
                              {.kind = Coarsening::Kind::Clock, .span = hours(1)});
    ASSERT_TRUE(shown);
    EXPECT_EQ(shown->value.string(), "2026-11-26T01:00:00Z");
}

TEST(Coarsening, RoundsNumbersToSteps) {
    const auto shown = coarse(property(3.26), {.kind = Coarsening::Kind::Step, .size = 0.5});
    ASSERT_TRUE(shown);
    EXPECT_DOUBLE_EQ(shown->value.number(), 3.5);
}

TEST(Coarsening, ShowsNothingOfWhatItDoesNotFit) {
    EXPECT_FALSE(coarse(property("deep"), {.kind = Coarsening::Kind::Step, .size = 1}));
    EXPECT_FALSE(coarse(property("noon"), {.kind = Coarsening::Kind::Clock, .span = hours(1)}));
    EXPECT_FALSE(coarse(property(point(1, 2)), {.kind = Coarsening::Kind::Mesh, .size = 500}));
}

}  // namespace
}  // namespace musubi
