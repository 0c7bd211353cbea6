#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/guarded.h"
#include "base/random.h"
#include "base/time.h"
#include "model/access.h"
#include "store/store.h"

namespace musubi {

/// An entity that a query found, and where: registrations of context sources, "@none" for here.
struct EntityMapEntry {
    std::string id;
    std::vector<std::string> sources;
};

/// What a query found, to be paged through although things change (EntityMap, GS CIM 009 v1.9.1,
/// 5.2.39, 5.5.14). Immutable.
struct EntityMap {
    std::string id;
    std::string owner;  ///< Caller::subject of who made it
    Time expires_at;
    std::vector<EntityMapEntry> entries;  ///< in order of ids
};
using EntityMapPtr = std::shared_ptr<const EntityMap>;

inline constexpr std::string_view kMapsHere = "@none";

/// The entity maps of all tenants. They are kept in memory alone: they live for hours at most, and
/// who refers to one that is gone is given a new one (5.5.14). Bounded: where there is no room, the
/// one that ends first gives way. Only who made a map sees it, and operators of the whole tenant.
/// Safe from any thread.
class EntityMaps {
public:
    static constexpr std::size_t kMaxEntities = 100'000;  ///< of one map
    static constexpr std::size_t kMaxInAll = 2'000'000;   ///< entries
    static constexpr std::size_t kMaxMaps = 10'000;
    static constexpr Duration kLifetime = hours(1);  ///< where none is asked for
    static constexpr Duration kLongest = days(1);

    explicit EntityMaps(Random& random) : random_{random} {}

    /// `lifetime`: zero: kLifetime. The map ends within kLongest, whatever is asked.
    EntityMapPtr make(TenantId tenant, const Caller& caller, std::vector<EntityMapEntry> entries,
                      Duration lifetime, Time now);
    /// Null where there is none that the caller may see.
    [[nodiscard]] EntityMapPtr find(TenantId tenant, const Caller& caller, std::string_view id,
                                    Time now) const;
    /// 5.14.2: at most kLongest from now. False where there is none.
    bool set_expiry(TenantId tenant, const Caller& caller, std::string_view id, Time expires_at,
                    Time now);
    /// Takes entities from it that are no more.
    void remove_entities(TenantId tenant, const Caller& caller, std::string_view id,
                         const std::vector<std::string>& gone, Time now);
    /// 5.14.3. False where there is none.
    bool erase(TenantId tenant, const Caller& caller, std::string_view id, Time now);

private:
    struct Key {
        TenantId tenant = 0;
        std::string id;
        friend auto operator<=>(const Key&, const Key&) = default;
    };
    struct Kept {
        std::map<Key, EntityMapPtr> maps;
        std::size_t entries = 0;
    };
    static EntityMapPtr seen(const Kept& kept, const Key& key, const Caller& caller, Time now);
    static void drop(Kept& kept, std::map<Key, EntityMapPtr>::iterator at);
    static void make_room(Kept& kept, std::size_t entries, Time now);

    Random& random_;
    Guarded<Kept> kept_;
};

}  // namespace musubi
