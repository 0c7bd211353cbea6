#include "sense/quarantine.h"

#include <algorithm>

#include "base/bytes.h"
#include "sense/feed_record.h"
#include "sense/table/text_decoder.h"

namespace musubi {
namespace {

constexpr std::uint8_t kQuarantineVersion = 1;

/// Sorts by number; the slash keeps feeds apart whose names begin alike.
std::string name_of_row(std::string_view feed, std::uint64_t number) {
    const std::string digits = std::to_string(number);
    std::string out{feed};
    out += '/';
    out.append(20 - digits.size(), '0');
    out += digits;
    return out;
}

Result<QuarantinedRow> read_row(std::string_view bytes) {
    ByteReader r{bytes};
    const bool known = r.byte() == kQuarantineVersion;
    QuarantinedRow out;
    out.number = r.number();
    out.source = r.text();
    out.file = r.text();
    out.line = r.number();
    out.reason = static_cast<RefusalReason>(r.byte());
    out.detail = r.text();
    out.row = r.text();
    out.at = Time{r.signed_number()};
    if (!known || r.failed()) {
        return Error{ErrorCode::Corrupt, "a row in quarantine can not be read"};
    }
    return out;
}

}  // namespace

void put_quarantined(Transaction& transaction, std::string_view feed, const QuarantinedRow& row) {
    std::string value;
    ByteWriter w{value};
    w.byte(kQuarantineVersion);
    w.number(row.number);
    w.text(row.source);
    w.text(row.file);
    w.number(row.line);
    w.byte(static_cast<std::uint8_t>(row.reason));
    w.text(row.detail);
    w.text(readable(std::string_view{row.row}.substr(0, kMaxQuarantinedBytes)));
    w.signed_number(row.at.us);
    transaction.put_record(kQuarantineRecord, name_of_row(feed, row.number), std::move(value));
    if (row.number > kMaxQuarantined) {
        transaction.erase_record(kQuarantineRecord,
                                 name_of_row(feed, row.number - kMaxQuarantined));
    }
}

Result<Quarantine> read_quarantine(const Store& store, TenantId tenant, std::string_view feed,
                                   std::size_t limit) {
    Quarantine out;
    const auto totals = TRY(store.record(tenant, kFeedRecord, feed));
    if (!totals) return out;
    out.total = TRY(read_feed_totals(*totals)).counts.refused;
    out.dropped = out.total > kMaxQuarantined ? out.total - kMaxQuarantined : 0;
    const std::uint64_t wanted = std::min<std::uint64_t>(limit, out.total - out.dropped);
    if (wanted == 0) return out;
    const std::string after = name_of_row(feed, out.total - wanted);
    const std::string prefix = std::string{feed} + "/";
    for (const auto& [name, value] : TRY(store.records(tenant, kQuarantineRecord, after, wanted))) {
        if (name.starts_with(prefix)) out.rows.push_back(TRY(read_row(value)));
    }
    std::ranges::reverse(out.rows);
    return out;
}

}  // namespace musubi
