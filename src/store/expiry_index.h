#pragma once

#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/guarded.h"
#include "store/change.h"

namespace musubi {

/// When entities, or attributes of them, expire (GS CIM 009 v1.9.1, 4.22): one moment an entity,
/// the next one. A projection: it follows the commits, and is filled from the state at start.
class ExpiryIndex {
public:
    /// The entity is this now.
    void put(TenantId tenant, const Entity& entity);
    void erase(TenantId tenant, const std::string& id);
    void erase_tenant(TenantId tenant);
    struct Due {
        TenantId tenant = 0;
        std::string id;
    };
    /// Those of which something has expired at `now`, the longest overdue first; at most `limit`.
    [[nodiscard]] std::vector<Due> due(Time now, std::size_t limit) const;
    /// Each with its next moment, by store key.
    using Moments = std::vector<std::pair<std::string, Time>>;
    [[nodiscard]] Moments all() const;
    /// Takes the place of what it held.
    void replace(const Moments& moments);
    /// Not before `until`: it could not be removed.
    void postpone(const Due& due, Time until);

private:
    struct Tables {
        std::unordered_map<std::string, Time> by_key;  // by store key
        std::set<std::pair<Time, std::string>> by_time;
    };
    static void erase_from(Tables& tables, const std::string& key);
    SharedGuarded<Tables> tables_;
};

class Store;

/// Removes what is due, as if somebody had deleted it. Returns how many entities it touched.
/// Fails: Io.
Result<std::size_t> remove_expired(Store& store, ExpiryIndex& expiries, Time now);

}  // namespace musubi
