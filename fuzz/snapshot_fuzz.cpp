// Any bytes as a snapshot, and as a query of snapshots: refused, or stored and answered without
// losing what they say.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "broker/snapshots/snapshot.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace musubi;
    const std::string_view bytes{reinterpret_cast<const char*>(data), size};
    (void)decode_snapshot("urn:s:1", bytes);
    const auto json = parse_json(bytes);
    if (!json) {
        const auto query = parse_snapshot_q(bytes, *core_context());
        if (query) (void)matches(*query, Snapshot{});
        return 0;
    }
    auto read = read_snapshot(*json, SnapshotUse::Create);
    if (!read) return 0;
    if (read->id.empty()) read->id = "urn:s:1";
    if (!set_expiry(*read, Time{})) return 0;
    if (read->expires_at > Time{} + Snapshot::kMaxLifetime) std::abort();
    const Json shown = write_snapshot(*read);
    const auto kept = decode_snapshot(read->id, encode(*read));
    if (!kept || write_snapshot(*kept) != shown) std::abort();
    // What is answered can be sent back.
    if (!read_snapshot(shown, SnapshotUse::Create)) std::abort();
    Snapshot patched = *read;
    if (patch_snapshot(patched, *json, Time{})) std::abort();  // it has queries
    return 0;
}
