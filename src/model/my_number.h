#pragma once

#include <string_view>

#include "model/entity.h"

namespace musubi {

/// True where the text, blanks and hyphens left out, is twelve digits (ASCII or full-width) of
/// which the last is the check digit of an Individual Number: 11 minus the remainder by 11 of the
/// sum of digits times weights, 0 where that remainder is 0 or 1 (Ordinance of the Ministry of
/// Internal Affairs and Communications no. 85 of 2014, art. 5).
[[nodiscard]] bool is_my_number(std::string_view text);
/// True where a text anywhere in the attribute, its sub-attributes too, is one.
[[nodiscard]] bool holds_my_number(const Attribute& attribute);

}  // namespace musubi
