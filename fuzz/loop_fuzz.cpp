// Documents of the project loop from anywhere: read or refused with a place; what was read is read
// again as the same.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "project/loop/loop_document.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text{reinterpret_cast<const char*>(data), size};  // NOLINT
    const auto json = musubi::parse_json(text);
    if (!json) return 0;
    const auto document = musubi::read_loop_document(*json);
    if (!document) return 0;
    for (const musubi::LoopThing& thing : document->things) {
        const auto again = musubi::read_loop_thing(*thing.kind, thing.slug, thing.members);
        if (!again || !(again->members == thing.members)) std::abort();
    }
    return 0;
}
