#include "sense/table/geo3x3.h"

#include <algorithm>

namespace musubi {
namespace {

/// From an edge of 180 degrees to the middle of a cell. The thirds are rounded as they are added
/// up: the last cells of a long code would else lie outside the earth.
double middle(double start, double side) { return std::min(start + side / 2, 180.0); }

}  // namespace

std::optional<LonLat> decode_geo3x3(std::string_view code, Geo3x3Rows rows) {
    if (code.size() < 3 || code.size() > 40) return std::nullopt;
    if (code[0] != 'E' && code[0] != 'W') return std::nullopt;
    double side = 180;
    double east = 0;
    double down = 0;  // from the row that is counted first
    std::size_t digits = 0;
    for (const char c : code.substr(1)) {
        if (c < '0' || c > '9') return std::nullopt;
        if (c == '0') break;
        const int cell = c - '1';
        side /= 3;
        east += (cell % 3) * side;
        const int row = cell / 3;
        down += row * side;
        ++digits;
    }
    if (digits < 2) return std::nullopt;
    LonLat out;
    out.lon = middle(east, side) - (code[0] == 'W' ? 180 : 0);
    const double from_edge = middle(down, side);
    out.lat = rows == Geo3x3Rows::FromNorth ? 90 - from_edge : from_edge - 90;
    return out;
}

}  // namespace musubi
