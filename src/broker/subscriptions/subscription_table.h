#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/guarded.h"
#include "base/log.h"
#include "broker/subscriptions/subscription_shelves.h"
#include "store/store.h"

namespace musubi {

/// Subscriptions that are kept elsewhere and told on the same ways. Where a delivery names one, a
/// mark that no URI can begin with stands before its id.
class OtherSubscriptions {
public:
    static constexpr std::string_view kMark = "csource ";
    OtherSubscriptions() = default;
    OtherSubscriptions(const OtherSubscriptions&) = delete;
    OtherSubscriptions& operator=(const OtherSubscriptions&) = delete;
    virtual ~OtherSubscriptions() = default;
    /// By its id, without the mark; null where there is none. Safe from any thread.
    [[nodiscard]] virtual SubscriptionPtr find(TenantId tenant, std::string_view id) const = 0;
};

/// The subscriptions of all tenants, ready to be compared with changes: a projection of the records
/// of kind "subscription" and "subscription-throttle". Many
/// of them cost a change only what may concern it (SubscriptionShelves). Safe from any thread.
class SubscriptionTable final : public Projection {
public:
    static constexpr std::size_t kMaxPerTenant = 10'000;

    /// `contexts` and `log` must outlive it.
    SubscriptionTable(const Contexts& contexts, Log& log) : contexts_{contexts}, log_{log} {}
    /// Reads what is stored and follows it from then on. Fails: Io, Corrupt.
    Result<void> load(Store& store);

    /// Where names with the mark are found; call once, before others use it. Must outlive it.
    void also_find(const OtherSubscriptions& others) { others_ = &others; }

    /// Null where there is none.
    [[nodiscard]] SubscriptionPtr find(TenantId tenant, std::string_view id) const;
    /// All of a tenant in order of ids.
    [[nodiscard]] std::vector<SubscriptionPtr> list(TenantId tenant) const;
    [[nodiscard]] std::size_t size(TenantId tenant) const;
    /// Those that may be due for a change, each once, in no order.
    [[nodiscard]] std::vector<SubscriptionPtr> candidates(TenantId tenant,
                                                          const EntityChange& change) const;
    /// Those that are told periodically, in no order.
    [[nodiscard]] std::vector<SubscriptionPtr> periodic(TenantId tenant) const;
    /// When a throttled or periodic subscription last told something.
    [[nodiscard]] std::optional<Time> last_told(TenantId tenant, std::string_view id) const;

    void apply(const Change* change, const std::vector<RecordChange>& records) override;
    void erase_tenant(TenantId tenant) override;

private:
    struct Tenant {
        std::unordered_map<std::string, SubscriptionPtr> by_id;
        SubscriptionShelves shelves;            // of those that are told of changes
        std::vector<SubscriptionPtr> periodic;  // the other ones
        std::unordered_map<std::string, Time> last_told;
    };
    using Tables = std::unordered_map<TenantId, Tenant>;

    void take(TenantId tenant, std::string_view kind, const std::string& name,
              const std::optional<std::string>& value);
    static void put(Tenant& tenant, const SubscriptionPtr& subscription);
    static void drop(Tenant& tenant, const std::string& id);

    const Contexts& contexts_;
    Log& log_;
    SharedGuarded<Tables> tables_;
    const OtherSubscriptions* others_ = nullptr;
};

}  // namespace musubi
