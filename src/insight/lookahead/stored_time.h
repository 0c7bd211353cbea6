#pragma once

#include "base/bytes.h"
#include "base/time.h"

namespace musubi {

/// A moment as it was stored; one that no calendar has means that the bytes are bad.
inline Time read_time(ByteReader& in) {
    constexpr std::int64_t kMost = 400'000'000'000'000'000;  // the year 14645
    const std::int64_t us = in.signed_number();
    if (us >= -kMost && us <= kMost) return Time{us};
    in.fail();
    return Time{};
}

}  // namespace musubi
