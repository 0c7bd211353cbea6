#pragma once

#include <array>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/guarded.h"
#include "base/metrics.h"
#include "store/change.h"

namespace musubi {

/// The entities used last, decoded, by their store key. Bounded in bytes; split into shards so that
/// readers do not queue up behind each other.
class EntityCache {
public:
    EntityCache(std::size_t max_bytes, Metrics& metrics);
    [[nodiscard]] EntityPtr find(std::string_view key);
    /// What a reader must remember before it reads the disk, to hand what it read to `offer`.
    [[nodiscard]] std::uint64_t version(std::string_view key) const;
    /// Keeps what a reader read, unless the committer wrote to this shard in the meantime.
    void offer(std::string_view key, EntityPtr entity, std::uint64_t version);
    /// The committer's word: this is the state now (null: gone).
    void put(std::string_view key, EntityPtr entity);
    void clear();

private:
    static constexpr std::size_t kShards = 16;
    struct Entry {
        std::string key;
        EntityPtr entity;
        std::size_t bytes = 0;
    };
    struct Shard {
        std::list<Entry> order;  // used last first
        std::unordered_map<std::string_view, std::list<Entry>::iterator> by_key;
        std::size_t bytes = 0;
        std::uint64_t version = 0;
    };
    [[nodiscard]] std::size_t shard_of(std::string_view key) const;
    void insert(Shard& shard, std::string_view key, EntityPtr entity) const;

    std::size_t shard_bytes_;
    std::array<Guarded<Shard>, kShards> shards_;
    Counter& hits_;
    Counter& misses_;
};

}  // namespace musubi
