// Documents from outside as temporal representations: each instance that is read becomes a point of
// history and comes back with the same content; as what another broker answers, it can be merged.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "broker/distribution/remote_evolution.h"
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

// What another broker answered is merged with itself: each of its times once more or not at all.
void check_remote(const Json& json, const Context& context) {
    const auto view = read_remote_evolution(json, context);
    if (!view) return;
    const TemporalQuery query;
    EvolutionMerge merge{query};
    merge.add(*view, Precedence::Equal);
    merge.add(*view, Precedence::Equal);
    const auto merged = merge.take();
    if (merged.size() != 1) std::abort();
    std::size_t before = 0;
    std::size_t after = 0;
    for (const Series& series : view->series) before += series.points.size();
    for (const Series& series : merged.front().series) after += series.points.size();
    if (before != after) std::abort();
    std::string text;
    static_cast<void>(write_evolution(text, merged.front(), context, query));
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
    check_remote(*json, *context);
    return 0;
}
