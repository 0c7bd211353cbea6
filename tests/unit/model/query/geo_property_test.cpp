// What our own geometry says, held against GEOS and against brute force on random shapes.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <thread>

#include "base/random.h"
#include "model/query/geos.h"
#include "unit/model/query/sample.h"

namespace musubi {
namespace {

using geo::Position;
using Relation = GeoQuery::Relation;

/// Positions on a coarse grid, so that points fall on edges and corners again and again.
class Shapes {
public:
    explicit Shapes(std::uint64_t seed) : random_{seed} {}

    double unit() { return next_unit(random_); }
    Position on_grid() { return {std::floor(unit() * 9), std::floor(unit() * 9)}; }

    // Star-shaped around the middle of the grid: never crosses itself.
    geo::Polygon star() {
        constexpr Position kMiddle{4.3, 4.6};
        geo::Line ring;
        const int corners = 4 + static_cast<int>(unit() * 8);
        for (int i = 0; i < corners; ++i) {
            const double angle = 2 * std::numbers::pi * i / corners;
            const double reach = 1 + unit() * 3;
            Position at{kMiddle.lon + reach * std::cos(angle),
                        kMiddle.lat + reach * std::sin(angle)};
            if (unit() < 0.5) at = {std::round(at.lon * 4) / 4, std::round(at.lat * 4) / 4};
            ring.push_back(at);
        }
        ring.push_back(ring.front());
        return {ring};
    }

private:
    SeededRandom random_;
};

TEST(GeoAgainstGeos, PointsInPolygonsAgree) {
    Shapes shapes{1};
    int boundary = 0;
    for (int round = 0; round < 400; ++round) {
        geo::Parts parts;
        parts.polygons = {shapes.star()};
        const geos::Prepared peer{parts};
        for (int i = 0; i < 50; ++i) {
            Position at = shapes.on_grid();
            const geo::Line& ring = parts.polygons[0][0];
            if (i % 5 == 0) at = ring[static_cast<std::size_t>(i) % ring.size()];
            if (i % 5 == 1) {  // the middle of an edge, as well as doubles can say it
                at = {(ring[0].lon + ring[1].lon) / 2, (ring[0].lat + ring[1].lat) / 2};
            }
            geo::Parts target;
            target.points = {at};
            const geo::Side side = geo::locate(parts.polygons, at);
            ASSERT_EQ(side == geo::Side::Inside, peer.holds(Relation::Within, target));
            ASSERT_EQ(side != geo::Side::Outside, peer.holds(Relation::Intersects, target));
            boundary += side == geo::Side::Boundary ? 1 : 0;
        }
    }
    EXPECT_GT(boundary, 1'000);
}

TEST(GeoAgainstGeos, RectanglesAgreeWithPolygons) {
    Shapes shapes{2};
    for (int round = 0; round < 2'000; ++round) {
        const Position a = shapes.on_grid();
        const Position b = shapes.on_grid();
        if (a.lon == b.lon || a.lat == b.lat) continue;
        geo::Parts parts;
        parts.polygons = {{{a, {b.lon, a.lat}, b, {a.lon, b.lat}, a}}};
        const GeoBox box{std::min(a.lon, b.lon), std::min(a.lat, b.lat), std::max(a.lon, b.lon),
                         std::max(a.lat, b.lat)};
        const GeoShape shape{parts, box};
        for (int i = 0; i < 20; ++i) {
            const Position at = shapes.on_grid();
            ASSERT_EQ(shape.locate(at), geo::locate(parts.polygons, at));
        }
    }
}

TEST(GeoAgainstBruteForce, DistanceToLinesIsTheLeastOverTheirPoints) {
    Shapes shapes{3};
    for (int round = 0; round < 300; ++round) {
        const double lon = 136 + shapes.unit();
        const double lat = -60 + 120 * shapes.unit();
        const auto nearby = [&] {
            return Position{lon + 0.1 * shapes.unit(), lat + 0.1 * shapes.unit()};
        };
        const Position from = nearby();
        geo::Parts parts;
        parts.lines = {{nearby(), nearby(), nearby()}};
        double least = 1e9;
        for (std::size_t edge = 0; edge < 2; ++edge) {
            const Position a = parts.lines[0][edge];
            const Position b = parts.lines[0][edge + 1];
            for (int i = 0; i <= 2'000; ++i) {
                const double t = i / 2'000.0;
                least = std::min(least, geo::distance(from, {a.lon + t * (b.lon - a.lon),
                                                             a.lat + t * (b.lat - a.lat)}));
            }
        }
        ASSERT_NEAR(geo::distance(parts, from), least, 6 + 0.002 * least);
        geo::Parts point;
        point.points = {from};
        ASSERT_NEAR(geos::distance(parts, point, from.lat), least, 6 + 0.002 * least);
    }
}

TEST(GeoAgainstBruteForce, WhatIsNearLiesInTheBounds) {
    Shapes shapes{4};
    int near = 0;
    for (int round = 0; round < 20'000; ++round) {
        const Position from{-180 + 360 * shapes.unit(),
                            std::asin(2 * shapes.unit() - 1) * 180 / std::numbers::pi};
        const double metres = std::pow(10, 1 + 6 * shapes.unit());
        const GeoBox bounds = geo::widened({from.lon, from.lat, from.lon, from.lat}, metres);
        const double reach = metres / 111'000 * 1.3 * (shapes.unit() - 0.5) * 2;
        const double turn = reach / std::max(0.01, std::cos(from.lat * std::numbers::pi / 180));
        const Position at{std::remainder(from.lon + turn * (shapes.unit() - 0.5) * 3, 360.0),
                          std::clamp(from.lat + reach, -90.0, 90.0)};
        if (geo::distance(from, at) > metres) continue;
        ++near;
        ASSERT_TRUE(bounds.contains(at.lon, at.lat))
            << from.lon << " " << from.lat << " " << metres << ": " << at.lon << " " << at.lat;
    }
    EXPECT_GT(near, 2'000);
}

TEST(GeoShape, MayBeAskedByManyThreads) {
    const auto query = parse_geo_query("intersects", "LineString",
                                       sample::json("[[0,0],[10,10],[10,0]]"), "", *core_context());
    const Entity hit = sample::located(R"({"type":"LineString","coordinates":[[0,5],[10,5]]})");
    const Entity miss = sample::located(R"({"type":"LineString","coordinates":[[0,5],[0,6]]})");
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int round = 0; round < 500; ++round) {
                EXPECT_TRUE(matches(*query, hit));
                EXPECT_FALSE(matches(*query, miss));
            }
        });
    }
}

}  // namespace
}  // namespace musubi
