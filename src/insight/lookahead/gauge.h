#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/time.h"

namespace musubi {

/// How the level of one gauge has moved, seen from one of its readings. Metres.
struct Rise {
    Time at;
    double level = 0;
    Duration age;        ///< since its readings began without a gap
    double last10 = 0;   ///< rise within the last 10 minutes
    double last20 = 0;   ///< 20 minutes
    double last30 = 0;   ///< 30 minutes
    double last60 = 0;   ///< 60 minutes
    double biggest = 0;  ///< largest rise in 60 minutes of all readings before this one
};

/// The last hour of one gauge: what the look-ahead knows of it. Readings must come in order of
/// event time; those of the last hour are kept, at most one a minute, so its size is bounded.
class Gauge {
public:
    static constexpr Duration kSpan = minutes(60);  ///< how far back it looks
    static constexpr Duration kGap = minutes(60);   ///< a longer one: what was before is forgotten
    static constexpr Duration kThin = minutes(1);

    /// Takes a reading. Requires that `at` is later than the one before.
    void add(Time at, double level);
    /// False until the first reading.
    [[nodiscard]] bool has_reading() const { return !points_.empty(); }
    /// True while there has been one reading only.
    [[nodiscard]] bool is_first() const { return count_ == 1; }
    /// As of the newest reading; requires has_reading().
    [[nodiscard]] const Rise& now() const { return now_; }
    /// How near the newest reading is to `threshold`: 1 at or above it, 0 at the largest hourly
    /// rise seen before (at least `least`) below it, -1 at two of them or more.
    [[nodiscard]] double nearness(double threshold, double least) const;

    void write(ByteWriter& out) const;
    /// Reads what write() wrote; where the bytes are bad, `in` has failed.
    static Gauge read(ByteReader& in);

private:
    struct Point {
        Time at;
        double level;
    };
    [[nodiscard]] double rise_within(Duration span) const;
    [[nodiscard]] double level_at(Time at) const;
    void measure();

    std::vector<Point> points_;  // of this segment; one may be older than kSpan
    Time begin_;                 // of the segment
    double biggest_ = 0;
    std::uint64_t count_ = 0;  // of readings ever taken
    Rise now_;
};

}  // namespace musubi
