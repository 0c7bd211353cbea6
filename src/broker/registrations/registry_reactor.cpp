#include "broker/registrations/registry_reactor.h"

#include <algorithm>

namespace musubi {

Result<Reactor::Effect> RegistryReactor::react(const std::string& tenant,
                                               std::span<const ChangePtr> changes) {
    static_cast<void>(tenant);
    static_cast<void>(changes);
    return Effect{};
}

bool RegistryReactor::is_due(TenantId tenant, const SourceSubscription& subscription,
                             Time now) const {
    if (subscription.time_interval.us == 0 || !subscription.tells(now)) return false;
    const Time last = subscriptions_.last_told(tenant, subscription.base->id)
                          .value_or(subscription.base->modified_at);
    // A wall clock that was set back must not silence it.
    return last > now || now - last >= subscription.time_interval;
}

Result<Reactor::Effect> RegistryReactor::tick(const std::string& tenant, Time now) {
    const TenantId id = TRY(store_.tenant(tenant));
    const RegistrationShelfPtr shelf = registrations_.shelf(id);
    const bool expires = std::any_of(shelf->by_id.begin(), shelf->by_id.end(),
                                     [&](const auto& item) { return item.second->expired(now); });
    std::vector<SourceSubscriptionPtr> due;
    if (!shelf->by_id.empty()) {
        for (auto& subscription : subscriptions_.list(id)) {
            if (is_due(id, *subscription, now)) due.push_back(std::move(subscription));
        }
    }
    auto tallies = health_.take(id);
    if (!expires && due.empty() && tallies.empty()) return Effect{};
    return Effect{[this, expires, due = std::move(due),
                   tallies = std::move(tallies)](Transaction& tx) -> Result<void> {
        for (const SourceTally& tally : tallies) TRY(service_.count_requests(tx, tally));
        if (expires) TRY(service_.remove_expired(tx));
        for (const SourceSubscriptionPtr& subscription : due) {
            // It may have been deleted since.
            if (!TRY(tx.record(kSourceSubscriptionKind, subscription->base->id))) continue;
            TRY(notifier_.tell_all(tx, *subscription, TriggerReason::Updated));
            SourceNotifier::note_told(tx, *subscription);
        }
        return {};
    }};
}

}  // namespace musubi
