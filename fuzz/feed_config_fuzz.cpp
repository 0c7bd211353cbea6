#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sense/config/feed_config.h"
#include "sense/table/row_mapper.h"

// The text of a feed file, and the mapping made of one that is accepted.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    const auto feed = musubi::parse_feed(text, "fuzz.toml");
    if (!feed) return feed.error().where.empty() ? __builtin_trap(), 0 : 0;
    for (const musubi::SourceConfig& source : feed->sources) {
        static_cast<void>(musubi::RowMapper::compile(source, *musubi::core_context()));
    }
    return 0;
}
