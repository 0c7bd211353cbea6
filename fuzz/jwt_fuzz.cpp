#include <cstddef>
#include <cstdint>
#include <string_view>

#include "trust/jose/jwt.h"

// A token and the keys that it is to be checked with, parted by a line's end. No key of a fuzzer's
// making can have signed a token that is right by the clock of the far future.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const std::size_t end = text.find('\n');
    const std::string_view token = text.substr(0, end);
    const auto jwt = musubi::read_jwt(token);
    if (jwt && !(jwt->header.is_object() && jwt->claims.is_object())) __builtin_trap();
    auto keys = musubi::JwkSet::parse(end == std::string_view::npos ? "" : text.substr(end + 1));
    if (!keys) return 0;
    for (const musubi::Jwk& key : keys->keys()) {
        const auto again = musubi::Jwk::read(key.members());
        if (!again || again->members() != key.members()) __builtin_trap();
    }
    const musubi::Expected expected{
        .algorithms = {musubi::JwsAlgorithm::Rs256, musubi::JwsAlgorithm::Ps256,
                       musubi::JwsAlgorithm::Es256, musubi::JwsAlgorithm::Es384},
        .now = musubi::Time{1'300'819'000'000'000}};
    const auto verified = musubi::verify_jwt(token, *keys, expected);
    if (verified && (!jwt || verified->claims != jwt->claims)) __builtin_trap();
    return 0;
}
