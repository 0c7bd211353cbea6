#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/access.h"
#include "model/query.h"
#include "store/change.h"
#include "store/committer.h"
#include "store/index/entity_shapes.h"
#include "store/key_value.h"
#include "store/series.h"

namespace musubi {

struct StoreOptions {
    Durability durability = Durability::Synced;
    std::size_t cache_bytes = 128U << 20U;         ///< of decoded entities
    std::size_t queue_commands = 4096;             ///< beyond: Busy
    std::size_t queue_bytes = 64U << 20U;          ///< beyond: Busy
    std::size_t open_history_bytes = 128U << 20U;  ///< of series not yet in chunks
    std::size_t keep_change_bytes = 64U << 20U;    ///< of the log, even when nobody needs it
    std::size_t max_change_bytes = 1U << 30U;      ///< of the log, for the slowest reactor
    std::size_t image_every_bytes = 32U << 20U;    ///< of log: about half a second for a start
    std::size_t max_tenants = 1000;
};

/// How a query was answered, for `musubi explain`.
struct QueryPlan {
    std::string index;              ///< "types", "ids"
    std::vector<std::string> uses;  ///< the columns that narrowed it
    std::size_t scanned = 0;        ///< rows looked at in the index
    std::size_t fetched = 0;        ///< entities read and compared
};
struct QueryResult {
    std::vector<EntityPtr> entities;
    std::optional<std::size_t> count;  ///< of all that match, where asked for
    QueryPlan plan;
};

/// How long history is kept, by expanded type or "*"; the first that applies decides.
using RetentionSpans = std::vector<std::pair<std::string, Duration>>;

/// The state of the region: entities, their history, the log of changes and the records, kept in a
/// KeyValueStore. Queries are answered from what is committed, from any thread; commands go
/// through the one committer.
class Store {
public:
    /// Checks the format (converting a former one, with progress in the log), loads what is needed
    /// and starts the committer. Fails: Corrupt, Io, Unsupported (a later format).
    static Result<std::unique_ptr<Store>> open(std::unique_ptr<KeyValueStore> kv,
                                               const StoreOptions& options, const Clock& clock,
                                               Log& log, Metrics& metrics);
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;
    virtual ~Store() = default;  ///< stops the committer after the commands that are queued

    // -- commands
    /// Queues a command. Where the queue is full `done` gets Busy at once.
    virtual void submit(Command command) = 0;
    /// The same, waiting; for threads that may wait (never on an I/O thread).
    Result<Committed> commit(const Caller& caller, std::function<Result<void>(Transaction&)> run);
    /// Told of each commit from then on, before its reply.
    virtual void add_projection(Projection& projection) = 0;
    /// Holds each command from then on against the rights of who sent it. Once.
    virtual void set_gate(RightsGate gate) = 0;

    // -- queries
    /// Null where there is none or the caller may not read it. Fails: NoTenant, Io, Corrupt.
    virtual Result<EntityPtr> find(const Caller& caller, std::string_view id) const = 0;
    /// Stable order. Fails: NoTenant, Io, Corrupt.
    virtual Result<QueryResult> query(const Caller& caller, const EntityQuery& query) const = 0;
    /// What the entities that the caller may read are made of, from the index; in no order. For
    /// discovery (GS CIM 009 v1.9.1, 5.7.5-5.7.10). Fails: NoTenant.
    virtual Result<std::vector<EntityShape>> shapes(const Caller& caller) const = 0;
    /// The history of the entity: chunks, open tail and present state. `names` empty: all. Also of
    /// an entity that was deleted. Fails: NotFound where there is neither entity nor history;
    /// NoTenant, Io, Corrupt.
    /// `wanted`: which chunks to read; empty: all. A series none of whose chunks is wanted is
    /// there, without their points.
    virtual Result<std::vector<Series>> history(const Caller& caller, std::string_view id,
                                                const std::vector<std::string>& names,
                                                const ChunkFilter& wanted = {}) const = 0;

    /// The types of the entity in the times that `history` shows something of: those that it has,
    /// and those that it had. Fails: as `history`.
    virtual Result<std::vector<std::string>> types_in_history(const Caller& caller,
                                                              std::string_view id) const = 0;
    /// What the entity was right after that commit, as far as what is said of the caller looks at
    /// it: its types, its scopes and those attributes. Null where that can not be told any more.
    /// Whether the caller may read it is not asked. Fails: NoTenant, Io, Corrupt.
    virtual Result<EntityPtr> state_after(const Caller& caller, std::string_view id,
                                          std::uint64_t sequence) const = 0;

    /// What corrected and withdrawn instances of the attribute were, one series a dataset, in order
    /// of the rewrites (docs/formats.md). Fails: as `history`.
    virtual Result<std::vector<Series>> former_states(const Caller& caller, std::string_view id,
                                                      std::string_view name) const = 0;

    // -- changes
    /// The sequence number of the last commit.
    [[nodiscard]] virtual std::uint64_t sequence() const = 0;
    /// Up to `limit` changes after `after`, in order. Waits up to `wait` for the first.
    /// Where the log no longer reaches back to `after`, starts at its oldest: see first_sequence.
    virtual Result<std::vector<ChangePtr>> changes(std::uint64_t after, std::size_t limit,
                                                   Duration wait) const = 0;
    /// The oldest change still kept.
    [[nodiscard]] virtual std::uint64_t first_sequence() const = 0;
    /// Says that a reactor has dealt with everything up to `sequence`: older changes may go once
    /// all have. A name that never says anything holds nothing.
    virtual void set_position(std::string_view reactor, std::uint64_t sequence) = 0;

    // -- records and tenants
    virtual Result<std::optional<std::string>> record(TenantId tenant, std::string_view kind,
                                                      std::string_view name) const = 0;
    /// All records of a kind in order of names, up to `limit`, after `after`.
    virtual Result<std::vector<std::pair<std::string, std::string>>> records(
        TenantId tenant, std::string_view kind, std::string_view after = {},
        std::size_t limit = SIZE_MAX) const = 0;
    /// Fails: NoTenant.
    virtual Result<TenantId> tenant(std::string_view name) const = 0;
    /// (name, number) of all, the default one ("", 0) first.
    [[nodiscard]] virtual std::vector<std::pair<std::string, TenantId>> tenants() const = 0;
    /// Fails: AlreadyExists, BadRequest (name), TooLarge (cap).
    virtual Result<TenantId> create_tenant(const Caller& caller, std::string_view name) = 0;
    /// Deletes everything of it. Fails: NoTenant, Conflict (the default tenant).
    virtual Result<void> delete_tenant(const Caller& caller, std::string_view name) = 0;

    // -- keeping it well
    /// Removes history older than the span of its type. Returns the points removed. Fails: Io.
    virtual Result<std::uint64_t> apply_retention(const RetentionSpans& span_by_type) = 0;
    /// Removes what has expired (4.22) and is no longer answered. Returns how many entities it
    /// touched. Fails: Io.
    virtual Result<std::size_t> remove_expired() = 0;
    /// Writes the image that the next start fills the index from, where enough has changed. May
    /// take a second; for one thread that may wait.
    virtual void keep_index() = 0;
    virtual Result<void> backup(const std::string& folder) = 0;
    /// Figures for the page and `doctor`.
    struct Figures {
        std::uint64_t entities = 0;
        std::uint64_t index_bytes = 0;  ///< of memory
        std::uint64_t open_series = 0;
        std::uint64_t open_points = 0;
        std::uint64_t names = 0;
        std::uint64_t syncs = 0;
        SpaceSize spaces[kSpaces];
        std::optional<std::uint64_t> free_bytes;  ///< of the disk; nothing: kept in memory
    };
    [[nodiscard]] virtual Figures figures() const = 0;
    [[nodiscard]] virtual KeyValueStore& key_value() = 0;

protected:
    Store() = default;
};

}  // namespace musubi
