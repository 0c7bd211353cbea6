#include "broker/entity_maps.h"

#include <algorithm>
#include <set>

namespace musubi {
namespace {

bool may_see(const EntityMap& map, const Caller& caller) {
    const bool administers = caller.access->may_administer && caller.access->has_all_types();
    return administers || map.owner == caller.subject;
}

}  // namespace

EntityMapPtr EntityMaps::seen(const Kept& kept, const Key& key, const Caller& caller, Time now) {
    const auto found = kept.maps.find(key);
    if (found == kept.maps.end() || found->second->expires_at <= now) return nullptr;
    return may_see(*found->second, caller) ? found->second : nullptr;
}

void EntityMaps::drop(Kept& kept, std::map<Key, EntityMapPtr>::iterator at) {
    kept.entries -= at->second->entries.size();
    kept.maps.erase(at);
}

void EntityMaps::make_room(Kept& kept, std::size_t entries, Time now) {
    for (auto at = kept.maps.begin(); at != kept.maps.end();) {
        const auto next = std::next(at);
        if (at->second->expires_at <= now) drop(kept, at);
        at = next;
    }
    while (!kept.maps.empty() &&
           (kept.maps.size() >= kMaxMaps || kept.entries + entries > kMaxInAll)) {
        drop(kept, std::min_element(kept.maps.begin(), kept.maps.end(), [](auto& a, auto& b) {
                 return a.second->expires_at < b.second->expires_at;
             }));
    }
}

EntityMapPtr EntityMaps::make(TenantId tenant, const Caller& caller,
                              std::vector<EntityMapEntry> entries, Duration lifetime, Time now) {
    auto map = std::make_shared<EntityMap>();
    map->owner = caller.subject;
    map->expires_at = now + (lifetime.us == 0 ? kLifetime : std::min(lifetime, kLongest));
    map->entries = std::move(entries);
    std::sort(map->entries.begin(), map->entries.end(),
              [](const auto& a, const auto& b) { return a.id < b.id; });
    kept_.with([&](Kept& kept) {
        map->id = "urn:ngsi-ld:EntityMap:" + random_token(random_);
        make_room(kept, map->entries.size(), now);
        kept.entries += map->entries.size();
        kept.maps.emplace(Key{tenant, map->id}, map);
    });
    return map;
}

EntityMapPtr EntityMaps::find(TenantId tenant, const Caller& caller, std::string_view id,
                              Time now) const {
    return kept_.with([&](const Kept& kept) {
        return seen(kept, {tenant, std::string(id)}, caller, now);
    });
}

bool EntityMaps::set_expiry(TenantId tenant, const Caller& caller, std::string_view id,
                            Time expires_at, Time now) {
    return kept_.with([&](Kept& kept) {
        const Key key{tenant, std::string(id)};
        const EntityMapPtr present = seen(kept, key, caller, now);
        if (!present) return false;
        auto changed = std::make_shared<EntityMap>(*present);
        changed->expires_at = std::min(expires_at, now + kLongest);
        kept.maps[key] = std::move(changed);
        return true;
    });
}

void EntityMaps::remove_entities(TenantId tenant, const Caller& caller, std::string_view id,
                                 const std::vector<std::string>& gone, Time now) {
    if (gone.empty()) return;
    kept_.with([&](Kept& kept) {
        const Key key{tenant, std::string(id)};
        const EntityMapPtr present = seen(kept, key, caller, now);
        if (!present) return;
        const std::set<std::string_view> names{gone.begin(), gone.end()};
        auto changed = std::make_shared<EntityMap>(*present);
        std::erase_if(changed->entries,
                      [&](const EntityMapEntry& entry) { return names.contains(entry.id); });
        kept.entries -= present->entries.size() - changed->entries.size();
        kept.maps[key] = std::move(changed);
    });
}

bool EntityMaps::erase(TenantId tenant, const Caller& caller, std::string_view id, Time now) {
    return kept_.with([&](Kept& kept) {
        const Key key{tenant, std::string(id)};
        if (!seen(kept, key, caller, now)) return false;
        drop(kept, kept.maps.find(key));
        return true;
    });
}

}  // namespace musubi
