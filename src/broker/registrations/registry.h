#pragma once

#include <optional>

#include "broker/registrations/registration_service.h"
#include "broker/registrations/registry_reactor.h"
#include "broker/registrations/source_subscription_service.h"

namespace musubi {

/// The context source registry of an installation: its tables, services and the reactor, made in
/// the order in which they need each other.
class Registry {
public:
    /// Both must outlive it.
    Registry(const Contexts& contexts, Log& log)
        : registrations_{log}, subscriptions_{contexts, log}, contexts_{contexts} {}

    /// Reads what is stored and follows it; deliveries then find its subscribers through
    /// `entity_subscriptions`. Call once, before deliveries begin. All must outlive it.
    /// Fails: Io, Corrupt.
    Result<void> open(Store& store, SubscriptionTable& entity_subscriptions,
                      const Authority& authority, const Clock& clock);
    /// Begins with what time alone brings about. After `open`.
    void start(Store& store, const Clock& clock, Log& log, Metrics& metrics);

    [[nodiscard]] const RegistrationTable& table() const { return registrations_; }
    [[nodiscard]] const SourceSubscriptionTable& subscription_table() const {
        return subscriptions_;
    }
    /// After `open`.
    [[nodiscard]] const SourceNotifier& notifier() const { return *notifier_; }
    [[nodiscard]] SourceHealth& health() { return health_; }
    [[nodiscard]] RegistrationService& registrations() { return *registration_service_; }
    [[nodiscard]] SourceSubscriptionService& subscriptions() { return *subscription_service_; }

private:
    RegistrationTable registrations_;
    SourceSubscriptionTable subscriptions_;
    const Contexts& contexts_;
    SourceHealth health_;
    std::optional<SourceNotifier> notifier_;
    std::optional<RegistrationService> registration_service_;
    std::optional<SourceSubscriptionService> subscription_service_;
    std::optional<RegistryReactor> reactor_;
    std::optional<ReactorRunner> runner_;
};

}  // namespace musubi
