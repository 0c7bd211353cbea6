#include "broker/present.h"

#include "base/bytes.h"

namespace musubi {
namespace {

constexpr std::string_view kPresentKind = "present";

Result<Present> present_of(const std::optional<std::string>& stored, Time now) {
    if (!stored) return Present{.replay = false, .at = now};
    ByteReader r{*stored};
    const Present present{.replay = true, .at = Time{r.signed_number()}};
    if (r.failed()) return Error{ErrorCode::Corrupt, "the present of a replay can not be read"};
    return present;
}

}  // namespace

Result<Present> read_present(const Store& store, TenantId tenant, const Clock& clock) {
    return present_of(TRY(store.record(tenant, kPresentKind, "replay")), clock.now());
}

Result<Present> read_present(Transaction& transaction) {
    return present_of(TRY(transaction.record(kPresentKind, "replay")), transaction.now());
}

void put_replay_present(Transaction& transaction, Time newest) {
    std::string value;
    ByteWriter{value}.signed_number(newest.us);
    transaction.put_record(kPresentKind, "replay", std::move(value));
}

void end_replay(Transaction& transaction) { transaction.erase_record(kPresentKind, "replay"); }

}  // namespace musubi
