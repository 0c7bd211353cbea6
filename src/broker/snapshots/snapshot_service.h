#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/guarded.h"
#include "base/log.h"
#include "broker/snapshots/snapshot.h"
#include "store/store.h"

namespace musubi {

/// The operations on snapshots (GS CIM 009 v1.9.1, 5.16), and the table of all there are: a
/// projection of the records of kind "snapshot". Who may read may make them; an operator manages
/// all of the tenant, everybody else his own. Safe from any thread.
class SnapshotService final : public Projection {
public:
    static constexpr std::size_t kMaxPerTenant = 100;

    explicit SnapshotService(Log& log) : log_{log} {}
    /// Reads what is stored and follows it from then on. Fails: Io, Corrupt.
    Result<void> load(Store& store);
    /// Told after each commit that touched a snapshot; must not wait. Empty: nobody any more.
    void on_change(std::function<void()> told) {
        told_.with([&](std::function<void()>& now) { now = std::move(told); });
    }

    /// 5.16.1, 5.16.2: what it holds is filled in afterwards (SnapshotKeeper). `snapshot` has an
    /// id; `snapshot.source` names the one to be cloned. Fails: AlreadyExists, NotFound (the one to
    /// be cloned), TooLarge (kMaxPerTenant).
    Result<void> create(Transaction& tx, Snapshot snapshot) const;
    /// 5.16.4: returns what it is now. Fails: NotFound, Forbidden, BadRequest.
    Result<Snapshot> patch(Transaction& tx, std::string_view id, const Json& patch) const;
    /// 5.16.5. Fails: NotFound, Forbidden.
    Result<void> remove(Transaction& tx, std::string_view id) const;
    /// 5.16.7: those of the caller that `query` fits; returns how many. Fails: Io.
    Result<std::size_t> purge(Transaction& tx, const QueryNode& query) const;

    /// 5.16.3. Fails: NotFound.
    Result<Snapshot> find(TenantId tenant, std::string_view id, Time now) const;
    /// The name of the inner tenant where its entities are, for one operation on it: from now on it
    /// was last used now. Fails: NotFound.
    Result<std::string> enter(TenantId tenant, std::string_view owner, std::string_view id,
                              Time now) const;

    /// For the keeper: all of all tenants.
    struct Kept {
        TenantId tenant = 0;
        SnapshotPtr snapshot;
        Time last_used_at;
    };
    [[nodiscard]] std::vector<Kept> all() const;
    /// The record of a snapshot that a command has before it; nothing where it is gone.
    /// Fails: Io, Corrupt.
    static Result<std::optional<Snapshot>> present(Transaction& tx, std::string_view id);
    static void put(Transaction& tx, const Snapshot& snapshot);
    /// The inner tenant goes, and the record with it, unless that its end is still to be told.
    static Result<void> erase(Transaction& tx, Snapshot snapshot);

    void apply(const Change* change, const std::vector<RecordChange>& records) override;
    void erase_tenant(TenantId tenant) override;

private:
    struct Entry {
        SnapshotPtr snapshot;
        Time last_used_at;
    };
    using Table = std::map<std::pair<TenantId, std::string>, Entry, std::less<>>;
    Result<Snapshot> may_change(Transaction& tx, std::string_view id) const;
    [[nodiscard]] std::size_t count(TenantId tenant) const;
    void take(TenantId tenant, const std::string& id, const std::optional<std::string>& value);

    Log& log_;
    Guarded<std::function<void()>> told_;
    mutable SharedGuarded<Table> table_;
};

}  // namespace musubi
