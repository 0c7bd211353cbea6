#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "history/point.h"

namespace musubi {

/// A chunk is full at this many points.
inline constexpr std::size_t kChunkPoints = 512;

/// What a chunk says without being unpacked. Numbers are decimals `units / 10^scale`, exact.
struct ChunkSummary {
    std::uint32_t count = 0;  ///< points, deletions included
    Time first_at;            ///< least and greatest event time
    Time last_at;
    InstanceId first;  ///< least and greatest instance id
    InstanceId last;
    bool in_order = true;  ///< event times never go back
    bool numeric = false;  ///< every point is a number that is such a decimal
    int scale = 0;
    std::int64_t sum = 0;  ///< valid where numeric
    std::int64_t min = 0;
    std::int64_t max = 0;
};

/// Encodes 1 to 65,535 points, ordered by instance id. Numbers are scaled to integers (at most
/// nine decimals) and packed as offsets from a frame of reference in as few bits as the widest
/// needs (Goldstein, Ramakrishnan, Shaft 1998); event times and sequences likewise, as second
/// differences where that is narrower; what does not fit is kept as JSON text. The encoding carries
/// a version and a CRC-32C. Guarantees: decode gives the same points, to the last bit of each
/// number.
[[nodiscard]] std::string encode_chunk(std::span<const Point> points);

/// Fails: Corrupt.
Result<ChunkSummary> read_summary(std::string_view chunk);
/// In the order of instance ids. Fails: Corrupt.
Result<std::vector<Point>> decode_chunk(std::string_view chunk);
/// Only event times and numbers (deletions and other values left out), appended; far faster.
/// Fails: Corrupt.
Result<void> decode_numbers(std::string_view chunk, std::vector<Time>& at,
                            std::vector<double>& values);

/// The decimal `units / 10^scale` with the least scale (0 to 9) that gives back exactly `value`
/// when divided, or nothing.
struct Decimal {
    std::int64_t units = 0;
    int scale = 0;
};
[[nodiscard]] std::optional<Decimal> to_decimal(double value);

}  // namespace musubi
