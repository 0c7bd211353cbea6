#include "cli/regions_file.h"

#include "sense/table/record_splitter.h"
#include "sense/table/text_decoder.h"
#include "trust/synced_file.h"

namespace musubi {
namespace {

Error broken_line(const std::string& file, std::uint64_t line) {
    return {
        ErrorCode::BadRequest,
        "この行は読めません。公表されたままの CSV（cp932 か UTF-8）を渡してください / this line "
        "can not be read; give the CSV as it was published (cp932 or UTF-8)",
        file + ":" + std::to_string(line)};
}

}  // namespace

Result<StatisticsEdition> read_regions(std::string_view bytes, const std::string& file) {
    constexpr char kComma = ',';
    TextDecoder decoder{TextEncoding::Auto};
    decoder.look_at(bytes);
    RecordSplitter records{0, 1, kComma};
    records.add(bytes.substr(byte_order_mark(bytes)));
    StatisticsReader reader{file};
    std::vector<std::string_view> fields;
    std::string scratch;
    while (const auto record = records.next(true)) {
        const auto text = decoder.decode(record->bytes);
        if (!text || record->fault != RawRecord::Fault::None ||
            text->find('\0') != std::string_view::npos ||
            !split_fields(*text, kComma, fields, scratch)) {
            return broken_line(file, record->line);
        }
        TRY(reader.take(fields, record->line));
    }
    return std::move(reader).finish();
}

Result<StatisticsEdition> read_regions_file(const std::string& file) {
    const std::string bytes = TRY(read_file_bytes(file, kMaxRegionsFile));
    return read_regions(bytes, file);
}

}  // namespace musubi
