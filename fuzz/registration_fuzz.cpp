// Any bytes as a registration or a subscription to registrations: refused, or stored, answered and
// patched without losing what it says.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "broker/registrations/registration.h"
#include "broker/registrations/registry_log.h"
#include "broker/registrations/source_subscription.h"

namespace {

using namespace musubi;

void check_registration(const Json& json) {
    const ContextPtr core = core_context();
    auto read = read_registration(json, *core);
    if (!read) return;
    read->context = core->source();
    RegistrationView view;
    view.defaults = false;
    const Json shown = write_registration(*read, *core, view);
    const auto again = read_registration(shown, *core);
    // Expanded names may lengthen it beyond a bound; else what is answered can be sent back.
    if (!again) return;
    if (write_registration(*again, *core, view) != shown) std::abort();
    const auto kept = decode_registration(encode_registration(*read));
    if (kept && write_registration(*kept, *core, view) != shown) std::abort();
    Json patch;
    patch.set("endpoint", "http://patched.example");
    const auto patched = patch_registration(*read, patch, *core);
    if (patched && patched->endpoint != "http://patched.example") std::abort();
}

void check_subscription(const Json& json) {
    static const Contexts contexts;
    const ContextPtr core = core_context();
    auto read = read_source_subscription(json, *core);
    if (!read) return;
    Subscription base = *read->base;
    base.context = core->source();
    const SourceSubscription subscription = with_base(std::move(*read), std::move(base));
    const Json shown = write_source_subscription(subscription, *core, nullptr, Time{});
    const auto kept =
        decode_source_subscription(encode_source_subscription(subscription), contexts);
    if (kept && write_source_subscription(*kept, *core, nullptr, Time{}) != shown) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const Contexts contexts;
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    (void)decode_registration(bytes);
    (void)decode_source_subscription(bytes, contexts);
    (void)decode_registry_log(bytes);
    (void)parse_scope_query(bytes);
    const auto json = parse_json(bytes);
    if (!json) return 0;
    check_registration(*json);
    check_subscription(*json);
    return 0;
}
