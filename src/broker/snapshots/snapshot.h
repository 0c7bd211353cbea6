#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "model/access.h"
#include "model/context.h"
#include "model/query.h"

namespace musubi {

enum class SnapshotStatus { Preparing, Success, Partial, Failure, Empty };
[[nodiscard]] std::string_view name_of(SnapshotStatus status) noexcept;

/// What some queries found, kept apart from then on (GS CIM 009 v1.9.1, 4.3.7, 5.2.41). Its
/// entities are those of an inner tenant (store/tenants.h).
struct Snapshot {
    static constexpr std::size_t kMaxQueries = 100;       ///< of each kind
    static constexpr std::size_t kMaxEntities = 100'000;  ///< that one query may bring
    static constexpr std::size_t kMaxShared = 9'999;  ///< the same where context sources take part
    static constexpr Duration kLifetime = days(1);    ///< where none is asked for
    static constexpr Duration kMaxLifetime = days(30);  ///< whatever is asked for
    static constexpr int kPriority = 5;

    std::string id;
    Json queries;           ///< an array of Query (5.2.23); null: none
    Json temporal_queries;  ///< the same with "temporalQ"
    std::string lifetime;   ///< as it was asked for, ISO 8601; empty: not at all
    int priority = kPriority;
    std::string endpoint;  ///< where changes of its status are told; empty: nowhere
    Json receiver_info;    ///< array of {key, value}; null: none
    SnapshotStatus status = SnapshotStatus::Preparing;
    Json details;           ///< array of ExecutionResultDetails (5.2.42); null: not yet
    Json temporal_details;  ///< the same of the temporal queries
    Time created_at;
    Time modified_at;
    Time expires_at;
    Time last_used_at;

    Json context;         ///< the "@context" that the names in its queries are read with
    std::string source;   ///< the id of the snapshot it is a clone of; empty: none
    std::string subject;  ///< who made it (Caller::subject)
    Role role = Role::Reader;
    std::string purpose;  ///< as stated when it was made, for personal types
    std::string ground;
    std::string decided_by;  ///< likewise: who decided on a use outside the purpose
    bool gone = false;       ///< deleted; kept until that is told
    bool to_tell = false;    ///< its status is still to be told to the endpoint

    [[nodiscard]] bool expired(Time now) const { return expires_at <= now; }
};
using SnapshotPtr = std::shared_ptr<const Snapshot>;

inline constexpr std::string_view kSnapshotKind = "snapshot";

enum class SnapshotUse { Create, Clone };
/// Reads what a request gives for a new one, or for a clone (which has no queries of its own); what
/// only answers have in them is left aside. Sets no times. Fails: BadRequest, `where` is the JSON
/// pointer.
Result<Snapshot> read_snapshot(const Json& json, SnapshotUse use);
/// Changes what may be changed (5.16.4): lifetime, from `now` on; priority, endpoint, receiverInfo,
/// the last two of which NGSI-LD Null takes away. Fails: BadRequest.
Result<void> patch_snapshot(Snapshot& snapshot, const Json& patch, Time now);
/// Sets expires_at by the lifetime that was asked for, within kMaxLifetime of `now`.
Result<void> set_expiry(Snapshot& snapshot, Time now);

/// As it is answered (5.2.41).
[[nodiscard]] Json write_snapshot(const Snapshot& snapshot);
/// SnapshotNotification (5.3.4).
[[nodiscard]] Json write_snapshot_notification(const Snapshot& snapshot, std::string_view id,
                                               Time now);

/// A query of members of snapshots (5.16.7). Fails: BadRequest where it names anything else.
Result<QueryNode> parse_snapshot_q(std::string_view text, const Context& context);
[[nodiscard]] bool matches(const QueryNode& query, const Snapshot& snapshot);

/// The stored form, and back; docs/formats.md has it in words. Fails: Corrupt.
[[nodiscard]] std::string encode(const Snapshot& snapshot);
Result<Snapshot> decode_snapshot(std::string_view id, std::string_view bytes);

}  // namespace musubi
