#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

namespace musubi::test {

/// One row of the published river levels: ten-minute values of some hundred gauges.
struct RiverReading {
    int station = 0;
    Time at;
    double level = 0;
};

/// The folder of real data: MUSUBI_TEST_DATA, or `shared/data` beside a folder above this one.
[[nodiscard]] std::optional<std::filesystem::path> find_test_data();
/// All readable rows, file by file in the order of their names.
[[nodiscard]] std::vector<RiverReading> read_river(const std::filesystem::path& folder);

}  // namespace musubi::test
