#include "sense/table/record_splitter.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace musubi {
namespace {

constexpr std::size_t kMaxFields = 4096;
// The no-break space and the ideographic space.
constexpr std::array<std::string_view, 2> kWideSpaces{"\xC2\xA0", "\xE3\x80\x80"};

std::size_t find_byte(std::string_view text, char c, std::size_t from) {
    if (from >= text.size()) return std::string_view::npos;
    const void* at = std::memchr(text.data() + from, c, text.size() - from);
    if (at == nullptr) return std::string_view::npos;
    return static_cast<std::size_t>(static_cast<const char*>(at) - text.data());
}

}  // namespace

void RecordSplitter::add(std::string_view chunk) {
    buffer_.erase(0, pos_);
    pos_ = 0;
    buffer_.append(chunk);
}

std::optional<RawRecord> RecordSplitter::take(std::size_t end, std::uint64_t lines, bool terminated,
                                              RawRecord::Fault fault) {
    RawRecord record;
    record.bytes = std::string_view{buffer_}.substr(pos_, end - pos_);
    if (record.bytes.ends_with('\r')) record.bytes.remove_suffix(1);
    record.begin = offset_;
    record.line = line_;
    record.lines = lines;
    record.terminated = terminated;
    record.fault = fault;
    const std::size_t size = end - pos_ + (terminated ? 1 : 0);
    pos_ += size;
    offset_ += size;
    line_ += lines;
    record.end = offset_;
    return record;
}

// Drops what there is of a line that is too long, up to its end.
std::optional<RawRecord> RecordSplitter::skip_long(bool at_end) {
    const std::size_t newline = find_byte(buffer_, '\n', pos_);
    const bool found = newline != std::string_view::npos;
    const std::size_t size = (found ? newline + 1 : buffer_.size()) - pos_;
    pos_ += size;
    offset_ += size;
    if (!found && !at_end) return std::nullopt;
    if (found) ++line_;
    std::optional<RawRecord> record = std::exchange(long_, std::nullopt);
    record->bytes = long_head_;
    record->end = offset_;
    record->terminated = found;
    return record;
}

std::optional<RawRecord> RecordSplitter::next(bool at_end) {
    if (long_) return skip_long(at_end);
    if (pos_ >= buffer_.size()) return std::nullopt;
    const std::size_t newline = find_byte(buffer_, '\n', pos_);
    const bool has_line = newline != std::string_view::npos;
    const std::size_t line_end = has_line ? newline : buffer_.size();
    if (line_end - pos_ > kMaxRecord) {
        long_ = RawRecord{.begin = offset_, .line = line_, .fault = RawRecord::Fault::TooLong};
        long_head_ = buffer_.substr(pos_, 1024);
        return skip_long(at_end);
    }
    if (!has_line && !at_end) return std::nullopt;
    const std::string_view line{buffer_.data() + pos_, line_end - pos_};
    if (find_byte(line, '"', 0) == std::string_view::npos) {
        return take(line_end, 1, has_line, RawRecord::Fault::None);
    }
    const Extent extent = quoted_extent(pos_);
    if (extent.shape == Shape::Whole && (extent.terminated || at_end)) {
        return take(extent.end, extent.lines, extent.terminated, RawRecord::Fault::None);
    }
    if (extent.shape != Shape::Broken && !at_end && extent.end - pos_ <= kMaxRecord) {
        return std::nullopt;
    }
    return take(line_end, 1, has_line, RawRecord::Fault::OpenQuote);
}

// Follows the quotes of a record. A quote opens only at the beginning of a field, and after the
// closing one only a delimiter or the end may stand: anything else breaks the record.
RecordSplitter::Extent RecordSplitter::quoted_extent(std::size_t begin) const {
    enum class In { FieldStart, Plain, Quotes, AfterQuote } in = In::FieldStart;
    const std::size_t limit = std::min(buffer_.size(), begin + kMaxRecord + 1);
    std::size_t lines = 1;
    for (std::size_t i = begin; i < limit; ++i) {
        const char c = buffer_[i];
        if (in == In::Quotes) {
            if (c == '"') in = In::AfterQuote;
            if (c == '\n') ++lines;
        } else if (c == '\n') {
            return {Shape::Whole, i, lines, true};
        } else if (c == delimiter_) {
            in = In::FieldStart;
        } else if (c == '"' && in != In::Plain) {
            in = In::Quotes;  // opened, or a doubled one within
        } else if (in == In::AfterQuote && c != '\r') {
            return {Shape::Broken, i, lines, false};
        } else if (in == In::FieldStart) {
            in = In::Plain;
        }
    }
    const bool cut = limit < buffer_.size() || in == In::Quotes;
    return {cut ? Shape::Open : Shape::Whole, limit, lines, false};
}

namespace {

/// Reads the quoted field that begins at `i`, past its closing quote; false where that is missing.
bool take_quoted(std::string_view record, std::size_t& i, std::string& scratch) {
    for (++i; i < record.size(); ++i) {
        if (record[i] == '"') {
            const bool doubled = i + 1 < record.size() && record[i + 1] == '"';
            ++i;
            if (!doubled) return true;
        }
        scratch += record[i];
    }
    return false;
}

}  // namespace

bool split_fields(std::string_view record, char delimiter, std::vector<std::string_view>& fields,
                  std::string& scratch) {
    fields.clear();
    scratch.clear();
    std::size_t i = 0;
    while (fields.size() < kMaxFields) {
        if (i < record.size() && record[i] == '"') {
            scratch.reserve(record.size());  // so that views into it stay
            const std::size_t from = scratch.size();
            if (!take_quoted(record, i, scratch)) return false;
            fields.push_back(std::string_view{scratch}.substr(from));
            if (i < record.size() && record[i] != delimiter) return false;
        } else {
            const std::size_t from = i;
            while (i < record.size() && record[i] != delimiter) ++i;
            fields.push_back(record.substr(from, i - from));
        }
        if (i >= record.size()) return true;
        ++i;
    }
    return false;
}

std::string_view trimmed(std::string_view text) {
    const auto plain = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
    const auto wide = [](std::string_view at, bool front) -> std::size_t {
        for (const std::string_view space : kWideSpaces) {
            if (front ? at.starts_with(space) : at.ends_with(space)) return space.size();
        }
        return 0;
    };
    while (!text.empty()) {
        const std::size_t size = plain(text.front()) ? 1 : wide(text, true);
        if (size == 0) break;
        text.remove_prefix(size);
    }
    while (!text.empty()) {
        const std::size_t size = plain(text.back()) ? 1 : wide(text, false);
        if (size == 0) break;
        text.remove_suffix(size);
    }
    return text;
}

}  // namespace musubi
