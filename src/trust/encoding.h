#pragma once

#include <array>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace musubi {

/// SHA-256 (FIPS 180-4) of the parts one after the other: 32 bytes.
[[nodiscard]] std::string sha256(std::initializer_list<std::string_view> parts);

/// The same in hex.
using HexDigest = std::array<char, 64>;
[[nodiscard]] HexDigest sha256_hex(std::initializer_list<std::string_view> parts);

/// Small letters.
[[nodiscard]] std::string to_hex(std::string_view bytes);
/// The same to where there is room for two signs a byte.
void write_hex(std::string_view bytes, char* to);
/// Nothing where it is not pairs of 0-9 and a-f.
[[nodiscard]] std::optional<std::string> from_hex(std::string_view text);

/// Base64 (RFC 4648, 4) with its padding. Nothing where it is no such text.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

/// Base64 with the alphabet for URLs and without padding (RFC 4648, 5).
[[nodiscard]] std::string to_base64url(std::string_view bytes);
/// Nothing where it is no such text, or one of several that would mean the same bytes.
[[nodiscard]] std::optional<std::string> from_base64url(std::string_view text);

}  // namespace musubi
