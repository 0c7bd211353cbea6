// Files of statistics from anywhere: reading ends in an edition or in a refusal, and what it gives
// can be compared: distances are numbers, and their parts add up.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "cli/regions_file.h"
#include "project/towns/town_distances.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace musubi;
    const auto edition = read_regions({reinterpret_cast<const char*>(data), size}, "fuzz");
    if (!edition) return 0;
    if (edition->municipalities.size() > 50) return 0;  // one input must not take long
    const auto towns = profiles_of(*edition);
    for (const TownMethod method : {TownMethod::Gower, TownMethod::Mahalanobis}) {
        const auto distances = TownDistances::create(towns, method);
        if (!distances) continue;
        for (std::size_t other = 0; other < towns.size(); ++other) {
            const auto apart = distances->between(0, other);
            if (!apart) continue;
            double sum = 0;
            for (const double part : apart->parts) sum += part;
            if (!std::isfinite(apart->distance) || apart->distance < 0) std::abort();
            if (std::abs(sum - apart->distance) > 1e-6 * (1 + apart->distance)) std::abort();
        }
    }
    return 0;
}
