#pragma once

#include <string_view>

#include "base/json.h"

namespace musubi::ngsild {

/// The entry of a language map that suits `ranges` best: `de-CH,de;q=0.9,*;q=0.5`, the better
/// quality first, each looked up as itself, shortened, then as the beginning of a longer tag
/// (RFC 4647, 3.4 and 3.3.1). Where none suits, "@none", else the first (GS CIM 009 v1.9.1, 4.15).
/// nullptr for an empty map only.
[[nodiscard]] const JsonMember* choose_language(const Json::Object& map, std::string_view ranges);

}  // namespace musubi::ngsild
