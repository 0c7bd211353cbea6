// Any bytes as JSON: refused, or read, written and read back the same.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto value = musubi::parse_json(text);
    if (!value) {
        if (!musubi::is_utf8(text) && value.error().where.empty() &&
            value.error().detail == "the text is not UTF-8") {
            abort();
        }
        return 0;
    }
    const std::string written = musubi::to_text(*value);
    const auto again = musubi::parse_json(written);
    if (!again || !(*again == *value)) abort();
    if (musubi::to_text(*again) != written) abort();
    return 0;
}
