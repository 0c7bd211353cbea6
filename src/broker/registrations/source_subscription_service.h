#pragma once

#include <string_view>
#include <vector>

#include "broker/registrations/source_notifier.h"

namespace musubi {

/// The operations on subscriptions to registrations (GS CIM 009 v1.9.1, 5.11.2-5.11.6). Who may
/// read may subscribe; an operator manages all of the tenant, everybody else his own.
class SourceSubscriptionService {
public:
    /// All must outlive it.
    SourceSubscriptionService(const Store& store, const SourceSubscriptionTable& table,
                              const SourceNotifier& notifier, const Contexts& contexts)
        : store_{store}, table_{table}, notifier_{notifier}, contexts_{contexts} {}

    /// 5.11.2: sets owner and times, and tells what matches already. `context` is what its names
    /// were read with. Fails: AlreadyExists, BadRequest (expired), Forbidden, TooLarge
    /// (kMaxPerTenant), Busy.
    Result<void> create(Transaction& tx, SourceSubscription subscription,
                        const Context& context) const;
    /// 5.11.3: tells what matches then. Fails: NotFound, BadRequest, Unsupported, Busy.
    Result<void> patch(Transaction& tx, std::string_view id, const Json& patch,
                       const Context& context) const;
    /// 5.11.6: what it still had to tell is dropped. Fails: NotFound.
    Result<void> remove(Transaction& tx, std::string_view id) const;

    /// A subscription and what became of its notifications.
    struct Seen {
        SourceSubscriptionPtr subscription;
        SubscriptionState state;
    };
    /// 5.11.4. Fails: NotFound, NoTenant, Io, Corrupt.
    Result<Seen> find(const Caller& caller, std::string_view id) const;
    struct Page {
        std::vector<Seen> subscriptions;
        std::size_t count = 0;  ///< of all
    };
    /// 5.11.5, in order of ids. Fails: NoTenant, Io, Corrupt.
    Result<Page> list(const Caller& caller, std::size_t offset, std::size_t limit) const;

private:
    Result<SourceSubscription> present(Transaction& tx, std::string_view id) const;
    Result<Seen> with_state(TenantId tenant, SourceSubscriptionPtr subscription) const;

    const Store& store_;
    const SourceSubscriptionTable& table_;
    const SourceNotifier& notifier_;
    const Contexts& contexts_;
};

}  // namespace musubi
