#include <algorithm>

#include "model/query/shape.h"

namespace musubi::geo {
namespace {

// Room for a track that goes there and back several times, and for a buoy that drifts about.
constexpr std::size_t kPairsAlways = 10'000;
constexpr std::size_t kPairsAnEdge = 8;
constexpr std::size_t kMaxComparisons = 100'000'000;

void add_edges(std::vector<GeoBox>& out, const Line& line) {
    for (std::size_t i = 1; i < line.size(); ++i) {
        const auto [west, east] = std::minmax(line[i - 1].lon, line[i].lon);
        const auto [south, north] = std::minmax(line[i - 1].lat, line[i].lat);
        out.push_back({west, south, east, north});
    }
}

void add_edges(std::vector<GeoBox>& out, const Parts& parts) {
    for (const Line& line : parts.lines) add_edges(out, line);
    for (const Polygon& polygon : parts.polygons) {
        for (const Line& ring : polygon) add_edges(out, ring);
    }
}

}  // namespace

bool are_tangled(const Parts& a, const Parts& b) {
    std::vector<GeoBox> edges;
    add_edges(edges, a);
    add_edges(edges, b);
    const std::size_t allowed = kPairsAlways + kPairsAnEdge * edges.size();
    if (edges.size() * edges.size() / 2 <= allowed) return false;
    std::sort(edges.begin(), edges.end(),
              [](const GeoBox& x, const GeoBox& y) { return x.west < y.west; });
    std::vector<GeoBox> open;  // those that the sweep to the east has not left behind
    std::size_t pairs = 0;
    std::size_t comparisons = 0;
    for (const GeoBox& edge : edges) {
        std::erase_if(open, [&](const GeoBox& other) { return other.east < edge.west; });
        comparisons += open.size();
        pairs += static_cast<std::size_t>(
            std::count_if(open.begin(), open.end(), [&](const GeoBox& other) {
                return other.south <= edge.north && edge.south <= other.north;
            }));
        if (pairs > allowed || comparisons > kMaxComparisons) return true;
        open.push_back(edge);
    }
    return false;
}

}  // namespace musubi::geo
