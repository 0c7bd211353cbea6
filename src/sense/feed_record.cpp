#include "sense/feed_record.h"

#include "base/bytes.h"

namespace musubi {
namespace {

constexpr std::uint8_t kRecordVersion = 1;

void put_time(ByteWriter& w, const std::optional<Time>& time) {
    w.byte(time ? 1 : 0);
    if (time) w.signed_number(time->us);
}

std::optional<Time> take_time(ByteReader& r) {
    if (r.byte() == 0) return std::nullopt;
    return Time{r.signed_number()};
}

Result<void> check_version(ByteReader& r, std::string_view what) {
    const std::uint8_t version = r.byte();
    if (r.failed()) return Error{ErrorCode::Corrupt, std::string{what} + " is empty"};
    if (version == kRecordVersion) return {};
    return Error{ErrorCode::Unsupported,
                 std::string{what} + " was written by a later release; use that one"};
}

}  // namespace

FeedCounts& FeedCounts::operator+=(const FeedCounts& other) {
    rows += other.rows;
    readings += other.readings;
    joined += other.joined;
    late += other.late;
    repeated += other.repeated;
    missing += other.missing;
    refused += other.refused;
    left_out += other.left_out;
    return *this;
}

std::string to_bytes(const FeedTotals& totals) {
    std::string out;
    ByteWriter w{out};
    w.byte(kRecordVersion);
    w.number(totals.revision);
    const FeedCounts& c = totals.counts;
    for (const std::uint64_t n :
         {c.rows, c.readings, c.joined, c.late, c.repeated, c.missing, c.refused, c.left_out}) {
        w.number(n);
    }
    put_time(w, totals.newest);
    put_time(w, totals.last_reading);
    return out;
}

Result<FeedTotals> read_feed_totals(std::string_view bytes) {
    ByteReader r{bytes};
    TRY(check_version(r, "the record of a feed"));
    FeedTotals out;
    out.revision = r.number();
    FeedCounts& c = out.counts;
    for (std::uint64_t* n : {&c.rows, &c.readings, &c.joined, &c.late, &c.repeated, &c.missing,
                             &c.refused, &c.left_out}) {
        *n = r.number();
    }
    out.newest = take_time(r);
    out.last_reading = take_time(r);
    if (r.failed()) return Error{ErrorCode::Corrupt, "the record of a feed can not be read"};
    return out;
}

std::string to_bytes(const SourcePosition& position) {
    std::string out;
    ByteWriter w{out};
    w.byte(kRecordVersion);
    w.number(position.inode);
    w.signed_number(position.modified_us);
    w.number(position.head_bytes);
    w.number(position.head_crc);
    w.number(position.tail_end);
    w.number(position.tail_crc);
    w.text(position.etag);
    w.text(position.last_modified);
    w.number(position.offset);
    w.number(position.line);
    w.number(position.header_begin);
    w.number(position.header_line);
    return out;
}

Result<SourcePosition> read_source_position(std::string_view bytes) {
    ByteReader r{bytes};
    TRY(check_version(r, "the position of a feed"));
    SourcePosition out;
    out.inode = r.number();
    out.modified_us = r.signed_number();
    out.head_bytes = r.number();
    out.head_crc = static_cast<std::uint32_t>(r.number());
    out.tail_end = r.number();
    out.tail_crc = static_cast<std::uint32_t>(r.number());
    out.etag = r.text();
    out.last_modified = r.text();
    out.offset = r.number();
    out.line = r.number();
    out.header_begin = r.number();
    out.header_line = r.number();
    if (r.failed()) return Error{ErrorCode::Corrupt, "the position of a feed can not be read"};
    return out;
}

}  // namespace musubi
