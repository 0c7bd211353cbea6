#include "unit/history/river_data.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace musubi::test {
namespace {

std::optional<RiverReading> read_row(const std::string& line) {
    Civil civil;
    RiverReading reading;
    char rest = 0;
    const int fields =
        std::sscanf(line.c_str(), "%d-%d-%dT%d:%d,%lf,%d%c", &civil.year, &civil.month, &civil.day,
                    &civil.hour, &civil.minute, &reading.level, &reading.station, &rest);
    if (fields < 7) return std::nullopt;
    const auto at = from_civil(civil, hours(9));
    if (!at) return std::nullopt;
    reading.at = *at;
    return reading;
}

}  // namespace

std::optional<std::filesystem::path> find_test_data() {
    if (const char* named = std::getenv("MUSUBI_TEST_DATA")) return named;
    for (auto here = std::filesystem::current_path();; here = here.parent_path()) {
        if (std::filesystem::exists(here / "shared" / "data")) return here / "shared" / "data";
        if (here == here.parent_path()) return std::nullopt;
    }
}

std::vector<RiverReading> read_river(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator{folder}) {
        if (entry.path().extension() == ".csv") files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    std::vector<RiverReading> readings;
    for (const auto& file : files) {
        std::ifstream in{file};
        for (std::string line; std::getline(in, line);) {
            if (const auto reading = read_row(line)) readings.push_back(*reading);
        }
    }
    return readings;
}

}  // namespace musubi::test
