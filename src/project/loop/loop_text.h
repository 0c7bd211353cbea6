#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "model/blank_text.h"

namespace musubi {

/// Checks a reason that is kept for good. Fails: BadRequest where it is blank, no UTF-8, no plain
/// text, or longer than kMaxLoopText.
Result<void> check_why(std::string_view why, const std::string& place);

}  // namespace musubi
