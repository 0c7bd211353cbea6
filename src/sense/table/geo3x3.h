#pragma once

#include <optional>
#include <string_view>

namespace musubi {

/// Degrees, WGS 84.
struct LonLat {
    double lon = 0;
    double lat = 0;
};

/// Which row of a cell is counted first. The coding of Geo3x3 as it is published counts from the
/// north; its first version (1.00 of January 2012), which data of Fukui still carry, from the
/// south: read with the wrong one, a place in Japan lies in Australia.
enum class Geo3x3Rows { FromNorth, FromSouth };

/// The centre of the cell a Geo3x3 code names (T. Fukuno, "Geo3x3", github.com/taisukef/Geo3x3,
/// CC0): `E` or `W` for the half of the earth, 180 degrees each way, then a digit from 1 to 9 for
/// each division in three by three, counted from the west; a `0` ends the code.
/// Nothing where `code` is not one, or too coarse to be a place (fewer than two digits).
[[nodiscard]] std::optional<LonLat> decode_geo3x3(std::string_view code, Geo3x3Rows rows);

}  // namespace musubi
