#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "project/measures/reading.h"

namespace musubi {

/// The Merkle root of the readings that a value was made of (RFC 6962, 2.1, with SHA-256): who has
/// the same readings gets the same root. A leaf holds the readings of one series and one day in
/// Japan: the entity's id, a zero byte, the attribute's IRI, a zero byte, and for each reading in
/// order of time eight bytes of microseconds since 1970 UTC, a byte, and either (1) the eight bytes
/// of the double or (2) four bytes of length and the JSON text; numbers big-endian. Leaves stand in
/// the order of entity, attribute and day.
class ReadingsRoot {
public:
    /// The readings of one series, in order of time. A series that is given again changes nothing.
    void add(std::string_view entity, std::string_view attribute,
             std::span<const MeasuredReading> readings);
    /// In hex. Of no readings: the hash of nothing.
    [[nodiscard]] std::string hex() const;

private:
    std::map<std::string, std::string> leaves_;  // by what they are of: their hashes
};

}  // namespace musubi
