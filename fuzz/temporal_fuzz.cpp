// Documents from outside as temporal representations: each instance that is read becomes a point of
// history and comes back with the same content.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "broker/temporal_commands.h"
#include "store/codec.h"

namespace {

using namespace musubi;

void check(const Attribute& instance) {
    const Point point = to_point(instance);
    const auto back = from_point(instance.name, instance.dataset_id, point);
    if (!back || !same_content(*back, instance)) std::abort();
    const Point corrected = to_corrected_point(instance);
    if (!from_point(instance.name, instance.dataset_id, corrected)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const ContextPtr context = resolve_context(Json{Json::Object{}}, {}).value();
    const auto json = parse_json({reinterpret_cast<const char*>(data), size});
    if (!json) return 0;
    for (const bool whole : {true, false}) {
        const auto evolution = read_evolution(*json, *context, whole);
        if (!evolution) continue;
        for (const Attribute& instance : evolution->instances) check(instance);
        for (const Attribute& scope : evolution->scopes) check(scope);
    }
    return 0;
}
