#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "base/clock.h"

// What those that run on a thread of their own go by: the server's threads and the clients.
namespace musubi {

/// Of a client: what is overdue is looked for so often.
inline constexpr auto kSweepEvery = std::chrono::milliseconds{50};
/// Of a client: what its thread may not have seen yet.
inline constexpr std::size_t kMaxBox = 65'536;
inline constexpr Duration kConnectTimeout = seconds(10);

/// The monotonic clock.
inline std::int64_t steady_us() { return SystemClock{}.monotonic().us; }

}  // namespace musubi
