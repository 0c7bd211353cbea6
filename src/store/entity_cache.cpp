#include "store/entity_cache.h"

namespace musubi {

EntityCache::EntityCache(std::size_t max_bytes, Metrics& metrics)
    : shard_bytes_{max_bytes / kShards},
      hits_{metrics.counter("musubi_store_cache_hits_total", "Entities found in memory.")},
      misses_{metrics.counter("musubi_store_cache_misses_total", "Entities read from disk.")} {}

EntityPtr EntityCache::find(std::string_view text) {
    const Key key{text};
    EntityPtr found = shards_.at(shard_of(key)).with([&](Shard& shard) -> EntityPtr {
        const auto entry = shard.by_key.find(key);
        if (entry == shard.by_key.end()) return nullptr;
        entry->second->used = true;
        return entry->second->entity;
    });
    (found ? hits_ : misses_).add();
    return found;
}

std::uint64_t EntityCache::version(std::string_view key) const {
    return shards_.at(shard_of(Key{key})).with([](const Shard& shard) { return shard.version; });
}

void EntityCache::offer(std::string_view text, EntityPtr entity, std::uint64_t version) {
    const Key key{text};
    shards_.at(shard_of(key)).with([&](Shard& shard) {
        if (shard.version == version) insert(shard, key, std::move(entity));
    });
}

void EntityCache::put(std::string_view text, EntityPtr entity) {
    const Key key{text};
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
            shard.ring.clear();
            shard.bytes = 0;
        });
    }
}

void EntityCache::insert(Shard& shard, const Key& key, EntityPtr entity) const {
    const auto present = shard.by_key.find(key);
    if (!entity) {
        if (present == shard.by_key.end()) return;
        const auto node = present->second;
        shard.bytes -= node->bytes;
        shard.by_key.erase(present);
        shard.ring.erase(node);
        return;
    }
    const std::size_t bytes = memory_of(*entity) + 2 * key.text.size() + 128;
    shard.bytes += bytes;
    if (present != shard.by_key.end()) {
        Entry& entry = *present->second;
        shard.bytes -= entry.bytes;
        entry.entity = std::move(entity);
        entry.bytes = bytes;
        entry.used = true;
    } else {
        shard.ring.push_back({std::string(key.text), std::move(entity), bytes});
        Key kept = key;
        kept.text = shard.ring.back().key;
        shard.by_key.emplace(kept, std::prev(shard.ring.end()));
    }
    sweep(shard, shard_bytes_);
}

void EntityCache::sweep(Shard& shard, std::size_t max_bytes) {
    while (shard.bytes > max_bytes && shard.ring.size() > 1) {
        Entry& oldest = shard.ring.front();
        if (oldest.used) {
            oldest.used = false;
            shard.ring.splice(shard.ring.end(), shard.ring, shard.ring.begin());
            continue;
        }
        shard.bytes -= oldest.bytes;
        shard.by_key.erase(Key{oldest.key});
        shard.ring.pop_front();
    }
}

}  // namespace musubi
