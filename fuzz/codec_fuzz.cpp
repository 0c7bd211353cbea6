// Any bytes as a stored value: refused, or decoded and encoded again to something that decodes.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "store/codec.h"

namespace {

musubi::Dictionary& names() {
    static musubi::Dictionary dictionary;
    if (dictionary.size() == 1) {
        for (const char* name : {"urn:a", "urn:b", "urn:c"}) {
            static_cast<void>(dictionary.intern(name));
        }
    }
    return dictionary;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace musubi;
    if (size == 0) return 0;
    const std::string_view bytes{reinterpret_cast<const char*>(data) + 1, size - 1};
    std::string again;
    if (data[0] % 3 == 0) {
        const auto entity = decode_entity("urn:x", bytes, names());
        if (!entity) return 0;
        if (!encode_entity(again, *entity, names())) abort();
        if (!decode_entity("urn:x", again, names())) abort();
    } else if (data[0] % 3 == 1) {
        const auto change = decode_change(bytes, names());
        if (!change) return 0;
        if (!encode_change(again, *change, names())) abort();
        if (!decode_change(again, names())) abort();
    } else {
        Point point;
        point.detail = bytes;
        const auto attribute = from_point("urn:a", "", point);
        if (attribute && !from_point("urn:a", "", to_point(*attribute))) abort();
    }
    return 0;
}
