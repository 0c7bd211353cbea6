#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sense/source/retry.h"
#include "sense/table/feed_time.h"
#include "sense/table/geo3x3.h"
#include "sense/table/row_mapper.h"

// The text of cells: a time in a format of the same input, a number, a code of a place.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view all{reinterpret_cast<const char*>(data), size};
    const std::size_t cut = std::min(all.find('\n'), all.size());
    const std::string_view format = all.substr(0, cut);
    const std::string_view text = all.substr(std::min(cut + 1, all.size()));
    for (const std::string_view pattern : {format, std::string_view{"auto"}}) {
        const auto read = musubi::TimeFormat::parse(pattern);
        if (!read) continue;
        const auto time = read->read(text, musubi::hours(9));
        // A moment that was read can be written, and means the same.
        if (time && time->us > 0 && musubi::parse_time(musubi::to_iso(*time)).value() != *time) {
            __builtin_trap();
        }
    }
    static_cast<void>(musubi::parse_zone(text));
    static_cast<void>(musubi::read_number(text));
    static_cast<void>(musubi::retry_after(text, musubi::Time{0}));
    const auto place = musubi::decode_geo3x3(text, musubi::Geo3x3Rows::FromSouth);
    if (place &&
        !(place->lat >= -90 && place->lat <= 90 && place->lon >= -180 && place->lon <= 180)) {
        __builtin_trap();
    }
    return 0;
}
