#pragma once

#include "broker/subscriptions/notification.h"
#include "broker/subscriptions/subscription_table.h"
#include "store/reactor.h"
#include "trust/keys.h"

namespace musubi {

/// Decides for each change which subscriptions are due, and puts the notifications into the outbox,
/// in the same commit as its position: each change its own notification, none lost, in order.
/// In a replay of the past nobody outside is told.
class SubscriptionReactor final : public Reactor {
public:
    static constexpr std::string_view kName = "subscriptions";

    /// All must outlive it.
    SubscriptionReactor(const Store& store, const SubscriptionTable& table,
                        const Contexts& contexts, const Keys& keys, const Clock& clock)
        : store_{store}, table_{table}, contexts_{contexts}, keys_{keys}, clock_{clock} {}

    [[nodiscard]] std::string_view name() const override { return kName; }
    Result<Effect> react(const std::string& tenant, std::span<const ChangePtr> changes) override;
    [[nodiscard]] Duration pulse() const override { return minutes(1); }

private:
    struct Outcome;
    Result<void> match(const Caller& caller, const ChangePtr& change, Outcome& out) const;
    [[nodiscard]] bool is_wanted(const Subscription& subscription, const Change& change,
                                 const EntityChange& entity, const Entity& state) const;
    [[nodiscard]] bool is_throttled(const Subscription& subscription, const Change& change,
                                    Outcome& out) const;
    void tell(const Subscription& subscription, const Change& change, const EntityChange& entity,
              const Entity& state, Outcome& out) const;

    const Store& store_;
    const SubscriptionTable& table_;
    const Contexts& contexts_;
    const Keys& keys_;
    const Clock& clock_;
};

/// What the owner of a subscription may read now; null where the key was taken away.
[[nodiscard]] std::shared_ptr<const AccessFilter> owner_access(const Subscription& subscription,
                                                               const Keys& keys);

}  // namespace musubi
