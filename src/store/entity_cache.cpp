#include "store/entity_cache.h"

namespace musubi {

EntityCache::EntityCache(std::size_t max_bytes, Metrics& metrics)
    : shard_bytes_{max_bytes / kShards},
      hits_{metrics.counter("musubi_store_cache_hits_total", "Entities found in memory.")},
      misses_{metrics.counter("musubi_store_cache_misses_total", "Entities read from disk.")} {}

std::size_t EntityCache::shard_of(std::string_view key) const {
    return std::hash<std::string_view>{}(key) % kShards;
}

EntityPtr EntityCache::find(std::string_view key) {
    EntityPtr found = shards_.at(shard_of(key)).with([&](Shard& shard) -> EntityPtr {
        const auto entry = shard.by_key.find(key);
        if (entry == shard.by_key.end()) return nullptr;
        shard.order.splice(shard.order.begin(), shard.order, entry->second);
        return entry->second->entity;
    });
    (found ? hits_ : misses_).add();
    return found;
}

std::uint64_t EntityCache::version(std::string_view key) const {
    return shards_.at(shard_of(key)).with([](const Shard& shard) { return shard.version; });
}

void EntityCache::offer(std::string_view key, EntityPtr entity, std::uint64_t version) {
    shards_.at(shard_of(key)).with([&](Shard& shard) {
        if (shard.version == version) insert(shard, key, std::move(entity));
    });
}

void EntityCache::put(std::string_view key, EntityPtr entity) {
    shards_.at(shard_of(key)).with([&](Shard& shard) {
        ++shard.version;
        insert(shard, key, std::move(entity));
    });
}

void EntityCache::clear() {
    for (auto& guarded : shards_) {
        guarded.with([](Shard& shard) {
            ++shard.version;
            shard.by_key.clear();
            shard.order.clear();
            shard.bytes = 0;
        });
    }
}

void EntityCache::insert(Shard& shard, std::string_view key, EntityPtr entity) const {
    if (const auto present = shard.by_key.find(key); present != shard.by_key.end()) {
        shard.bytes -= present->second->bytes;
        const auto node = present->second;
        shard.by_key.erase(present);
        shard.order.erase(node);
    }
    if (!entity) return;
    const std::size_t bytes = memory_of(*entity) + 2 * key.size() + 128;
    shard.order.push_front({std::string(key), std::move(entity), bytes});
    shard.by_key.emplace(shard.order.front().key, shard.order.begin());
    shard.bytes += bytes;
    while (shard.bytes > shard_bytes_ && shard.order.size() > 1) {
        shard.bytes -= shard.order.back().bytes;
        shard.by_key.erase(shard.order.back().key);
        shard.order.pop_back();
    }
}

}  // namespace musubi
