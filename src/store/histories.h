#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/guarded.h"
#include "base/log.h"
#include "history/tail.h"
#include "store/change_log.h"
#include "store/codec.h"
#include "store/store.h"

namespace musubi {

struct PastRewrite;

/// The recorded states of all attributes. A state that was superseded, deleted, or came late joins
/// the open tail of its series, in memory; full tails become chunks on disk. The present state
/// itself stays with the entity until it is superseded. A projection: rebuilt from the log at
/// start.
class Histories {
public:
    struct Limits {
        std::size_t open_bytes = 128U << 20U;    ///< of all open tails in memory
        std::size_t replay_bytes = 256U << 20U;  ///< of log that a start may have to read
    };
    Histories(const KeyValueStore& kv, Dictionary& dictionary, Limits limits)
        : kv_{kv}, dictionary_{dictionary}, limits_{limits} {}

    /// Changes with their bytes in the log.
    using Changes = std::vector<std::pair<ChangePtr, std::size_t>>;

    /// Rebuilds the open tails from the log. Fails: Io, Corrupt.
    Result<void> load(const ChangeLog& log);
    /// The committer's: takes in a change that is on disk.
    void apply(const Change& change);
    void erase_tenant(TenantId tenant);
    /// Forgets the tails of all other tenants.
    void keep_tenants(const std::vector<std::pair<std::string, TenantId>>& tenants);
    /// What is about to be written and then applied; empty once it is. Whoever reads the new state
    /// from the disk in between finds here what it superseded.
    void announce(const Changes& changes);

    /// Puts into `batch` the chunks of the tails that are due (full; or too old or too many, see
    /// Limits), all changes up to `sequence` being applied. `next` are those that go into the same
    /// batch: series they rewrite have to wait. Fails: Corrupt, Io; then nothing is staged.
    Result<void> stage_chunks(Batch& batch, const ChangeLog& log, std::uint64_t sequence,
                              const Changes& next);
    /// Puts into `batch`, after what stage_chunks did, what these changes rewrite and purge in
    /// chunks that are on disk. Fails: Corrupt, Io.
    Result<void> stage_rewrites(Batch& batch, const Changes& next) const;
    /// The batch with the chunks is on disk: the tails in it are forgotten.
    void chunks_written();
    void chunks_dropped() { staged_.clear(); }
    /// Now and then (by the growth of the log) finds the oldest change that an open tail still
    /// needs, `otherwise` where there is none, puts it into `batch` as the place where a start
    /// begins to read, and returns it: before it the log may be cut.
    std::optional<std::uint64_t> stage_floor(Batch& batch, const ChangeLog& log,
                                             std::uint64_t otherwise);

    /// All states of the entity's series, the present one of `present` (if any) included, each
    /// series in order of instance ids. `names` empty: all. Fails: Io, Corrupt.
    Result<std::vector<Series>> read(TenantId tenant, std::string_view id,
                                     const std::vector<std::string>& names, const Entity* present,
                                     const ChunkFilter& wanted = {}) const;
    /// True where the series holds a state with that event time and content, the present one left
    /// out. Fails: Io, Corrupt.
    Result<bool> contains(TenantId tenant, std::string_view id, const Point& point,
                          std::uint32_t name, std::uint32_t dataset) const;

    /// As Transaction::past.
    Result<std::vector<Series>> past(TenantId tenant, std::string_view id, std::string_view name,
                                     const ChunkFilter& wanted) const;
    /// What rewritten states of the attribute were, one series a dataset, each in order of the
    /// rewrites: the detail of a point begins with the kind of rewrite and the id of the state
    /// (former_state). Fails: Io, Corrupt.
    Result<std::vector<Series>> former(TenantId tenant, std::string_view id,
                                       std::string_view name) const;
    /// Takes out what had an expiresAt that has passed (4.22).
    static void drop_expired(std::vector<Series>& series, Time now);
    /// NotFound: neither the entity nor a history of it.
    static Error none(std::string_view id);
    /// True where states of the entity are in history. Fails: Io, Corrupt.
    Result<bool> any(TenantId tenant, std::string_view id) const;

    struct Figures {
        std::uint64_t series = 0;
        std::uint64_t points = 0;
        std::uint64_t bytes = 0;
    };
    [[nodiscard]] Figures figures() const;

private:
    /// The open tail of one series.
    struct Tail {
        std::uint32_t name = 0;
        std::uint32_t dataset = 0;
        SeriesTail points;
        std::uint64_t from = 0;  ///< the first change that brought a point of it
    };
    /// The open tails of one entity: few, and looked up together.
    using EntityTails = std::vector<Tail>;
    struct Tails {
        std::unordered_map<std::string, EntityTails> by_entity;  // by keys::series_of_entity
        DetailPool details;
        std::size_t bytes = 0;
    };
    /// Names a tail for those that are due.
    struct TailName {
        std::string entity;  ///< key
        std::uint32_t name = 0;
        std::uint32_t dataset = 0;
        friend auto operator<=>(const TailName&, const TailName&) = default;
    };
    using Sealed = std::map<TailName, std::uint64_t>;

    void add(Tails& tails, const std::string& entity, TailName name, const Point& point,
             std::uint64_t sequence);
    static bool is_packed(const Sealed& sealed, const TailName& series, std::uint64_t sequence);
    void apply_to(Tails& tails, const Change& change, const Sealed& sealed);
    void apply_attribute(Tails& tails, const TailName& series, const AttributeChange& attribute,
                         const Change& change);
    static void apply_rewrite(Tails& tails, const TailName& series,
                              const AttributeChange& attribute);
    static void rewrite_tail(Tails& tails, const TailName& series, const PastRewrite& rewrite);
    static void purge_tails(Tails& tails, const std::string& entity);
    std::vector<TailName> rewritten(const Changes& changes) const;
    Result<void> stage_chunk(Batch& batch, const TailName& series, const Tail& tail,
                             std::uint64_t sequence, bool merge) const;
    std::vector<TailName> due(const ChangeLog& log);
    bool too_old(const Tails& tails, const ChangeLog& log);
    using SeriesByName = std::map<std::string, Series>;  // by the numbers of name and dataset
    void read_announced(TenantId tenant, std::string_view id, const Entity* present,
                        SeriesByName& out, const std::vector<std::uint32_t>& names) const;
    Result<void> read_chunks(std::string_view prefix, SeriesByName& out,
                             const std::vector<std::uint32_t>& names,
                             const ChunkFilter& wanted = {}) const;
    Result<std::vector<Series>> select(TenantId tenant, std::string_view id, std::uint32_t name,
                                       const ChunkFilter& wanted) const;
    static std::uint64_t floor_of(const Tails& tails, std::uint64_t otherwise);
    void read_tails(const std::string& prefix, SeriesByName& out,
                    const std::vector<std::uint32_t>& names) const;
    static const Tail* find_tail(const Tails& tails, const TailName& series);
    static void erase_tail(Tails& tails, const TailName& series);

    const KeyValueStore& kv_;
    Dictionary& dictionary_;
    Limits limits_;
    SharedGuarded<Tails> tails_;
    SharedGuarded<std::vector<ChangePtr>> announced_;
    std::vector<TailName> staged_;  // the committer's own
    std::vector<TailName> full_;    // the committer's own
    std::uint64_t stored_floor_ = 0;
    std::uint64_t known_floor_ = 0;  // at most the sequence that the oldest open tail is from
    std::uint64_t floor_at_bytes_ = 0;
    std::uint64_t checked_at_bytes_ = 0;  // of log, at the last look at age
};

}  // namespace musubi
