#pragma once

#include "broker/subscriptions/notification.h"
#include "broker/subscriptions/subscription_table.h"
#include "store/reactor.h"
#include "store/shown_change.h"
#include "trust/authority.h"

namespace musubi {

/// Decides for each change which subscriptions are due, and puts the notifications into the outbox,
/// in the same commit as its position: each change its own notification, none lost, in order.
/// In a replay of the past nobody outside is told.
class SubscriptionReactor final : public Reactor {
public:
    static constexpr std::string_view kName = "subscriptions";

    /// All must outlive it.
    SubscriptionReactor(const Store& store, const SubscriptionTable& table,
                        const Contexts& contexts, const Authority& authority, const Clock& clock)
        : store_{store}, table_{table}, contexts_{contexts}, authority_{authority}, clock_{clock} {}

    [[nodiscard]] std::string_view name() const override { return kName; }
    Result<Effect> react(const std::string& tenant, std::span<const ChangePtr> changes) override;
    /// What is told periodically: all entities that are selected, in notifications of at most
    /// kPageEntities, together at most kMostEntities.
    Result<Effect> tick(const std::string& tenant, Time now) override;
    [[nodiscard]] Duration pulse() const override { return seconds(1); }

    static constexpr std::size_t kPageEntities = 500;
    static constexpr std::size_t kMostEntities = 10'000;

private:
    struct Outcome;
    struct Round;
    struct Joined {  // what was joined, kept while it is rendered
        std::vector<EntityPtr> flat;
        std::vector<Entity> inlined;
        std::vector<std::vector<std::string>> types;
        std::vector<std::string> ids;
    };
    Result<void> tell_state(const Caller& owner, const SubscriptionPtr& subscription, Time now,
                            Round& out) const;
    Result<void> tell_page(const Caller& owner, const Subscription& subscription,
                           const std::vector<EntityPtr>& page, Time now, Round& out) const;
    Result<void> match(const Caller& caller, const ChangePtr& change, Outcome& out) const;
    /// The change as the owner of the subscription may see it, where it is due; else nothing.
    [[nodiscard]] std::optional<ShownChange> wanted(const Subscription& subscription,
                                                    const Change& change,
                                                    const EntityChange& entity,
                                                    const EntityPtr& state,
                                                    const Caller& owner) const;
    /// Whether the owner might see the entity right after the change. Fails: Io, Corrupt.
    [[nodiscard]] Result<bool> was_shown(const Caller& owner, const Change& change,
                                         const EntityChange& entity) const;
    [[nodiscard]] bool is_throttled(const Subscription& subscription, const Change& change,
                                    Outcome& out) const;
    /// `tidings` with what its entities link to, which `kept` holds.
    Result<void> join(const Subscription& subscription, const Caller& owner,
                      const NotificationContext& names, Tidings& tidings, Joined& kept) const;
    Result<void> tell(const Subscription& subscription, const Change& change,
                      const ShownChange& shown, const Caller& owner, Outcome& out) const;

    const Store& store_;
    const SubscriptionTable& table_;
    const Contexts& contexts_;
    const Authority& authority_;
    const Clock& clock_;
};

/// What is kept in a record of kSubscriptionThrottleKind.
[[nodiscard]] std::string encode_told(Time at);

/// The owner of a subscription as a caller; `access` is what he may read now.
[[nodiscard]] Caller owner_of(const Subscription& subscription, const std::string& tenant,
                              std::shared_ptr<const AccessFilter> access);

/// What the owner of a subscription of that tenant may read now; null where the key was taken away.
[[nodiscard]] std::shared_ptr<const AccessFilter> owner_access(const Subscription& subscription,
                                                               const Authority& authority,
                                                               std::string_view tenant);

}  // namespace musubi
