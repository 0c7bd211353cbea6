#include <array>

#include "base/bytes.h"
#include "broker/snapshots/snapshot.h"
#include "store/json_codec.h"

namespace musubi {
namespace {

constexpr std::uint8_t kFormat = 3;
constexpr std::uint8_t kWithoutPurpose = 1;  // former releases
constexpr std::uint8_t kWithoutDecision = 2;
constexpr std::array<std::string_view, 5> kStatus{"preparing", "success", "partial", "failure",
                                                  "empty"};

void set_unless_null(Json& out, std::string_view name, const Json& value) {
    if (!value.is_null()) out.set(name, value);
}

void set_unless_empty(Json& out, std::string_view name, const std::string& value) {
    if (!value.empty()) out.set(name, value);
}

}  // namespace

std::string_view name_of(SnapshotStatus status) noexcept {
    return kStatus[static_cast<std::size_t>(status)];
}

Json write_snapshot(const Snapshot& s) {
    Json out;
    out.set("id", s.id);
    out.set("type", "Snapshot");
    set_unless_null(out, "snapshotQueries", s.queries);
    set_unless_null(out, "snapshotTemporalQueries", s.temporal_queries);
    set_unless_empty(out, "snapshotLifetime", s.lifetime);
    out.set("snapshotPriority", s.priority);
    set_unless_empty(out, "endpoint", s.endpoint);
    set_unless_null(out, "receiverInfo", s.receiver_info);
    out.set("snapshotStatus", name_of(s.status));
    set_unless_null(out, "snapshotQueriesDetails", s.details);
    set_unless_null(out, "snapshotTemporalQueriesDetails", s.temporal_details);
    out.set("createdAt", to_iso(s.created_at));
    out.set("modifiedAt", to_iso(s.modified_at));
    out.set("expiresAt", to_iso(s.expires_at));
    out.set("lastUsedAt", to_iso(s.last_used_at));
    return out;
}

Json write_snapshot_notification(const Snapshot& s, std::string_view id, Time now) {
    Json out;
    out.set("id", "urn:ngsi-ld:SnapshotNotification:" + std::string(id));
    out.set("type", "SnapshotNotification");
    out.set("snapshotId", s.id);
    out.set("snapshotStatus", name_of(s.status));
    out.set("snapshotPriority", s.priority);
    out.set("expiresAt", to_iso(s.expires_at));
    out.set("notifiedAt", to_iso(now));
    set_unless_null(out, "snapshotQueriesDetails", s.details);
    set_unless_null(out, "temporalSnapshotQueriesDetails", s.temporal_details);
    return out;
}

std::string encode(const Snapshot& s) {
    std::string out;
    ByteWriter w{out};
    w.byte(kFormat);
    w.byte(static_cast<std::uint8_t>(s.status));
    w.byte(static_cast<std::uint8_t>(s.priority));
    w.byte(static_cast<std::uint8_t>(s.role));
    w.byte(static_cast<std::uint8_t>((s.gone ? 1U : 0U) | (s.to_tell ? 2U : 0U)));
    for (const Time t : {s.created_at, s.modified_at, s.expires_at, s.last_used_at}) {
        w.signed_number(t.us);
    }
    for (const std::string* text :
         {&s.lifetime, &s.endpoint, &s.source, &s.subject, &s.purpose, &s.ground, &s.decided_by}) {
        w.text(*text);
    }
    for (const Json* json : {&s.queries, &s.temporal_queries, &s.receiver_info, &s.details,
                             &s.temporal_details, &s.context}) {
        put_json(w, *json);
    }
    return out;
}

Result<Snapshot> decode_snapshot(std::string_view id, std::string_view bytes) {
    ByteReader r{bytes};
    Snapshot s;
    s.id = id;
    const std::uint8_t format = r.byte();
    if (format < kWithoutPurpose || format > kFormat) r.fail();
    const std::uint8_t status = r.byte();
    s.priority = r.byte();
    const std::uint8_t role = r.byte();
    const std::uint8_t flags = r.byte();
    if (status >= kStatus.size() || role > static_cast<std::uint8_t>(kLastRole)) r.fail();
    s.status = static_cast<SnapshotStatus>(status);
    s.role = static_cast<Role>(role);
    s.gone = (flags & 1U) != 0;
    s.to_tell = (flags & 2U) != 0;
    for (Time* t : {&s.created_at, &s.modified_at, &s.expires_at, &s.last_used_at}) {
        *t = Time{r.signed_number()};
    }
    for (std::string* text : {&s.lifetime, &s.endpoint, &s.source, &s.subject}) *text = r.text();
    if (format != kWithoutPurpose) {
        s.purpose = r.text();
        s.ground = r.text();
    }
    if (format > kWithoutDecision) s.decided_by = r.text();
    for (Json* json : {&s.queries, &s.temporal_queries, &s.receiver_info, &s.details,
                       &s.temporal_details, &s.context}) {
        *json = get_json(r);
    }
    if (r.failed() || !r.at_end()) {
        return Error{ErrorCode::Corrupt, "the record of a snapshot is malformed", std::string(id)};
    }
    return s;
}

}  // namespace musubi
