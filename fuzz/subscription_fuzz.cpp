// Any bytes as a subscription: refused, or stored, answered and patched without losing what it
// says.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "broker/subscriptions/subscription.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace musubi;
    static const Contexts contexts;
    const ContextPtr core = core_context();
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    (void)decode_subscription(bytes, contexts);
    (void)decode_state(bytes);
    const auto json = parse_json(bytes);
    if (!json) return 0;
    const auto read = read_subscription(*json, *core);
    if (!read) return 0;
    Subscription subscription = *read;
    subscription.context = core->source();
    const Json shown = write_subscription(subscription, *core, nullptr, Time{});
    const auto again = read_subscription(shown, *core);
    // Expanded names may lengthen it beyond a bound; else what is answered can be sent back.
    if (!again) return 0;
    if (write_subscription(*again, *core, nullptr, Time{}) != shown) std::abort();
    const auto kept = decode_subscription(encode_subscription(subscription), contexts);
    if (kept && write_subscription(*kept, *core, nullptr, Time{}) != shown) std::abort();
    Json patch;
    patch.set("isActive", false);
    const auto patched = patch_subscription(subscription, patch, *core);
    if (patched && patched->active) std::abort();
    return 0;
}
