#pragma once

#include <array>
#include <functional>
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
    // A key with its hash, which is taken once: it chooses the shard as well.
    struct Key {
        std::string_view text;
        std::size_t hash;
        explicit Key(std::string_view t) : text{t}, hash{std::hash<std::string_view>{}(t)} {}
        friend bool operator==(const Key& a, const Key& b) {
            return a.hash == b.hash && a.text == b.text;
        }
    };
    struct HashOf {
        std::size_t operator()(const Key& key) const noexcept { return key.hash; }
    };
    struct Entry {
        std::string key;
        EntityPtr entity;
        std::size_t bytes = 0;
        bool used = false;  // since the last sweep came by
    };
    // Entries stand in a ring; the sweep drops the first that was not used since it last came by
    // (the CLOCK of Corbato 1968), so that a reader need not move anything.
    struct Shard {
        std::list<Entry> ring;
        std::unordered_map<Key, std::list<Entry>::iterator, HashOf> by_key;
        std::size_t bytes = 0;
        std::uint64_t version = 0;
    };
    static std::size_t shard_of(const Key& key) { return (key.hash >> 48U) % kShards; }
    void insert(Shard& shard, const Key& key, EntityPtr entity) const;
    static void sweep(Shard& shard, std::size_t max_bytes);

    std::size_t shard_bytes_;
    std::array<Guarded<Shard>, kShards> shards_;
    Counter& hits_;
    Counter& misses_;
};

}  // namespace musubi
