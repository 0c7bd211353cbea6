// Exported readings from anywhere: taken in whole line by line, or refused with the line.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "project/gate/readings_export.h"
#include "store/memory/memory_store.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string lines{reinterpret_cast<const char*>(data), size};  // NOLINT
    const musubi::ManualClock clock{musubi::Time{1'763'800'000'000'000}};
    musubi::Log log{musubi::LogLevel::Off};
    musubi::Metrics metrics;
    const auto store = musubi::Store::open(musubi::make_memory_store(), {}, clock, log, metrics);
    if (!store) std::abort();
    const auto done = musubi::import_readings(**store, lines);
    if (!done && done.error().code == musubi::ErrorCode::Internal) std::abort();
    return 0;
}
