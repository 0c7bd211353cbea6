#include "store/expiry_index.h"

#include <algorithm>

#include "store/keys.h"
#include "store/store.h"

namespace musubi {
namespace {

// What of the entity has expired goes, as if somebody had deleted it.
Result<void> remove_expired_of(Transaction& tx, const std::string& id) {
    auto edit = tx.edit(id);
    if (!edit) {
        if (edit.error().code == ErrorCode::NotFound) return {};
        return std::move(edit).error();
    }
    const Entity& state = (*edit)->state();
    if (state.expires_at && *state.expires_at <= tx.now()) return tx.erase(id);
    std::vector<std::pair<std::string, std::string>> gone;
    for (const Attribute& a : state.attributes) {
        if (a.expires_at && *a.expires_at <= tx.now()) gone.emplace_back(a.name, a.dataset_id);
    }
    for (const auto& [name, dataset] : gone) (*edit)->remove(name, dataset);
    return {};
}

}  // namespace

void ExpiryIndex::erase_from(Tables& tables, const std::string& key) {
    const auto found = tables.by_key.find(key);
    if (found == tables.by_key.end()) return;
    tables.by_time.erase({found->second, key});
    tables.by_key.erase(found);
}

void ExpiryIndex::put(TenantId tenant, const Entity& entity) {
    const auto next = next_expiry(entity);
    const bool known = tables_.read([](const Tables& t) { return !t.by_key.empty(); });
    if (!next && !known) return;  // nearly always: nothing here expires
    std::string key = keys::entity(tenant, entity.id);
    tables_.with([&](Tables& tables) {
        erase_from(tables, key);
        if (!next) return;
        tables.by_key.emplace(key, *next);
        tables.by_time.emplace(*next, std::move(key));
    });
}

void ExpiryIndex::erase(TenantId tenant, const std::string& id) {
    tables_.with([&](Tables& tables) {
        if (!tables.by_key.empty()) erase_from(tables, keys::entity(tenant, id));
    });
}

void ExpiryIndex::erase_tenant(TenantId tenant) {
    const std::string prefix = keys::tenant(tenant);
    tables_.with([&](Tables& tables) {
        std::erase_if(tables.by_key, [&](const auto& e) { return e.first.starts_with(prefix); });
        std::erase_if(tables.by_time, [&](const auto& e) { return e.second.starts_with(prefix); });
    });
}

std::vector<ExpiryIndex::Due> ExpiryIndex::due(Time now, std::size_t limit) const {
    return tables_.read([&](const Tables& tables) {
        std::vector<Due> out;
        for (const auto& [time, key] : tables.by_time) {
            if (time > now || out.size() == limit) break;
            out.push_back({read_be32(key), key.substr(4)});
        }
        return out;
    });
}

Result<std::size_t> remove_expired(Store& store, const ExpiryIndex& expiries, Time now) {
    constexpr std::size_t kAtOnce = 1'000;
    const auto due = expiries.due(now, kAtOnce);
    if (due.empty()) return due.size();
    const auto names = store.tenants();
    for (const auto& [tenant, id] : due) {
        const auto name = std::find_if(names.begin(), names.end(),
                                       [&, t = tenant](const auto& n) { return n.second == t; });
        if (name == names.end()) continue;
        TRY(store.commit(service_caller(name->first, "expiry"),
                         [&id = id](Transaction& tx) { return remove_expired_of(tx, id); }));
    }
    return due.size();
}

}  // namespace musubi
