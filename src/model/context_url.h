#pragma once

#include <string>
#include <string_view>

namespace musubi {

/// The absolute form of `reference` found in a document at `base` (RFC 3986, 5.2); an absolute
/// reference comes back as it is. `base` must be an absolute URL, or the reference comes back.
[[nodiscard]] std::string resolve_reference(std::string_view base, std::string_view reference);

}  // namespace musubi
