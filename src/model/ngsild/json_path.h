#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace musubi::ngsild {

/// A place in a document, kept as a chain on the stack and turned into text only for an error.
struct JsonPath {
    const JsonPath* parent = nullptr;
    std::string_view name;    ///< of a member; for the outermost one a whole JSON pointer
    std::int64_t index = -1;  ///< of an item of an array
};

/// The JSON pointer (RFC 6901): `/temperature/1/observedAt`.
[[nodiscard]] std::string to_text(const JsonPath& path);
/// BadRequest at that place.
[[nodiscard]] Error bad_request(const JsonPath& path, std::string detail);
/// `text` in quotes, cut to a length that fits a message.
[[nodiscard]] std::string quoted(std::string_view text);

}  // namespace musubi::ngsild
