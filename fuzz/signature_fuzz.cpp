#include <cstddef>
#include <cstdint>
#include <string_view>

#include "trust/policies/policy_signature.h"
#include "trust/signing/sealing_secret.h"

// A version of policies and a list of keys, as somebody hands them over to be verified; the file of
// a sealing secret, and what is sealed.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    static const musubi::SealingSecret kSecret = musubi::SealingSecret::generate();
    if (kSecret.open(text, "place")) __builtin_trap();
    static_cast<void>(musubi::SealingSecret::parse(text));
    static_cast<void>(musubi::decode_policy_version(text));
    const auto json = musubi::parse_json(text);
    if (!json) return 0;
    static const std::vector<musubi::PersonKey> kNone;
    const auto report = musubi::verify_policy_version(*json, kNone);
    if (report && report->clean() && !report->version.signatures.empty()) __builtin_trap();
    const auto keys = musubi::read_key_list(*json);
    if (keys) static_cast<void>(musubi::verify_policy_version(*json, keys->people));
    return 0;
}
