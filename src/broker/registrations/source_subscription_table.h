#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/guarded.h"
#include "base/log.h"
#include "broker/registrations/source_subscription.h"
#include "broker/subscriptions/subscription_table.h"

namespace musubi {

/// The subscriptions to registrations of all tenants: a projection of the records of kind
/// "source-subscription" and "source-subscription-told". Deliveries find their receivers here.
/// Safe from any thread.
class SourceSubscriptionTable final : public Projection, public OtherSubscriptions {
public:
    static constexpr std::size_t kMaxPerTenant = 1'000;

    /// `contexts` and `log` must outlive it.
    SourceSubscriptionTable(const Contexts& contexts, Log& log) : contexts_{contexts}, log_{log} {}
    /// Reads what is stored and follows it from then on. Fails: Io, Corrupt.
    Result<void> load(Store& store);

    /// Null where there is none.
    [[nodiscard]] SourceSubscriptionPtr get(TenantId tenant, std::string_view id) const;
    [[nodiscard]] SubscriptionPtr find(TenantId tenant, std::string_view id) const override;
    /// All of a tenant in order of ids.
    [[nodiscard]] std::vector<SourceSubscriptionPtr> list(TenantId tenant) const;
    /// When a throttled or periodic one last told something.
    [[nodiscard]] std::optional<Time> last_told(TenantId tenant, std::string_view id) const;

    void apply(const Change* change, const std::vector<RecordChange>& records) override;
    void erase_tenant(TenantId tenant) override;

private:
    struct Tenant {
        std::map<std::string, SourceSubscriptionPtr, std::less<>> by_id;
        std::map<std::string, Time, std::less<>> last_told;
    };
    using Tables = std::unordered_map<TenantId, Tenant>;

    void take(TenantId tenant, std::string_view kind, const std::string& name,
              const std::optional<std::string>& value);

    const Contexts& contexts_;
    Log& log_;
    SharedGuarded<Tables> tables_;
};

}  // namespace musubi
