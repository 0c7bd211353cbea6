#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"

namespace musubi {

/// Takes the same time wherever they differ.
[[nodiscard]] bool same_secret(std::string_view a, std::string_view b);
/// 52 letters and digits of 256 random bits.
[[nodiscard]] std::string long_token(Random& random);
/// 256 random bits as they are.
[[nodiscard]] std::string random_bytes(Random& random, std::size_t size);

/// Overwrites a secret that is not needed any more.
void wipe(std::string& secret);

/// A code that people read off paper and type: `groups` of four signs of Crockford's alphabet
/// (digits and letters without I, L, O, U), five random bits a sign, with hyphens between them.
[[nodiscard]] std::string typed_code(Random& random, std::size_t groups);
/// The code without what typing adds: hyphens and blanks gone, small letters made large, O read as
/// 0, I and L as 1, full-width signs as plain ones. Nothing where a sign is none of the alphabet,
/// or where there are more than kMaxCodeBytes.
[[nodiscard]] std::optional<std::string> read_typed_code(std::string_view typed);
inline constexpr std::size_t kMaxCodeBytes = 200;

}  // namespace musubi
