#pragma once

#include <cstdint>
#include <vector>

// The parts of a chunk, in their order. Varints are those of history/bytes.h, columns those of
// history/column.h, words are little-endian.
//
//   byte      version, 1
//   byte      flags, below
//   varint    count of points
//   signed    first_at (least event time), then varint: last_at - first_at
//   varint    least sequence, its ordinal, sequences from there to the greatest, its ordinal
//   byte      scale of the numbers
//   signed    sum, min, max in units             (where Numeric)
//   column    event times, from first_at
//   column    units of the numbers               (where AnyNumbers; in other points' places: any)
//   list      places of the other values         (where AnyOthers)
//   list      places of the deleted points       (where AnyDeleted)
//   others    count of distinct values; for each: byte OtherKind, varint size, bytes;
//             column of indexes into them        (where AnyOthers)
//   groups    points of one commit: varint count; columns: points in each, sequence from the
//             least, moment of recording (from first_at, or from the event time of the group's
//             first point, as the byte before says)
//   ordinals  varint m; column of (ordinal + m * sequence from the least)
//   details   varint count of distinct ones; each as text; column of indexes (where more than 1)
//   word32    CRC-32C of all before
//
// A list is a varint count and a column of places in rising order.

namespace musubi::chunk_format {

/// A column, unpacked.
using Numbers = std::vector<std::int64_t>;

inline constexpr std::uint8_t kVersion = 1;
inline constexpr std::size_t kCrcSize = 4;

enum Flag : std::uint8_t {
    InOrder = 1,
    Numeric = 2,
    AnyNumbers = 4,
    AnyOthers = 8,
    AnyDeleted = 16,
    AllFlags = 31,
};

/// How a value that is no packed number is written.
enum class OtherKind : std::uint8_t {
    JsonText = 0,
    Double = 1,   ///< its 8 bytes: a number without a short decimal, -0.0, NaN
    Integer = 2,  ///< signed varint: an integer of 2^53 and more
};

enum class RecordedFrom : std::uint8_t { FirstTime = 0, EventTime = 1 };

}  // namespace musubi::chunk_format
