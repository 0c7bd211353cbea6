#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "store/codec.h"
#include "store/entity_cache.h"
#include "store/histories.h"
#include "store/key_value.h"
#include "store/transaction.h"
#include "store/witness.h"

namespace musubi {

/// What a group of commands is committed over.
struct StoreParts {
    const KeyValueStore& kv;
    Dictionary& dictionary;
    EntityCache& cache;
    Histories& histories;
};

/// The commands that reach the disk together: one batch, one sync. Each sees what those before it
/// did; what fails leaves nothing.
class Group {
public:
    /// `before`: the group that is on its way to the disk, if any; it is there until `settle`.
    Group(StoreParts parts, const Group* before) : parts_{parts}, before_{before} {}
    Group(const Group&) = delete;
    Group& operator=(const Group&) = delete;

    /// The group before is on disk and visible, and is not looked at any more.
    void settle() { before_ = nullptr; }

    /// The latest state of an entity: of this group, of the one before, or committed. Null where
    /// there is none.
    Result<EntityPtr> latest(const std::string& key);
    Result<std::optional<std::string>> latest_record(const std::string& key);
    /// True where a command of this group or the one before, or history, holds the reading.
    Result<bool> is_known(TenantId tenant, const std::string& id, const Attribute& reading);

    /// The name as the store keeps it, where it knows it.
    [[nodiscard]] Name known(const Name& name) const { return parts_.dictionary.known(name); }

    /// As Transaction::past, of what is committed.
    Result<std::vector<Series>> past(TenantId tenant, std::string_view id, std::string_view name,
                                     const ChunkFilter& wanted);
    /// Bytes of text in the chunk or open tail that holds the state. Fails: Io, Corrupt.
    Result<std::size_t> text_beside(TenantId tenant, std::string_view id, const Attribute& state);
    /// True where states of the entity are in history. Fails: Io, Corrupt.
    Result<bool> has_history(TenantId tenant, std::string_view id);
    /// True where a command of this group or the one before changed the entity with that store key.
    [[nodiscard]] bool touches(const std::string& key) const {
        return entities_.contains(key) || (before_ != nullptr && before_->touches(key));
    }

    /// Takes in what a command did. Returns whether it changed an entity: then it has used the
    /// transaction's sequence number. `witness` (null: nobody) sees the change before.
    /// Fails: TooLarge, Forbidden, as `witness`; then nothing of it is taken in.
    Result<bool> fold(Transaction& transaction, const ChangeWitness* witness = nullptr);

    /// True once it holds so many states of one entity that no more should join: what a series
    /// takes in between two writes has to fit into a chunk.
    [[nodiscard]] bool full() const { return most_states_ >= kMaxStates / 2; }
    /// Of one entity, in one command.
    static constexpr std::size_t kMaxStates = 32'768;

    [[nodiscard]] Batch& batch() { return batch_; }
    [[nodiscard]] std::size_t bytes() const { return batch_.bytes(); }
    [[nodiscard]] const std::vector<std::pair<ChangePtr, std::size_t>>& changes() const {
        return changes_;
    }
    [[nodiscard]] const std::vector<RecordChange>& records() const { return records_; }
    [[nodiscard]] const std::vector<TenantId>& erased_tenants() const { return erased_tenants_; }
    [[nodiscard]] bool erases(TenantId tenant) const {
        return std::find(erased_tenants_.begin(), erased_tenants_.end(), tenant) !=
                   erased_tenants_.end() ||
               (before_ != nullptr && before_->erases(tenant));
    }
    /// What the group made of one entity.
    struct Staged {
        EntityPtr now;  ///< null: gone
        std::vector<const EntityChange*> changes;
        std::size_t states = 0;  ///< recorded by these changes
    };
    /// By store key.
    [[nodiscard]] const std::unordered_map<std::string, Staged>& entities() const {
        return entities_;
    }

private:
    [[nodiscard]] const Staged* staged(const std::string& key) const;
    Result<void> encode(Change& change, std::vector<std::string>& keys, Batch& out);
    void take_records(Transaction& transaction);

    StoreParts parts_;
    const Group* before_;
    Batch batch_;
    std::unordered_map<std::string, Staged> entities_;
    std::unordered_map<std::string, std::optional<std::string>> record_values_;
    std::vector<std::pair<ChangePtr, std::size_t>> changes_;
    std::vector<RecordChange> records_;
    std::vector<TenantId> erased_tenants_;
    std::size_t most_states_ = 0;
};

}  // namespace musubi
