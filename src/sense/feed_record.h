#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace musubi {

/// What a feed has done since it began.
struct FeedCounts {
    std::uint64_t rows = 0;      ///< rows looked at, headers and empty lines apart
    std::uint64_t readings = 0;  ///< rows that became readings
    std::uint64_t joined = 0;    ///< values that became the present ones
    std::uint64_t late = 0;      ///< values older than the present: they joined history
    std::uint64_t repeated = 0;  ///< values known before: they changed nothing
    std::uint64_t missing = 0;   ///< rows in which every value is missing
    std::uint64_t refused = 0;   ///< rows in quarantine, and marks of wrong shape
    std::uint64_t left_out = 0;  ///< rows below a header that lacks columns
    FeedCounts& operator+=(const FeedCounts& other);
};

/// The record of a feed: kind "feed", its name. Written with each batch of readings.
struct FeedTotals {
    std::uint64_t revision = 0;  ///< how many batches were committed
    FeedCounts counts;
    std::optional<Time> newest;        ///< newest event time read
    std::optional<Time> last_reading;  ///< wall clock of the commit that brought the last one
};
[[nodiscard]] std::string to_bytes(const FeedTotals& totals);
/// Fails: Corrupt, Unsupported (a later version).
Result<FeedTotals> read_feed_totals(std::string_view bytes);

/// How far a file or an answer was read: kind "feed-position", `<feed>/<source>/<name>`. Written
/// with the readings up to there, so that after a crash none is lost and none read twice.
struct SourcePosition {
    static constexpr std::uint64_t kTailBytes = 256;
    // What was read: the same file, or another under its name?
    std::uint64_t inode = 0;
    std::int64_t modified_us = 0;
    std::uint64_t head_bytes = 0;  ///< how many of the first bytes `head_crc` is of
    std::uint32_t head_crc = 0;
    std::uint64_t tail_end = 0;  ///< `tail_crc` is of the bytes before this, up to kTailBytes
    std::uint32_t tail_crc = 0;
    std::string etag;
    std::string last_modified;
    // How far.
    std::uint64_t offset = 0;  ///< of JSON: the next row
    std::uint64_t line = 1;    ///< the next one
    std::uint64_t header_begin = 0;
    std::uint64_t header_line = 0;  ///< 0: none yet
};
[[nodiscard]] std::string to_bytes(const SourcePosition& position);
/// Fails: Corrupt, Unsupported.
Result<SourcePosition> read_source_position(std::string_view bytes);

/// Kinds of records.
inline constexpr std::string_view kFeedRecord = "feed";
inline constexpr std::string_view kFeedPositionRecord = "feed-position";
inline constexpr std::string_view kQuarantineRecord = "quarantine";

}  // namespace musubi
