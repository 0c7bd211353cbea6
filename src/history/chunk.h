#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "history/decimal.h"
#include "history/point.h"

namespace musubi {

/// A chunk is full at this many points.
inline constexpr std::size_t kChunkPoints = 512;
inline constexpr std::size_t kMaxChunkPoints = 65'535;
/// A chunk keeps each distinct detail, and each distinct value that is no plain number, once. The
/// bytes of those that repeat an earlier one of the chunk (values as JSON text) stay within this:
/// it bounds what a small broken chunk can make us allocate.
inline constexpr std::size_t kMaxRepeatedText = 16U << 20U;

/// What a chunk says without being unpacked. Numbers are decimals `units / 10^scale`, exact.
struct ChunkSummary {
    std::uint32_t count = 0;  ///< points, deletions included
    Time first_at = {};       ///< least and greatest event time
    Time last_at = {};
    InstanceId first = {};  ///< least and greatest instance id
    InstanceId last = {};
    bool in_order = true;  ///< event times never go back
    /// Every point is a number that is such a decimal, none is deleted, and the sum fits.
    bool numeric = false;
    int scale = 0;
    std::int64_t sum = 0;  ///< valid where numeric
    std::int64_t min = 0;
    std::int64_t max = 0;
};

/// Encodes 1 to kMaxChunkPoints points, ordered by instance id, within kMaxRepeatedText.
/// Numbers are scaled to integers (at most nine decimals); they, event times, commits and places in
/// them are packed as `put_column` says; the moment of recording is kept once a commit; what is no
/// such number is kept as JSON text or as the double's bytes. The encoding carries a version and a
/// CRC-32C. Guarantees: decode gives the same points, numbers to the last bit (a whole number comes
/// back as an integer, which JSON holds equal).
[[nodiscard]] std::string encode_chunk(std::span<const Point> points);

/// Fails: Corrupt.
Result<ChunkSummary> read_summary(std::string_view chunk);
/// In the order of instance ids. Fails: Corrupt.
Result<std::vector<Point>> decode_chunk(std::string_view chunk);
/// Only event times and numbers (deletions and other values left out), appended; far faster.
/// Fails: Corrupt; nothing is appended then.
Result<void> decode_numbers(std::string_view chunk, std::vector<Time>& at,
                            std::vector<double>& values);

}  // namespace musubi
