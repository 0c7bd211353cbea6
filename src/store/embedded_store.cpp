#include <atomic>

#include "store/asked_history.h"
#include "store/commit_line.h"
#include "store/departed.h"
#include "store/format.h"
#include "store/index/index_keeper.h"
#include "store/keys.h"
#include "store/query_run.h"
#include "store/retention.h"
#include "store/store.h"
#include "store/tenants.h"

namespace musubi {
namespace {

// Store on one machine: the committer is a thread in here.
class EmbeddedStore final : public Store {
public:
    EmbeddedStore(std::unique_ptr<KeyValueStore> kv, const StoreOptions& options,
                  const Clock& clock, Log& log, Metrics& metrics)
        : kv_{std::move(kv)},
          options_{options},
          clock_{clock},
          log_{log},
          cache_{options.cache_bytes, metrics},
          histories_{*kv_, dictionary_, {.open_bytes = options.open_history_bytes}},
          changes_{
              *kv_,
              dictionary_,
              {.keep_bytes = options.keep_change_bytes, .max_bytes = options.max_change_bytes}},
          keeper_{{*kv_, dictionary_, changes_, index_, expiries_, clock_, log_},
                  {[this] { return visible_.load(); }, [this] { return projected_.load(); }},
                  options.image_every_bytes},
          refused_{metrics.counter("musubi_store_busy_total", "Commands refused: queue full.")},
          commit_line_{{.kv = *kv_,
                        .dictionary = dictionary_,
                        .cache = cache_,
                        .histories = histories_,
                        .changes = changes_,
                        .tenants = tenants_,
                        .clock = clock,
                        .log = log,
                        .project = [this](const Group& group) { project(group); }},
                       {.durability = options.durability,
                        .queue = {options.queue_commands, options.queue_bytes}},
                       metrics} {
        add_gauges(metrics);
    }

    ~EmbeddedStore() override {
        commit_line_.stop();
        keeper_.close();
        changes_.close();
    }

    Result<void> load() {
        TRY(prepare_format(*kv_, kFolderFormat, known_conversions(), log_));
        TRY(dictionary_.load(*kv_));
        TRY(tenants_.load(*kv_));
        TRY(changes_.load());
        TRY(keeper_.fill(tenants_.numbers()));
        TRY(histories_.load(changes_));
        histories_.keep_tenants(tenants_.all());  // the log may tell of some that were deleted
        // Held from the start, not only once each reactor runs: the first to write would trim.
        for (const auto& [reactor, position] : TRY(records(0, kPositionKind, {}, SIZE_MAX))) {
            if (position.size() == 8) changes_.set_position(reactor, read_be64(position));
        }
        projected_ = visible_ = changes_.last();
        commit_line_.start();
        return {};
    }

    // -- commands

    void submit(Command command) override {
        if (commit_line_.submit(command)) return;
        refused_.add();
        command.done(Error{ErrorCode::Busy,
                           "too many changes are waiting to be written; try again in a moment"});
    }

    void add_projection(Projection& projection) override {
        projections_.with([&](auto& all) { all.push_back(&projection); });
    }

    void set_gate(RightsGate gate) override { commit_line_.set_gate(std::move(gate)); }
    void set_witness(ChangeWitness witness) { commit_line_.set_witness(std::move(witness)); }

    // -- queries

    Result<EntityPtr> find(const Caller& caller, std::string_view id) const override {
        EntityPtr entity =
            unexpired(TRY(read(TRY(tenants_.find(caller.tenant)), id)), clock_.now());
        return caller.access ? caller.access->view(std::move(entity)) : EntityPtr{};
    }

    Result<std::vector<EntityShape>> shapes(const Caller& caller) const override {
        const TenantId tenant = TRY(tenants_.find(caller.tenant));
        return run_shapes(index_, tenant, caller, present_reader(tenant));
    }
    Result<QueryResult> query(const Caller& caller, const EntityQuery& query) const override;

    Result<std::vector<Series>> history(const Caller& caller, std::string_view id,
                                        const std::vector<std::string>& names,
                                        const ChunkFilter& wanted) const override {
        return TRY(ask_history(caller, id))->read(names, wanted);
    }
    Result<std::vector<Series>> former_states(const Caller& caller, std::string_view id,
                                              std::string_view name) const override {
        return TRY(ask_history(caller, id))->read_former(name);
    }
    Result<std::vector<std::string>> types_in_history(const Caller& caller,
                                                      std::string_view id) const override {
        return TRY(ask_history(caller, id))->types();
    }
    Result<EntityPtr> state_after(const Caller& caller, std::string_view id,
                                  std::uint64_t sequence) const override {
        return AskedHistory::state_after(history_sources(), caller,
                                         TRY(tenants_.find(caller.tenant)), id, sequence);
    }

    // -- changes

    [[nodiscard]] std::uint64_t sequence() const override { return visible_; }
    Result<std::vector<ChangePtr>> changes(std::uint64_t after, std::size_t limit,
                                           Duration wait) const override {
        return changes_.read(after, limit, wait);
    }
    [[nodiscard]] std::uint64_t first_sequence() const override { return changes_.first(); }
    void set_position(std::string_view reactor, std::uint64_t sequence) override {
        changes_.set_position(reactor, sequence);
    }

    // -- records and tenants

    Result<std::optional<std::string>> record(TenantId tenant, std::string_view kind,
                                              std::string_view name) const override {
        return kv_->get(Space::Records, keys::record(tenant, kind, name));
    }
    Result<std::vector<std::pair<std::string, std::string>>> records(
        TenantId tenant, std::string_view kind, std::string_view after,
        std::size_t limit) const override {
        const std::string prefix = keys::records(tenant, kind);
        std::string from = prefix;
        if (!after.empty()) from.append(after).push_back('\0');
        const auto cursor = kv_->scan(Space::Records, from, keys::after(prefix));
        std::vector<std::pair<std::string, std::string>> out;
        for (; cursor->valid() && out.size() < limit; cursor->next()) {
            out.emplace_back(cursor->key().substr(prefix.size()), cursor->value());
        }
        TRY(cursor->status());
        return out;
    }
    Result<TenantId> tenant(std::string_view name) const override { return tenants_.find(name); }
    [[nodiscard]] std::vector<std::pair<std::string, TenantId>> tenants() const override {
        return tenants_.all();
    }
    Result<TenantId> create_tenant(const Caller& caller, std::string_view name) override {
        TRY(commit(caller, [&](Transaction& tx) {
            const auto all = tenants_.all();
            const auto inner = [](const auto& t) {
                return InnerTenant::parse(t.first).has_value();
            };
            const auto inside = std::count_if(all.begin(), all.end(), inner);
            return Tenants::create(tx, name, all.size() - static_cast<std::size_t>(inside),
                                   options_.max_tenants);
        }));
        return tenants_.find(name);
    }
    Result<void> delete_tenant(const Caller& caller, std::string_view name) override {
        if (name.empty()) {
            return Error{ErrorCode::Conflict, "the default tenant can not be deleted"};
        }
        TRY(commit(caller, [&](Transaction& tx) -> Result<void> {
            for (const auto& [other, id] : tenants_.all()) {
                const auto inner = InnerTenant::parse(other);
                if (inner && inner->owner == name) TRY(Tenants::erase(tx, other));
            }
            return Tenants::erase(tx, name);
        }));
        return {};
    }

    // -- keeping it well

    Result<std::uint64_t> apply_retention(const RetentionSpans& span_by_type) override;
    Result<std::size_t> remove_expired() override {
        return musubi::remove_expired(*this, expiries_, clock_.now());
    }
    void keep_index() override { keeper_.keep(); }
    Result<void> backup(const std::string& folder) override { return kv_->backup(folder); }
    [[nodiscard]] Figures figures() const override {
        const Histories::Figures open = histories_.figures();
        Figures figures{.entities = index_.entities(),
                        .index_bytes = index_.memory(),
                        .open_series = open.series,
                        .open_points = open.points,
                        .names = dictionary_.size(),
                        .syncs = kv_->syncs()};
        for (std::size_t i = 0; i < kSpaces; ++i) {
            figures.spaces[i] = kv_->size(static_cast<Space>(i));
        }
        figures.free_bytes = kv_->free_bytes();
        return figures;
    }
    [[nodiscard]] KeyValueStore& key_value() override { return *kv_; }

private:
    void add_gauges(Metrics& metrics);
    Result<EntityPtr> read(TenantId tenant, std::string_view id) const;
    /// The same, of what has not expired now.
    [[nodiscard]] ReadEntity present_reader(TenantId tenant) const {
        return [this, tenant, now = clock_.now()](std::string_view id) -> Result<EntityPtr> {
            return unexpired(TRY(read(tenant, id)), now);
        };
    }
    /// What is left of it in the records where it was deleted; null: nothing.
    Result<EntityPtr> read_departed(TenantId tenant, std::string_view id) const;
    [[nodiscard]] AskedHistory::Sources history_sources() const {
        return {*kv_, histories_, clock_,
                [this](TenantId tenant, std::string_view id) { return read(tenant, id); }};
    }
    Result<std::unique_ptr<AskedHistory>> ask_history(const Caller& caller,
                                                      std::string_view id) const {
        const std::uint64_t until = visible_;  // before the state is read
        return AskedHistory::of(history_sources(), caller, TRY(tenants_.find(caller.tenant)), id,
                                until);
    }
    void project(const Group& group);

    std::unique_ptr<KeyValueStore> kv_;
    StoreOptions options_;
    const Clock& clock_;
    Log& log_;
    Dictionary dictionary_;
    mutable EntityCache cache_;
    EntityIndex index_;
    ExpiryIndex expiries_;
    Histories histories_;
    ChangeLog changes_;
    Tenants tenants_;
    IndexKeeper keeper_;
    Counter& refused_;

    Guarded<std::vector<Projection*>> projections_;

    std::atomic<std::uint64_t> visible_{0};
    std::atomic<std::uint64_t> projected_{0};  // the last that some projection may have seen
    CommitLine commit_line_;
};

void EmbeddedStore::add_gauges(Metrics& metrics) {
    metrics.gauge("musubi_store_sequence", "Number of the last commit.",
                  [this] { return static_cast<double>(visible_.load()); });
    metrics.gauge("musubi_store_queue", "Commands that wait for the committer.",
                  [this] { return static_cast<double>(commit_line_.waiting()); });
    metrics.gauge("musubi_store_syncs_total", "Times that the log was synced to disk.",
                  [this] { return static_cast<double>(kv_->syncs()); });
    metrics.gauge("musubi_store_entities", "Entities.",
                  [this] { return static_cast<double>(index_.entities()); });
    metrics.gauge("musubi_store_log_bytes", "Bytes of changes that are kept.",
                  [this] { return static_cast<double>(changes_.bytes()); });
    metrics.gauge("musubi_store_open_history_bytes", "Memory of history not yet in chunks.",
                  [this] { return static_cast<double>(histories_.figures().bytes); });
    metrics.gauge("musubi_store_slowest_reactor_lag", "Changes the slowest reactor is behind.",
                  [this] {
                      std::uint64_t slowest = visible_;
                      for (const auto& [name, position] : changes_.positions()) {
                          slowest = std::min(slowest, position);
                      }
                      return static_cast<double>(visible_ - slowest);
                  });
}

Result<EntityPtr> EmbeddedStore::read(TenantId tenant, std::string_view id) const {
    const std::string key = keys::entity(tenant, id);
    if (EntityPtr cached = cache_.find(key)) return cached;
    const std::uint64_t version = cache_.version(key);
    const auto bytes = TRY(kv_->get(Space::Entities, key));
    if (!bytes) return EntityPtr{};
    auto entity = std::make_shared<const Entity>(TRY(decode_entity(id, *bytes, dictionary_)));
    cache_.offer(key, entity, version);
    return EntityPtr{entity};
}

Result<QueryResult> EmbeddedStore::query(const Caller& caller, const EntityQuery& query) const {
    const TenantId tenant = TRY(tenants_.find(caller.tenant));
    return run_query(index_, tenant, caller, query, present_reader(tenant));
}

void EmbeddedStore::project(const Group& group) {
    if (!group.changes().empty()) projected_ = group.changes().back().first->sequence;
    for (const auto& [key, staged] : group.entities()) cache_.put(key, staged.now);
    for (const auto& [change, bytes] : group.changes()) {
        index_.apply(*change);
        histories_.apply(*change);
        for (const EntityChange& e : change->entities) {
            e.after ? expiries_.put(e.tenant, *e.after) : expiries_.erase(e.tenant, e.id);
        }
    }
    histories_.announce({});
    static const std::vector<RecordChange> kNoRecords;
    tenants_.apply(nullptr, group.records());
    const auto projections = projections_.with([](const auto& all) { return all; });
    for (Projection* projection : projections) {
        for (const auto& [change, bytes] : group.changes()) {
            projection->apply(change.get(), kNoRecords);
        }
        if (!group.records().empty()) projection->apply(nullptr, group.records());
    }
    for (const TenantId tenant : group.erased_tenants()) {
        cache_.clear();
        index_.erase_tenant(tenant);
        expiries_.erase_tenant(tenant);
        histories_.erase_tenant(tenant);
        for (Projection* projection : projections) projection->erase_tenant(tenant);
    }
    if (group.changes().empty()) return;
    visible_ = group.changes().back().first->sequence;
    changes_.append(group.changes());
}

Result<EntityPtr> EmbeddedStore::read_departed(TenantId tenant, std::string_view id) const {
    const auto stored = TRY(record(tenant, kDepartedKind, id));
    if (!stored) return EntityPtr{};
    return TRY(decode_departed(id, *stored)).entity;
}

Result<std::uint64_t> EmbeddedStore::apply_retention(const RetentionSpans& span_by_type) {
    auto retired = std::make_shared<Retired>(
        TRY(find_retired(*kv_, clock_.now(), span_by_type,
                         [&](TenantId tenant, std::string_view id) -> Result<EntityPtr> {
                             EntityPtr present = TRY(read(tenant, id));
                             return present ? present : TRY(read_departed(tenant, id));
                         })));
    TRY(add_retired_departed(*kv_, clock_.now(), span_by_type, tenants_.all(), *retired));
    TRY(add_forgotten(
        *kv_, tenants_.all(),
        [&](TenantId t, std::string_view id) { return histories_.any(t, id); }, *retired));
    if (retired->batch.empty()) return 0;
    TRY(commit(service_caller("", "retention"), [retired](Transaction& tx) -> Result<void> {
        tx.maintain(std::move(retired->batch));
        return {};
    }));
    return retired->points;
}

}  // namespace

Result<std::unique_ptr<Store>> Store::open(std::unique_ptr<KeyValueStore> kv,
                                           const StoreOptions& options, const Clock& clock,
                                           Log& log, Metrics& metrics) {
    auto store = std::make_unique<EmbeddedStore>(std::move(kv), options, clock, log, metrics);
    TRY(store->load());
    return std::unique_ptr<Store>{std::move(store)};
}

void set_witness(Store& store, ChangeWitness witness) {
    // There are no others: Store::open is what makes them.
    static_cast<EmbeddedStore&>(store).set_witness(std::move(witness));
}

}  // namespace musubi
