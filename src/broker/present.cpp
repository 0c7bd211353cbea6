#include "broker/present.h"

#include "base/bytes.h"

namespace musubi {
namespace {

constexpr std::string_view kKind = "present";

}  // namespace

Result<Present> read_present(const Store& store, TenantId tenant, const Clock& clock) {
    const auto stored = TRY(store.record(tenant, kKind, "replay"));
    if (!stored) return Present{.replay = false, .at = clock.now()};
    ByteReader r{*stored};
    const Present present{.replay = true, .at = Time{r.signed_number()}};
    if (r.failed()) return Error{ErrorCode::Corrupt, "the present of a replay can not be read"};
    return present;
}

void put_replay_present(Transaction& transaction, Time newest) {
    std::string value;
    ByteWriter{value}.signed_number(newest.us);
    transaction.put_record(kKind, "replay", std::move(value));
}

void end_replay(Transaction& transaction) { transaction.erase_record(kKind, "replay"); }

}  // namespace musubi
