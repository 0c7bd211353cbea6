#pragma once

#include <atomic>
#include <string_view>
#include <vector>

#include "broker/distribution/remote_subscriptions.h"
#include "broker/subscriptions/subscription_table.h"
#include "trust/authority.h"

namespace musubi {

/// Passes on what context sources tell (GS CIM 009 v1.9.1, 5.8.6): under the id of our
/// subscription, as it wants to be told, and with splitEntities only what the whole of an entity,
/// with what is here of it, lets through.
class RemoteNotifications {
public:
    struct Parts {
        Store& store;
        const SubscriptionTable& subscriptions;
        const RemoteSubscriptionTable& remote;
        const Contexts& contexts;
        const Authority& authority;
        const Clock& clock;
    };
    explicit RemoteNotifications(const Parts& parts) : parts_{parts} {}

    /// Who sends it, and how it shows that it may.
    struct Sender {
        std::string_view token;
        bool trusted = false;  ///< no token is asked for (`serve --open`)
    };
    /// Puts what is to be told into the outbox; durable when it returns, for threads that may wait.
    /// Fails: BadRequest, NotFound (no such subscription: the source may forget it), Forbidden
    /// (token), Busy, Io, Corrupt.
    Result<void> take(const Json& notification, const Context& context, const Sender& sender);

    /// Our subscriptions that sources take part in, in order of ids.
    [[nodiscard]] std::vector<SubscriptionPtr> shared(TenantId tenant) const;

private:
    Result<std::vector<EntityPtr>> whole(const Subscription& subscription, const Caller& owner,
                                         std::vector<Entity> parts) const;
    Result<void> put(Transaction& tx, const Subscription& subscription, std::uint64_t access,
                     const std::vector<EntityPtr>& entities);

    Parts parts_;
    std::atomic<std::uint32_t> number_{0};
};

}  // namespace musubi
