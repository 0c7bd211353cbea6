#pragma once

#include <string>

#include "base/json.h"

namespace musubi {

/// What towns_alike() answered, in words; with `explain` each feature of each pair, the one that
/// parts them most first.
[[nodiscard]] std::string alike_text(const Json& answer, bool japanese, bool explain);

}  // namespace musubi
