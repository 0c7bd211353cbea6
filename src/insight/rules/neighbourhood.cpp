#include "insight/rules/neighbourhood.h"

#include <algorithm>
#include <cmath>

#include "insight/lookahead/model.h"

namespace musubi {
namespace {

constexpr double kKmOfLatitude = 111.2;
constexpr double kKmOfLongitude = 90.2;  // at 35.8 degrees north, as plane_km counts

}  // namespace

std::uint64_t Neighbourhood::cell_of(double lon, double lat, int dx, int dy) const {
    const auto x = static_cast<std::int64_t>(std::floor(lon * kKmOfLongitude / filled_km_)) + dx;
    const auto y = static_cast<std::int64_t>(std::floor(lat * kKmOfLatitude / filled_km_)) + dy;
    return (static_cast<std::uint64_t>(x) << 32U) ^ (static_cast<std::uint64_t>(y) & 0xffffffffU);
}

void Neighbourhood::fill(const std::deque<Tracked>& tracked, double km) {
    cells_.clear();
    // A little more than `km`, so that what rounding says never loses a neighbour.
    filled_km_ = km * 1.01;
    for (std::uint32_t i = 0; i < tracked.size(); ++i) {
        const Tracked& t = tracked[i];
        if (t.alive && t.lon && t.lat) cells_[cell_of(*t.lon, *t.lat, 0, 0)].push_back(i);
    }
    filled_ = version_;
}

void Neighbourhood::look_in(const std::deque<Tracked>& tracked, std::uint64_t cell, Tracked& self,
                            double km) {
    const auto found = cells_.find(cell);
    if (found == cells_.end()) return;
    for (const std::uint32_t j : found->second) {
        const Tracked& other = tracked[j];
        if (&other == &self || other.type != self.type) continue;
        if (plane_km(*self.lon, *self.lat, *other.lon, *other.lat) > km) continue;
        self.neighbours.push_back(j);
    }
}

const std::vector<std::uint32_t>& Neighbourhood::around(std::deque<Tracked>& tracked,
                                                        std::uint32_t index, double km) {
    Tracked& self = tracked[index];
    if (self.neighbours_version == version_ && filled_km_ == km * 1.01) return self.neighbours;
    if (filled_ != version_ || filled_km_ != km * 1.01) {
        if (filled_km_ != km * 1.01) ++version_;
        fill(tracked, km);
    }
    self.neighbours.clear();
    self.neighbours_version = version_;
    if (!self.lon || !self.lat) return self.neighbours;
    for (int dx = -1; dx <= 1; ++dx) {
        for (int dy = -1; dy <= 1; ++dy) {
            look_in(tracked, cell_of(*self.lon, *self.lat, dx, dy), self, km);
        }
    }
    std::sort(self.neighbours.begin(), self.neighbours.end());
    if (self.neighbours.size() > kMost) self.neighbours.resize(kMost);
    return self.neighbours;
}

}  // namespace musubi
