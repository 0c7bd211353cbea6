#include <cstddef>
#include <cstdint>
#include <string_view>

#include "trust/policies/odrl.h"
#include "trust/policies/policy.h"

// The text of policies; what is accepted is kept and comes back the same. Then the same bytes as
// what was kept.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    static_cast<void>(musubi::decode_policies(text));
    auto set = musubi::parse_policies(text, "fuzz.toml", *musubi::core_context());
    if (!set) return set.error().where.empty() ? __builtin_trap(), 0 : 0;
    const std::string kept = musubi::encode(*set);
    const auto again = musubi::decode_policies(kept);
    if (!again || musubi::encode(*again) != kept) __builtin_trap();
    musubi::PolicyVersion version;
    version.set = std::move(*set);
    static_cast<void>(musubi::to_odrl(version));
    return 0;
}
