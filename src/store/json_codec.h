#pragma once

#include "base/bytes.h"
#include "base/json.h"

namespace musubi {

/// How deep a stored value may be: one more than what the JSON reader lets in.
inline constexpr int kMaxStoredDepth = 66;

/// The stored form of a JSON value, and back. What is no such form makes the reader fail.
void put_json(ByteWriter& w, const Json& value);
Json get_json(ByteReader& r, int depth = 0);

}  // namespace musubi
