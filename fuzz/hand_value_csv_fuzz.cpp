// Tables of values entered by hand: whatever the bytes, an error at a line, or entries that are
// taken in whole or refused.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "api/hand_value_csv.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/metrics.h"
#include "project/measures/hand/hand_value_service.h"
#include "store/memory/memory_store.h"

namespace {

// Entered into a store of its own, and listed as they were.
void enter(const std::vector<musubi::HandEntry>& entries) {
    const musubi::ManualClock clock{musubi::Time{1'795'575'600'000'000}};
    musubi::Log log{musubi::LogLevel::Off};
    musubi::Metrics metrics;
    const auto store = musubi::Store::open(musubi::make_memory_store(), {}, clock, log, metrics);
    if (!store) std::abort();
    musubi::HandValueService service{**store};
    const musubi::Caller caller = musubi::service_caller("", "test");
    const auto ids = service.enter(caller, entries);
    const auto listed = service.list(caller, {});
    if (!listed || (!ids && listed->total != 0)) std::abort();
    if (!ids && ids.error().code == musubi::ErrorCode::Internal) std::abort();
    if (ids && ids->size() != entries.size()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view csv{reinterpret_cast<const char*>(data), size};  // NOLINT
    const auto entries = musubi::read_hand_values(csv);
    if (!entries) {
        const musubi::Error& error = entries.error();
        if (error.code != musubi::ErrorCode::BadRequest || error.where.empty()) std::abort();
        if (!musubi::is_utf8(error.detail)) std::abort();
        return 0;
    }
    for (const musubi::HandEntry& entry : *entries) {
        if (entry.where.empty()) std::abort();
    }
    if (entries->size() <= 50) enter(*entries);
    return 0;
}
