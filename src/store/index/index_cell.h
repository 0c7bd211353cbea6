#pragma once

#include <bit>
#include <cstdint>
#include <functional>
#include <string_view>

#include "model/query.h"

namespace musubi {

/// What the index knows of one attribute of one entity: a number, or one of these in the payload of
/// a NaN: nothing there, something that must be read to be compared, or the hash of a text.
using IndexCell = std::uint64_t;
inline constexpr IndexCell kAbsentCell = 0x7ff8'0000'0000'0001U;
inline constexpr IndexCell kMustReadCell = 0x7ff8'0000'0000'0002U;
inline constexpr double kExactNumbers = 9007199254740992.0;  ///< beyond 2^53 a double rounds

namespace index_cell {
inline constexpr IndexCell kText = 0xfff8'0000'0000'0000U;
inline constexpr IndexCell kTextMask = 0x0007'ffff'ffff'ffffU;
}  // namespace index_cell

[[nodiscard]] inline bool is_text_cell(IndexCell cell) {
    return (cell & index_cell::kText) == index_cell::kText;
}
[[nodiscard]] inline IndexCell text_cell(std::string_view text) {
    return index_cell::kText | (std::hash<std::string_view>{}(text)&index_cell::kTextMask);
}

/// Where the geometry of an attribute lies, rounded outwards. NaN: there is none; infinite: it must
/// be read.
struct IndexBox {
    float west, south, east, north;
};
/// One step of a float outwards, since that is coarser than what it stands for.
[[nodiscard]] IndexBox outwards(const GeoBox& box);

}  // namespace musubi
