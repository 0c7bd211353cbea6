#pragma once

#include <string>
#include <string_view>

namespace musubi {

/// A unit in which values are entered by hand: its code (UN/CEFACT Recommendation 20; of money ISO
/// 4217) and its name.
struct ValueUnit {
    std::string_view code;
    std::string_view ja;
    std::string_view en;
};

/// Null: it is none that Musubi knows.
[[nodiscard]] const ValueUnit* find_value_unit(std::string_view code);
/// The codes with their names, for a sentence in Japanese or English.
[[nodiscard]] std::string value_unit_codes(bool ja);

}  // namespace musubi
