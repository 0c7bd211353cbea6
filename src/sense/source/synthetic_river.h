#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace musubi {

/// A station of a made-up river.
struct SyntheticStation {
    std::string id;
    std::string river;
    double base = 0;     ///< level in dry weather, metres
    double span = 1;     ///< what a flood of the size of its dangerLevel adds, metres
    double lag = 0;      ///< travel from the uppermost station, thousandths of a cycle
    double spread = 28;  ///< time constant of one reservoir, thousandths of a cycle
};

/// Reads the table of stations (columns id, riverName, base, span, lag, spread; others are left
/// aside). Fails: BadRequest, naming the line.
Result<std::vector<SyntheticStation>> read_stations(std::string_view csv);

/// Water levels that never were: storms drawn by chance over each river, one a cycle, and what the
/// catchment makes of them, a cascade of three equal linear reservoirs (J. E. Nash, "The form of
/// the instantaneous unit hydrograph", IAHS Publ. 45, 1957), with a level that goes with the
/// discharge to the power of 0.6 (Manning's law in a wide channel). A function of time alone: the
/// same seed gives the same levels, however often and in whatever order it is asked.
class SyntheticRiver {
public:
    SyntheticRiver(std::vector<SyntheticStation> stations, std::uint64_t seed);
    [[nodiscard]] const std::vector<SyntheticStation>& stations() const { return stations_; }
    /// The level of station `index` in metres, to the centimetre, `cycles` after the beginning
    /// (also before it). The first storm begins just before 0 over the first river, and is a big
    /// one.
    [[nodiscard]] double level(std::size_t index, double cycles) const;
    /// True while the station does not report: in one cycle of three, one station falls silent.
    [[nodiscard]] bool is_silent(std::size_t index, double cycles) const;

private:
    struct Storm {
        double begin = 0;  ///< in cycles
        double size = 0;   ///< 1: its flood just reaches the dangerLevel
    };
    [[nodiscard]] Storm storm(std::int64_t cycle, std::size_t river) const;
    [[nodiscard]] double chance(std::int64_t cycle, std::uint64_t what) const;

    std::vector<SyntheticStation> stations_;
    std::vector<std::size_t> river_of_;
    std::size_t rivers_ = 0;
    std::uint64_t seed_;
};

}  // namespace musubi
