#pragma once

#include <string_view>

namespace musubi {

/// Whether people see nothing in it: no character of it is visible (visible_text.h). An empty
/// text is blank.
[[nodiscard]] bool is_blank(std::string_view text);
/// Whether it can be a name: it has a letter or digit of some script, not marks alone.
[[nodiscard]] bool is_name(std::string_view text);

}  // namespace musubi
