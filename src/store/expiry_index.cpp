#include "store/expiry_index.h"

#include <algorithm>

#include "store/keys.h"
#include "store/store.h"

namespace musubi {
namespace {

// What of the entity has expired goes. Editing it is enough where it has expired as a whole.
Result<void> remove_expired_of(Transaction& tx, const std::string& id) {
    auto edit = tx.edit(id);
    if (!edit) {
        if (edit.error().code == ErrorCode::NotFound) return {};
        return std::move(edit).error();
    }
    std::vector<std::pair<std::string, std::string>> gone;
    for (const Attribute& a : (*edit)->state().attributes) {
        if (a.expires_at && *a.expires_at <= tx.now()) gone.emplace_back(a.name, a.dataset_id);
    }
    // 4.22: it is the storage of the attribute that expires, its past with it.
    for (const auto& [name, dataset] : gone) (*edit)->purge(name, dataset);
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

ExpiryIndex::Moments ExpiryIndex::all() const {
    return tables_.read([](const Tables& tables) {
        return Moments{tables.by_key.begin(), tables.by_key.end()};
    });
}

void ExpiryIndex::replace(const Moments& moments) {
    tables_.with([&](Tables& tables) {
        tables = {};
        for (const auto& [key, time] : moments) {
            if (tables.by_key.emplace(key, time).second) tables.by_time.emplace(time, key);
        }
    });
}

void ExpiryIndex::postpone(const Due& due, Time until) {
    std::string key = keys::entity(due.tenant, due.id);
    tables_.with([&](Tables& tables) {
        if (!tables.by_key.contains(key)) return;
        erase_from(tables, key);
        tables.by_key.emplace(key, until);
        tables.by_time.emplace(until, std::move(key));
    });
}

Result<std::size_t> remove_expired(Store& store, ExpiryIndex& expiries, Time now) {
    constexpr std::size_t kAtOnce = 500;  // a sync each, on the thread that also ends the program
    const auto due = expiries.due(now, kAtOnce);
    if (due.empty()) return due.size();
    const auto names = store.tenants();
    for (const ExpiryIndex::Due& one : due) {
        const auto name = std::find_if(names.begin(), names.end(),
                                       [&](const auto& n) { return n.second == one.tenant; });
        if (name == names.end()) continue;
        const auto done =
            store.commit(service_caller(name->first, "expiry"),
                         [&one](Transaction& tx) { return remove_expired_of(tx, one.id); });
        if (done) continue;
        if (done.error().code == ErrorCode::Io) return done.error();
        expiries.postpone(one, now + hours(1));  // one that can not go does not hold up the others
    }
    return due.size();
}

}  // namespace musubi
