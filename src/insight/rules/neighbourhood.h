#pragma once

#include <cstdint>
#include <deque>
#include <unordered_map>
#include <vector>

#include "insight/rules/tracked.h"

namespace musubi {

/// Which entities lie around which: a grid, so that a town with many sensors is searched quickly.
class Neighbourhood {
public:
    static constexpr std::size_t kMost = 64;  ///< neighbours of one entity that are looked at

    /// Says that a place was set, moved or removed: what was found before is out of date.
    void changed() { ++version_; }
    /// The entities of the same type within `km` of the one at `index`, in order of their index.
    const std::vector<std::uint32_t>& around(std::deque<Tracked>& tracked, std::uint32_t index,
                                             double km);

private:
    void look_in(const std::deque<Tracked>& tracked, std::uint64_t cell, Tracked& self, double km);
    void fill(const std::deque<Tracked>& tracked, double km);
    [[nodiscard]] std::uint64_t cell_of(double lon, double lat, int dx, int dy) const;

    std::uint64_t version_ = 1;
    std::uint64_t filled_ = 0;  // the version the grid was filled at
    double filled_km_ = 0;
    std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> cells_;
};

}  // namespace musubi
