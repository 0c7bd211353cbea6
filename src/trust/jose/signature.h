#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace musubi::jose {

// The one place where the JOSE library is called; what it takes was checked before.

/// The library's key of a JWK, with its private half where the text has one. Null where the numbers
/// are no key (a point that is not on its curve). Safe to use from any thread.
[[nodiscard]] std::shared_ptr<const void> import_key(std::string_view jwk);
/// Whether the compact JWS was signed with the other half, by the algorithm of its header. The
/// caller has compared that with the key's kind, and the signature's length.
[[nodiscard]] bool verify(const void* key, std::string_view jws);

/// What a JWS says of itself.
struct Header {
    std::string_view algorithm;
    std::string_view key;   ///< kid
    std::string_view type;  ///< typ
};
/// The compact JWS of the bytes; empty where the library could not make it.
[[nodiscard]] std::string sign(const void* key, const Header& header, std::string_view payload);

}  // namespace musubi::jose
