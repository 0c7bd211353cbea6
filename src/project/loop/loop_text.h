#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace musubi {

/// Whether people see nothing in it: no character of it is visible (model/visible_text.h). An empty
/// text is blank.
[[nodiscard]] bool is_blank(std::string_view text);
/// Whether it can be a name: it has a letter or digit of some script, not marks alone.
[[nodiscard]] bool is_name(std::string_view text);
/// Checks a reason that is kept for good. Fails: BadRequest where it is blank, no UTF-8, or longer
/// than kMaxLoopText.
Result<void> check_why(std::string_view why, const std::string& place);

}  // namespace musubi
