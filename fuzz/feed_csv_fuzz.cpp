#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "sense/table/csv_table.h"

namespace {

musubi::SourceConfig river() {
    musubi::SourceConfig source;
    source.name = "levels";
    source.missing = {"---", "*"};
    source.id_template = "urn:ngsi-ld:FloodMonitoring:fuzz:{id}";
    source.type = "FloodMonitoring";
    source.time = musubi::TimeConfig{.columns = {"日時"}, .formats = {"auto"}};
    source.attributes.push_back({.name = "currentLevel",
                                 .columns = {"水位"},
                                 .fixed = {},
                                 .as = musubi::CellAs::Number,
                                 .unit = "MTR",
                                 .observed = true});
    source.attributes.push_back({.name = "location",
                                 .columns = {"geo3x3"},
                                 .fixed = {},
                                 .as = musubi::CellAs::Geo3x3South});
    return source;
}

}  // namespace

// The bytes of a CSV as they come, in chunks; what is read of each record must lie within them.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::size_t chunk = std::size_t{data[0]} + 1;
    const std::string_view text{reinterpret_cast<const char*>(data) + 1, size - 1};
    static const musubi::SourceConfig kSource = river();
    auto mapper = musubi::RowMapper::compile(kSource, *musubi::core_context());
    if (!mapper) __builtin_trap();
    musubi::CsvTable table{kSource, *mapper};
    table.look_at(text.substr(0, 256));
    musubi::RecordSplitter splitter{0, 1, ','};
    musubi::Reading reading;
    std::uint64_t end = 0;
    for (std::size_t at = 0; at <= text.size(); at += chunk) {
        splitter.add(text.substr(at, chunk));
        while (const auto record = splitter.next(at + chunk > text.size())) {
            if (record->begin != end || record->end <= record->begin) __builtin_trap();
            end = record->end;
            static_cast<void>(table.take(*record, musubi::Time{INT64_MAX}, reading));
        }
    }
    if (end != text.size()) __builtin_trap();
    return 0;
}
