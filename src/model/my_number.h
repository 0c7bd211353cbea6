#pragma once

#include <string>
#include <string_view>

#include "model/entity.h"

namespace musubi {

/// True where the text is twelve digits, of whatever script, parted by nothing but blanks, dashes
/// and signs that are not seen, or by any mark after four and eight of them, by commas as numbers
/// have them, and in brackets or before a full stop, of which the last is
/// the check digit of an Individual Number: 11 minus the remainder by 11 of the sum of digits times
/// weights, 0 where that remainder is 0 or 1 (Ordinance of the Ministry of Internal Affairs and
/// Communications no. 85 of 2014, art. 5).
[[nodiscard]] bool is_my_number(std::string_view text);
/// True where a text anywhere in the attribute is one: its name, in its value, names of members,
/// the unit, the last part of words of a vocabulary, objects and the dataset's id too, and in its
/// sub-attributes.
[[nodiscard]] bool holds_my_number(const Attribute& attribute);
/// A line of some file with signs in the place of each cell that is one: between commas,
/// semicolons, tabs, bars, quotes and brackets.
[[nodiscard]] std::string without_my_numbers(std::string_view line);

}  // namespace musubi
