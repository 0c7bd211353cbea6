#pragma once

#include <string>
#include <string_view>

#include "base/json.h"

namespace musubi {

/// The canonical text of a JSON value (RFC 8785): no white space, members in the order of their
/// names, numbers as ECMAScript writes doubles, texts with the shortest escapes. Whoever has the
/// same value has the same bytes, so they can be hashed and signed.
/// Fails: BadRequest where a text is no UTF-8 or a number is not finite, or is beyond
/// 2^53 - 1, so that not every reader would mean the same; TooLarge nested deeper than
/// kMaxCanonicalDepth.
Result<void> append_canonical_json(std::string& out, const Json& value);
Result<std::string> canonical_json(const Json& value);
inline constexpr int kMaxCanonicalDepth = 16;

void append_canonical_text(std::string& out, std::string_view text);
/// A finite double as ECMAScript writes it (ECMA-262, Number::toString; RFC 8785, 3.2.2.3).
void append_canonical_number(std::string& out, double value);

/// The order of names: as their UTF-16 code units are (RFC 8785, 3.2.3).
struct CanonicalLess {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const;
};

}  // namespace musubi
