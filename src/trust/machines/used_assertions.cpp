#include "trust/machines/used_assertions.h"

#include <vector>

#include "base/bytes.h"
#include "trust/encoding.h"

namespace musubi {
namespace {

constexpr std::uint8_t kAssertionFormat = 1;

Result<Time> decode(std::string_view name, std::string_view value) {
    ByteReader r{value};
    if (r.byte() != kAssertionFormat) r.fail();
    const Time until{r.signed_number()};
    if (r.failed() || !r.at_end()) {
        return Error{ErrorCode::Corrupt, "the record of an assertion is malformed",
                     std::string(name)};
    }
    return until;
}

}  // namespace

Result<void> UsedAssertions::load(Store& store) {
    store.add_projection(*this);
    for (const auto& [name, value] : TRY(store.records(0, kKind))) {
        const Time until = TRY(decode(name, value));
        table_.with([&, &key = name](Table& table) { table.insert_or_assign(key, until); });
    }
    return {};
}

std::size_t UsedAssertions::size() const {
    return table_.read([](const Table& table) { return table.size(); });
}

Result<void> UsedAssertions::use(Transaction& tx, std::string_view machine, std::string_view jti,
                                 Time until) const {
    const std::string name = to_hex(sha256({machine, "\n", jti}));
    if (TRY(tx.record_of(0, kKind, name))) {
        return Error{ErrorCode::Unauthorized, "this assertion was used before: make another one",
                     "/jti"};
    }
    if (size() >= kMaxRemembered) {
        return Error{ErrorCode::Busy, "too many assertions came in these minutes; try again"};
    }
    std::string value;
    ByteWriter w{value};
    w.byte(kAssertionFormat);
    w.signed_number(until.us);
    tx.put_record_of(0, kKind, name, std::move(value));
    return {};
}

Result<void> UsedAssertions::sweep(Store& store, Time now) const {
    std::vector<std::string> over;
    table_.read([&](const Table& table) {
        for (const auto& [name, until] : table) {
            if (until <= now) over.push_back(name);
        }
    });
    if (over.empty()) return {};
    TRY(store.commit(service_caller("", "machines"), [&](Transaction& tx) -> Result<void> {
        for (const std::string& name : over) tx.put_record_of(0, kKind, name, std::nullopt);
        return {};
    }));
    return {};
}

void UsedAssertions::apply(const Change* /*change*/, const std::vector<RecordChange>& records) {
    for (const RecordChange& record : records) {
        if (record.tenant != 0 || record.kind != kKind) continue;
        table_.with([&](Table& table) {
            table.erase(record.name);
            if (!record.value) return;
            const auto until = decode(record.name, *record.value);
            if (until) table.insert_or_assign(record.name, *until);
        });
    }
}

}  // namespace musubi
