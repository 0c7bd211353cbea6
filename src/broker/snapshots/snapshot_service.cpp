#include "broker/snapshots/snapshot_service.h"

#include <algorithm>

#include "store/tenants.h"

namespace musubi {
namespace {

Error missing(std::string_view id) {
    return {ErrorCode::NotFound, "there is no such snapshot", std::string(id)};
}

bool manages(const Caller& caller, const Snapshot& snapshot) {
    if (!caller.access) return false;
    const bool all = caller.access->may_administer && caller.access->has_all_types();
    return all || caller.subject == snapshot.subject;
}

}  // namespace

Result<void> SnapshotService::load(Store& store) {
    store.add_projection(*this);
    for (const auto& [name, tenant] : store.tenants()) {
        for (const auto& [id, value] : TRY(store.records(tenant, kSnapshotKind))) {
            take(tenant, id, value);
        }
    }
    return {};
}

Result<std::optional<Snapshot>> SnapshotService::present(Transaction& tx, std::string_view id) {
    const auto stored = TRY(tx.record(kSnapshotKind, id));
    if (!stored) return std::optional<Snapshot>{};
    Snapshot snapshot = TRY(decode_snapshot(id, *stored));
    if (snapshot.gone) return std::optional<Snapshot>{};
    return std::optional{std::move(snapshot)};
}

void SnapshotService::put(Transaction& tx, const Snapshot& snapshot) {
    tx.put_record(kSnapshotKind, snapshot.id, encode(snapshot));
}

Result<void> SnapshotService::erase(Transaction& tx, Snapshot snapshot) {
    TRY(Tenants::erase(tx, InnerTenant::name_of(tx.caller().tenant, snapshot.id)));
    snapshot.gone = true;
    snapshot.modified_at = tx.now();
    snapshot.to_tell = !snapshot.endpoint.empty();
    snapshot.expires_at = std::min(snapshot.expires_at, tx.now());
    if (snapshot.to_tell) {
        put(tx, snapshot);
    } else {
        tx.erase_record(kSnapshotKind, snapshot.id);
    }
    return {};
}

Result<void> SnapshotService::create(Transaction& tx, Snapshot snapshot) const {
    if (TRY(present(tx, snapshot.id))) {
        return Error{ErrorCode::AlreadyExists, "a snapshot with this id exists", snapshot.id};
    }
    if (count(tx.tenant()) >= kMaxPerTenant) {
        return Error{ErrorCode::TooLarge,
                     "there are 100 snapshots of this tenant, as many as may be; delete one"};
    }
    if (!snapshot.source.empty()) {
        const auto source = TRY(present(tx, snapshot.source));
        if (!source || source->expired(tx.now())) return missing(snapshot.source);
        snapshot.queries = source->queries;
        snapshot.temporal_queries = source->temporal_queries;
        snapshot.context = source->context;
    }
    snapshot.created_at = snapshot.modified_at = snapshot.last_used_at = tx.now();
    TRY(set_expiry(snapshot, tx.now()));
    snapshot.subject = tx.caller().subject;
    snapshot.role = tx.caller().role;
    snapshot.purpose = tx.caller().purpose;
    snapshot.ground = tx.caller().ground;
    TRY(Tenants::create_inner(tx, InnerTenant::name_of(tx.caller().tenant, snapshot.id)));
    put(tx, snapshot);
    return {};
}

Result<Snapshot> SnapshotService::may_change(Transaction& tx, std::string_view id) const {
    auto snapshot = TRY(present(tx, id));
    if (!snapshot || snapshot->expired(tx.now())) return missing(id);
    if (!manages(tx.caller(), *snapshot)) {
        return Error{ErrorCode::Forbidden, "the snapshot is somebody else's", std::string(id)};
    }
    return std::move(*snapshot);
}

Result<Snapshot> SnapshotService::patch(Transaction& tx, std::string_view id,
                                        const Json& patch) const {
    Snapshot snapshot = TRY(may_change(tx, id));
    TRY(patch_snapshot(snapshot, patch, tx.now()));
    snapshot.modified_at = tx.now();
    snapshot.to_tell = !snapshot.endpoint.empty();
    put(tx, snapshot);
    return snapshot;
}

Result<void> SnapshotService::remove(Transaction& tx, std::string_view id) const {
    return erase(tx, TRY(may_change(tx, id)));
}

Result<std::size_t> SnapshotService::purge(Transaction& tx, const QueryNode& query) const {
    std::size_t purged = 0;
    for (const Kept& kept : all()) {
        if (kept.tenant != tx.tenant()) continue;
        auto snapshot = TRY(present(tx, kept.snapshot->id));
        if (!snapshot || snapshot->expired(tx.now()) || !manages(tx.caller(), *snapshot)) continue;
        snapshot->last_used_at = std::max(snapshot->last_used_at, kept.last_used_at);
        if (!matches(query, *snapshot)) continue;
        TRY(erase(tx, std::move(*snapshot)));
        ++purged;
    }
    return purged;
}

Result<Snapshot> SnapshotService::find(TenantId tenant, std::string_view id, Time now) const {
    return table_.read([&](const Table& table) -> Result<Snapshot> {
        const auto found = table.find(std::pair{tenant, std::string(id)});
        if (found == table.end() || found->second.snapshot->gone ||
            found->second.snapshot->expired(now)) {
            return missing(id);
        }
        Snapshot snapshot = *found->second.snapshot;
        snapshot.last_used_at = found->second.last_used_at;
        return snapshot;
    });
}

Result<std::string> SnapshotService::enter(TenantId tenant, std::string_view owner,
                                           std::string_view id, Time now) const {
    const bool known = table_.with([&](Table& table) {
        const auto found = table.find(std::pair{tenant, std::string(id)});
        if (found == table.end() || found->second.snapshot->gone ||
            found->second.snapshot->expired(now)) {
            return false;
        }
        found->second.last_used_at = std::max(found->second.last_used_at, now);
        return true;
    });
    if (!known) return missing(id);
    return InnerTenant::name_of(owner, id);
}

std::vector<SnapshotService::Kept> SnapshotService::all() const {
    return table_.read([](const Table& table) {
        std::vector<Kept> out;
        out.reserve(table.size());
        for (const auto& [key, entry] : table) {
            out.push_back({key.first, entry.snapshot, entry.last_used_at});
        }
        return out;
    });
}

std::size_t SnapshotService::count(TenantId tenant) const {
    return table_.read([&](const Table& table) {
        return static_cast<std::size_t>(
            std::count_if(table.begin(), table.end(), [&](const auto& item) {
                return item.first.first == tenant && !item.second.snapshot->gone;
            }));
    });
}

void SnapshotService::take(TenantId tenant, const std::string& id,
                           const std::optional<std::string>& value) {
    SnapshotPtr snapshot;
    if (value) {
        auto decoded = decode_snapshot(id, *value);
        if (decoded) {
            snapshot = std::make_shared<const Snapshot>(std::move(decoded).value());
        } else {
            log_.error("snapshots", "a stored snapshot can not be read; it is left alone",
                       {field("snapshot", id), field("why", to_text(decoded.error()))});
        }
    }
    table_.with([&](Table& table) {
        const std::pair key{tenant, id};
        if (!snapshot) {
            table.erase(key);
            return;
        }
        Entry& entry = table[key];
        // One that is made anew under its id was not used before.
        const bool same = entry.snapshot && entry.snapshot->created_at == snapshot->created_at;
        const Time used = same ? entry.last_used_at : Time{};
        entry = {snapshot, std::max(used, snapshot->last_used_at)};
    });
}

void SnapshotService::apply(const Change* /*change*/, const std::vector<RecordChange>& records) {
    bool any = false;
    for (const RecordChange& record : records) {
        if (record.kind != kSnapshotKind) continue;
        take(record.tenant, record.name, record.value);
        any = true;
    }
    if (!any) return;
    told_.with([](const std::function<void()>& told) {
        if (told) told();
    });
}

void SnapshotService::erase_tenant(TenantId tenant) {
    table_.with([&](Table& table) {
        std::erase_if(table, [&](const auto& item) { return item.first.first == tenant; });
    });
}

}  // namespace musubi
