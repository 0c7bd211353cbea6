#include "broker/registrations/registry.h"

namespace musubi {

Result<void> Registry::open(Store& store, SubscriptionTable& entity_subscriptions,
                            const Authority& authority, const Clock& clock) {
    TRY(registrations_.load(store));
    TRY(subscriptions_.load(store));
    entity_subscriptions.also_find(subscriptions_);
    notifier_.emplace(store, registrations_, subscriptions_, contexts_, authority, clock);
    registration_service_.emplace(store, registrations_, *notifier_);
    subscription_service_.emplace(store, subscriptions_, *notifier_, contexts_);
    return {};
}

void Registry::start(Store& store, const Clock& clock, Log& log, Metrics& metrics) {
    reactor_.emplace(store, registrations_, subscriptions_, *registration_service_, *notifier_,
                     health_);
    runner_.emplace(store, clock, log, metrics, *reactor_);
}

}  // namespace musubi
