#pragma once

#include <string>
#include <string_view>

#include "base/json.h"

namespace musubi {

/// The one way in which the journal writes a JSON value: RFC 8785, members in the order of their
/// names' UTF-16 code units. Numbers are whole and within 2^53 - 1, so that every reader means the
/// same; what has a fraction is written as a text.
/// Fails: BadRequest where a number is not whole or a text no UTF-8; TooLarge nested deeper than
/// kMaxCanonicalDepth.
Result<void> append_canonical(std::string& out, const Json& value);
void append_canonical_text(std::string& out, std::string_view text);
inline constexpr int kMaxCanonicalDepth = 16;

}  // namespace musubi
