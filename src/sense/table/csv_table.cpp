#include "sense/table/csv_table.h"

#include <algorithm>
#include <charconv>

namespace musubi {
namespace {

bool is_merge_mark(std::string_view line) {
    if (line.size() < 7) return false;
    const char c = line.front();
    if (c != '<' && c != '=' && c != '>' && c != '|') return false;
    const bool seven = line.substr(0, 7).find_first_not_of(c) == std::string_view::npos;
    return seven && (line.size() == 7 || line[7] == ' ');
}

/// The place of a column called `#3`; 0 where it is not called so.
std::size_t number_of(std::string_view column) {
    if (!column.starts_with('#')) return 0;
    std::size_t number = 0;
    const char* end = column.data() + column.size();
    const auto read = std::from_chars(column.data() + 1, end, number);
    return read.ec == std::errc{} && read.ptr == end && number <= 4096 ? number : 0;
}

}  // namespace

CsvTable::CsvTable(const SourceConfig& source, RowMapper& mapper)
    : source_{source}, mapper_{mapper}, decoder_{source.encoding} {
    cells_.resize(mapper.columns().size());
    if (source.header_line == 0) number_columns();
}

RowResult CsvTable::refused(RefusalReason reason, std::string detail) const {
    return {RowResult::Kind::Refused, {reason, std::move(detail)}};
}

void CsvTable::number_columns() {
    for (const std::string& column : mapper_.columns()) {
        const std::size_t number = number_of(column);
        if (number == 0) lacking_ = column;
        field_of_cell_.push_back(number == 0 ? 0 : number - 1);
        width_ = std::max(width_, number);
    }
    has_header_ = true;
}

void CsvTable::resume(const RawRecord& header) {
    std::string_view bytes = header.bytes;
    if (header.begin == 0) bytes.remove_prefix(byte_order_mark(bytes));
    const auto text = decoder_.decode(bytes);
    if (!text || !split_fields(*text, source_.delimiter, fields_, scratch_)) return;
    static_cast<void>(read_header(header));
}

RowResult CsvTable::take(const RawRecord& record, Time latest, Reading& out) {
    if (record.fault == RawRecord::Fault::TooLong) return refused(RefusalReason::TooLong);
    if (record.fault == RawRecord::Fault::OpenQuote) return refused(RefusalReason::BadQuote);
    std::string_view bytes = record.bytes;
    if (record.begin == 0) bytes.remove_prefix(byte_order_mark(bytes));
    if (bytes.empty()) return {};
    if (is_merge_mark(bytes)) return refused(RefusalReason::MergeMark);
    // What stands above the line of the header is a title.
    if (!has_header_ && record.line + record.lines <= source_.header_line) return {};
    if (bytes.find('\0') != std::string_view::npos) return refused(RefusalReason::NulByte);
    const auto text = decoder_.decode(bytes);
    if (!text) return refused(RefusalReason::BadEncoding);
    return read_fields(record, *text, latest, out);
}

RowResult CsvTable::read_fields(const RawRecord& record, std::string_view text, Time latest,
                                Reading& out) {
    if (!split_fields(text, source_.delimiter, fields_, scratch_)) {
        return refused(RefusalReason::BadQuote);
    }
    const bool headed = source_.header_line != 0;
    if (!has_header_) return read_header(record);
    if (out_of_shape()) {
        if (headed && looks_like_header()) return read_header(record);
        ++left_out_;
        return {};
    }
    RowResult result = map_row(latest, out);
    // Only a row that is no reading can be a header: so this costs nothing where all is well.
    if (result.kind == RowResult::Kind::Refused && headed && looks_like_header()) {
        return read_header(record);
    }
    return result;
}

bool CsvTable::looks_like_header() const {
    return std::ranges::any_of(fields_, [&](std::string_view field) {
        return std::ranges::find(mapper_.columns(), trimmed(field)) != mapper_.columns().end();
    });
}

RowResult CsvTable::read_header(const RawRecord& record) {
    has_header_ = true;
    header_begin_ = record.begin;
    header_line_ = record.line;
    width_ = fields_.size();
    lacking_.clear();
    left_out_ = 0;
    field_of_cell_.clear();
    for (const std::string& column : mapper_.columns()) {
        const auto at = std::ranges::find_if(
            fields_, [&](std::string_view field) { return trimmed(field) == column; });
        if (at == fields_.end()) lacking_ += (lacking_.empty() ? "" : ", ") + column;
        field_of_cell_.push_back(static_cast<std::size_t>(at - fields_.begin()));
    }
    if (lacking_.empty()) return {};
    return refused(RefusalReason::WrongShape, lacking_);
}

RowResult CsvTable::map_row(Time latest, Reading& out) {
    if (fields_.size() < width_) {
        return refused(RefusalReason::TooFewColumns,
                       std::to_string(fields_.size()) + " < " + std::to_string(width_));
    }
    // Empty columns at the end are a habit of spreadsheets.
    const bool extra = source_.header_line != 0 &&
                       std::any_of(fields_.begin() + static_cast<std::ptrdiff_t>(width_),
                                   fields_.end(), [](std::string_view f) { return !f.empty(); });
    if (extra) {
        return refused(RefusalReason::TooManyColumns,
                       std::to_string(fields_.size()) + " > " + std::to_string(width_));
    }
    for (std::size_t i = 0; i < cells_.size(); ++i) cells_[i] = fields_[field_of_cell_[i]];
    RowResult result;
    switch (mapper_.map(cells_, latest, out, result.why)) {
        case RowMapper::Outcome::Taken: result.kind = RowResult::Kind::Taken; break;
        case RowMapper::Outcome::Missing: result.kind = RowResult::Kind::Missing; break;
        case RowMapper::Outcome::Refused: result.kind = RowResult::Kind::Refused; break;
    }
    return result;
}

}  // namespace musubi
