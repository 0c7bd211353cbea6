#pragma once

#include "broker/subscriptions/subscription_table.h"
#include "store/store.h"

namespace musubi {

/// The operations on subscriptions (GS CIM 009 v1.9.1, 5.8.1-5.8.5). Who may read may subscribe;
/// an operator manages all of the tenant, everybody else his own.
class SubscriptionService {
public:
    /// All must outlive it.
    SubscriptionService(const Store& store, const SubscriptionTable& table,
                        const Contexts& contexts)
        : store_{store}, table_{table}, contexts_{contexts} {}

    /// 5.8.1: sets owner, but for who decided, and times. `context` is what its names were read
    /// with. Fails: AlreadyExists, BadRequest (expired), Forbidden, TooLarge (kMaxPerTenant).
    Result<void> create(Transaction& tx, Subscription subscription, const Context& context) const;
    /// 5.8.2. `decided_by`: as stated by who changes it. Fails: NotFound, BadRequest, Unsupported.
    Result<void> patch(Transaction& tx, std::string_view id, const Json& patch,
                       const Context& context, const std::string& decided_by = {}) const;
    /// 5.8.5: what it still had to tell is dropped. Fails: NotFound.
    Result<void> remove(Transaction& tx, std::string_view id) const;

    /// A subscription and what became of its notifications.
    struct Seen {
        SubscriptionPtr subscription;
        SubscriptionState state;
    };
    /// 5.8.3. Fails: NotFound, NoTenant, Io, Corrupt.
    Result<Seen> find(const Caller& caller, std::string_view id) const;
    struct Page {
        std::vector<Seen> subscriptions;
        std::size_t count = 0;  ///< of all
    };
    /// 5.8.4, in order of ids. Fails: NoTenant, Io, Corrupt.
    Result<Page> list(const Caller& caller, std::size_t offset, std::size_t limit) const;

    [[nodiscard]] const SubscriptionTable& table() const { return table_; }

private:
    Result<Subscription> present(Transaction& tx, std::string_view id) const;
    Result<Seen> with_state(TenantId tenant, SubscriptionPtr subscription) const;

    const Store& store_;
    const SubscriptionTable& table_;
    const Contexts& contexts_;
};

}  // namespace musubi
