#include "store/group.h"

#include <algorithm>

#include "store/history_points.h"
#include "store/keys.h"

namespace musubi {
namespace {

bool holds(const std::vector<AttributeChange>& changes, const Attribute& reading) {
    return std::any_of(changes.begin(), changes.end(), [&](const AttributeChange& c) {
        return (c.after && same_content(*c.after, reading)) ||
               (c.before && same_content(*c.before, reading));
    });
}

}  // namespace

const Group::Staged* Group::staged(const std::string& key) const {
    if (const auto own = entities_.find(key); own != entities_.end()) return &own->second;
    return before_ != nullptr ? before_->staged(key) : nullptr;
}

Result<EntityPtr> Group::latest(const std::string& key) {
    if (const Staged* known = staged(key)) return known->now;
    if (EntityPtr cached = parts_.cache.find(key)) return cached;
    const std::uint64_t version = parts_.cache.version(key);
    const auto bytes = TRY(parts_.kv.get(Space::Entities, key));
    if (!bytes) return EntityPtr{};
    auto entity = std::make_shared<const Entity>(
        TRY(decode_entity(std::string_view(key).substr(4), *bytes, parts_.dictionary)));
    parts_.cache.offer(key, entity, version);
    return EntityPtr{entity};
}

Result<std::optional<std::string>> Group::latest_record(const std::string& key) {
    for (const Group* group = this; group != nullptr; group = group->before_) {
        const auto staged = group->record_values_.find(key);
        if (staged != group->record_values_.end()) return staged->second;
    }
    return parts_.kv.get(Space::Records, key);
}

Result<bool> Group::is_known(TenantId tenant, const std::string& id, const Attribute& reading) {
    const std::string key = keys::entity(tenant, id);
    for (const Group* group = this; group != nullptr; group = group->before_) {
        const auto earlier = group->entities_.find(key);
        if (earlier == group->entities_.end()) continue;
        for (const EntityChange* change : earlier->second.changes) {
            if (holds(change->attributes, reading)) return true;
        }
    }
    const auto name = parts_.dictionary.find_name(reading.name);
    const auto dataset = parts_.dictionary.find(reading.dataset_id);
    if (!name || !dataset) return false;
    return parts_.histories.contains(tenant, id, to_point(reading), *name, *dataset);
}

Result<std::vector<Series>> Group::past(TenantId tenant, std::string_view id, std::string_view name,
                                        const ChunkFilter& wanted) {
    return parts_.histories.past(tenant, id, name, wanted);
}

Result<std::size_t> Group::text_beside(TenantId tenant, std::string_view id,
                                       const Attribute& state) {
    const auto all =
        TRY(parts_.histories.past(tenant, id, state.name, [&](const Series& s, const auto& chunk) {
            return s.dataset_id == state.dataset_id && chunk.first <= state.instance &&
                   state.instance <= chunk.last;
        }));
    std::size_t bytes = 0;
    for (const Series& s : all) {
        if (s.dataset_id == state.dataset_id) bytes += text_of(s.points);
    }
    return bytes;
}

Result<bool> Group::has_history(TenantId tenant, std::string_view id) {
    return parts_.histories.any(tenant, id);
}

Result<void> Group::encode(Change& change, std::vector<std::string>& keys, Batch& out) {
    std::vector<std::string> entities;
    std::string log;
    TRY(encode_commit(log, entities, change, parts_.dictionary));
    for (std::size_t i = 0; i < entities.size(); ++i) {
        const EntityChange& e = change.entities[i];
        keys.push_back(keys::entity(e.tenant, e.id));
        if (e.after) {
            out.put(Space::Entities, keys.back(), std::move(entities[i]));
        } else {
            out.erase(Space::Entities, keys.back());
        }
    }
    out.put(Space::Changes, keys::change(change.sequence), std::move(log));
    return {};
}

Result<bool> Group::fold(Transaction& transaction, const ChangeWitness* witness) {
    auto change = std::make_shared<Change>();
    change->sequence = transaction.sequence();
    change->at = transaction.now();
    change->cause = transaction.caller().subject;
    TRY(transaction.collect(*change));
    const auto show = [&]() -> Result<void> {
        if (witness == nullptr) return {};
        return (*witness)(transaction.caller(), *change, transaction.records_);
    };
    if (change->entities.empty()) {
        if (!transaction.records_.empty()) TRY(show());
        take_records(transaction);
        return false;
    }
    for (const EntityChange& e : change->entities) {
        if (e.attributes.size() <= kMaxStates) continue;
        return Error{ErrorCode::TooLarge,
                     "more than 32,768 changes of one entity at once; send them in parts", e.id};
    }
    Batch own;
    std::vector<std::string> keys;
    TRY(encode(*change, keys, own));
    TRY(show());
    const std::size_t change_bytes = own.operations().back().value.size();
    batch_.append(std::move(own));
    for (std::size_t i = 0; i < keys.size(); ++i) {
        const EntityChange& e = change->entities[i];
        Staged& staged = entities_[std::move(keys[i])];
        staged.now = e.after;
        staged.changes.push_back(&e);
        staged.states += e.attributes.size();
        most_states_ = std::max(most_states_, staged.states);
    }
    changes_.emplace_back(std::move(change), change_bytes);
    take_records(transaction);
    return true;
}

void Group::take_records(Transaction& transaction) {
    for (RecordChange& record : transaction.records_) {
        std::string key = keys::record(record.tenant, record.kind, record.name);
        record_values_.insert_or_assign(key, record.value);
        if (record.value) {
            batch_.put(Space::Records, std::move(key), *record.value);
        } else {
            batch_.erase(Space::Records, std::move(key));
        }
        records_.push_back(std::move(record));
    }
    batch_.append(std::move(transaction.upkeep_));
    for (const TenantId tenant : transaction.erased_tenants_) {
        for (const Space space : {Space::Entities, Space::History, Space::Records}) {
            batch_.erase_range(space, keys::tenant(tenant), keys::after_tenant(tenant));
        }
        erased_tenants_.push_back(tenant);
    }
}

}  // namespace musubi
