#pragma once

#include <cstddef>
#include <string_view>

namespace musubi {

/// What keeps a text from being JSON.
struct JsonFault {
    std::size_t at = 0;  ///< the first byte that can not be there; the text's size: it ends early
    std::string_view what;  ///< in words; empty: nothing is wrong with its grammar
};

/// Looks where a text that the reader refused stops being JSON (RFC 8259). It reads nothing but the
/// grammar, in one pass without recursion, and uses one bit a level of nesting: for the message of
/// an error that parse_json has found, never instead of it.
[[nodiscard]] JsonFault find_json_fault(std::string_view text);

}  // namespace musubi
