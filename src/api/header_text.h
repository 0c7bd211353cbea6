#pragma once

#include <string_view>

namespace musubi {

/// Without the spaces and tabs around it (RFC 9110, 5.6.3).
[[nodiscard]] std::string_view without_blanks(std::string_view text);

/// The weight of a media type ("application/json") in an Accept header, 0 to 1: that of the most
/// specific range it falls into; below zero where it falls into none (RFC 9110, 12.5.1). A weight
/// that is no number counts as 1.
[[nodiscard]] double accept_weight(std::string_view header, std::string_view type);

}  // namespace musubi
