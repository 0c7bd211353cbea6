#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/access.h"
#include "store/belonging.h"
#include "store/change.h"
#include "store/key_value.h"
#include "store/series.h"

namespace musubi {

class Group;

/// One entity under change within a transaction. What is set is stamped (times, instance id) and
/// recorded as a change; what is not touched stays as it is.
class EntityEdit {
public:
    /// The state with all that was set so far.
    [[nodiscard]] const Entity& state() const { return state_; }
    /// Whether the caller may set these attributes: asked before any of them is. What was done is
    /// held against the policies once more in the end. Fails: Forbidden, BadRequest (an Individual
    /// Number), naming the attribute.
    Result<void> may_set(const Attributes& attributes) const;
    /// What was recorded so far.
    [[nodiscard]] const std::vector<AttributeChange>& changes() const { return changes_; }
    /// Puts the attribute in the place of the one with the same name and dataset, or adds it. Keeps
    /// the created_at of the one it replaces.
    void set(Attribute attribute);
    void set(std::shared_ptr<Attribute> attribute);
    /// False where there is none. `at`: the event time of the deletion, where it is known.
    bool remove(std::string_view name, std::string_view dataset_id, std::optional<Time> at = {});
    /// A late reading: joins history, leaves the state alone.
    void add_late(Attribute attribute);
    /// A recorded state gets other content, under the same instance id and time of creation. `was`
    /// is what it is until now: the present state, or a past one as Transaction::past tells.
    /// Fails: TooLarge where a chunk of history would have to hold more text than it may; Io.
    Result<void> correct(const Attribute& was, Attribute now);
    /// A recorded state was never so. Where it is the present one, `successor` (the past state that
    /// is the newest now) becomes the present; without one the attribute is gone.
    void withdraw(const Attribute& was, std::optional<Attribute> successor);
    /// All states of the attribute and dataset go, present and past, and leave no trace in history.
    void purge(std::string_view name, std::string_view dataset_id);
    void set_types(std::vector<std::string> types);
    /// Scopes have a history as an attribute has; `at`: their event time, where it is known.
    void set_scopes(std::vector<std::string> scopes, std::optional<Time> at = {});
    /// Nothing: it lasts.
    void set_expiry(std::optional<Time> expires_at);

private:
    friend class Transaction;
    friend class Group;
    EntityEdit(class Transaction& transaction, Entity state)
        : transaction_{transaction}, state_{std::move(state)} {}
    void stamp(Attribute& attribute);
    void touch();
    AttributeChange rewrite(Rewrite what, const Attribute& was);
    void record_scopes(std::optional<Time> at);
    void leave();
    [[nodiscard]] bool changed() const { return created_ || touched_ || !changes_.empty(); }

    class Transaction& transaction_;
    Entity state_;
    EntityPtr before_;  // where policies bound who changes it: what it was; null: nothing
    std::vector<AttributeChange> changes_;
    bool live_ = true;      // false once erased in this transaction
    bool created_ = false;  // made in this transaction
    bool touched_ = false;  // the state differs from what it was
    bool types_changed_ = false;
    std::optional<Belonging> was_;  // where it belonged before the command, once it is elsewhere
    bool erased_ = false;           // an entity of before was erased here
    EntityChange erased_change_;    // what was there, where it was erased
};

/// What a command may do. It sees the latest state, with all commands before it; what it does
/// becomes true and durable together, with one sequence number, or not at all. Access and
/// protection are decided here, whichever door the command came by.
class Transaction {
public:
    Transaction(Group& group, const Caller& caller, TenantId tenant, Time now,
                std::uint64_t sequence);
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction();

    [[nodiscard]] const Caller& caller() const { return caller_; }
    [[nodiscard]] TenantId tenant() const { return tenant_; }
    /// The moment of the commit (wall clock), the same throughout.
    [[nodiscard]] Time now() const { return now_; }
    /// The number it gets if it changes an entity.
    [[nodiscard]] std::uint64_t sequence() const { return sequence_; }

    /// Null where there is none, or where the caller may neither read nor write it.
    /// Fails: Io, Corrupt.
    Result<EntityPtr> find(std::string_view id);
    /// Fails: NotFound; Forbidden (protected, or not the caller's to change); Io.
    Result<EntityEdit*> edit(std::string_view id);
    /// A new entity with the types and scopes of `skeleton`; its attributes are set and stamped.
    /// `skeleton.guardian` other than the caller's own is refused.
    /// Fails: AlreadyExists, Forbidden, Io.
    Result<EntityEdit*> create(Entity skeleton);
    /// Fails: NotFound, Forbidden, Io.
    Result<void> erase(std::string_view id);
    /// The entity and all its history go; also the history of one that was deleted before.
    /// Fails: NotFound, Forbidden, Io; Busy as `past`.
    Result<void> purge(std::string_view id);
    /// Past states of an attribute, one series a dataset, in order of instance ids: those in chunks
    /// that `wanted` accepts, and all that are not in a chunk yet. The present state is not among
    /// them, nor what this command did. Fails: Io, Corrupt; Busy where an earlier command of the
    /// same group changed the entity: pass it on, and the command is run again (so it must leave
    /// what it captured as it was).
    Result<std::vector<Series>> past(std::string_view id, std::string_view name,
                                     const ChunkFilter& wanted);
    /// True where history, or this commit, holds a state of that attribute with that event time and
    /// that content: a repeated reading. Fails: Io, Corrupt.
    Result<bool> is_known(const EntityEdit& edit, const Attribute& reading);

    /// True once `past` or `purge` found that the command has to run again in the next group.
    [[nodiscard]] bool deferred() const { return deferred_; }

    /// Records: small things that are no entities, by kind and name within the tenant.
    Result<std::optional<std::string>> record(std::string_view kind, std::string_view name);
    void put_record(std::string_view kind, std::string_view name, std::string value);
    void erase_record(std::string_view kind, std::string_view name);
    /// The same for another tenant (0: the whole installation). For services.
    void put_record_of(TenantId tenant, std::string_view kind, std::string_view name,
                       std::optional<std::string> value);
    Result<std::optional<std::string>> record_of(TenantId tenant, std::string_view kind,
                                                 std::string_view name);
    /// Everything of the tenant goes: entities, history, records. Its number is not used again.
    void erase_tenant(TenantId tenant) { erased_tenants_.push_back(tenant); }

    /// What is made from then on keeps the times of recording that it has already: it was recorded
    /// elsewhere before. For services that copy.
    void keep_times() { keeps_times_ = true; }

    /// For the store's own upkeep: goes into the batch as it is.
    void maintain(Batch batch) { upkeep_.append(std::move(batch)); }

private:
    friend class EntityEdit;
    friend class Group;
    Result<void> need_settled(std::string_view id);
    Result<void> need_room(const std::string& id, const Attribute& was, const Attribute& now);
    /// Moves what was done into `change`: nothing can be done afterwards. Fails: Forbidden where a
    /// policy does not let the caller do all of it.
    Result<void> collect(Change& change);
    Result<EntityPtr> latest(std::string_view id);
    Result<void> keep_belonging(const std::string& id, FormerBelonging former);
    Result<void> keep_gone(const EntityEdit& edit, Belonging was);
    Result<bool> bury(const EntityPtr& entity);
    Result<bool> may_purge_departed(std::string_view id);
    [[nodiscard]] Result<void> need_write() const;
    Result<void> need_types(const Entity& entity) const;
    Result<void> may_change(const Entity& entity, AccessAction action) const;
    Result<void> may_bring(const Entity& entity) const;
    Result<EntityEdit*> open(std::string_view id, AccessAction action);
    Result<void> check_policies(const EntityEdit& edit) const;

    Group& group_;
    const Caller& caller_;
    TenantId tenant_;
    Time now_;
    std::uint64_t sequence_;
    std::uint32_t next_ordinal_ = 0;
    std::deque<std::unique_ptr<EntityEdit>> edits_;  // in order of first touch
    std::unordered_map<std::string, EntityEdit*> edit_by_id_;
    std::vector<RecordChange> records_;
    std::vector<EntityChange> purged_;  // that were deleted before
    std::vector<TenantId> erased_tenants_;
    Batch upkeep_;
    bool deferred_ = false;
    bool keeps_times_ = false;
    std::size_t corrected_text_ = 0;  // bytes that corrections put into chunks
};

}  // namespace musubi
