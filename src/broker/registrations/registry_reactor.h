#pragma once

#include "broker/registrations/registration_service.h"
#include "store/reactor.h"

namespace musubi {

/// What time alone brings about in the registry: registrations that expire go, and it is told
/// (GS CIM 009 v1.9.1, 5.2.9); periodic subscriptions to registrations are told (5.11.7); what was
/// asked of the sources is written down (5.2.9.3).
class RegistryReactor final : public Reactor {
public:
    static constexpr std::string_view kName = "registry";

    /// All must outlive it.
    RegistryReactor(const Store& store, const RegistrationTable& registrations,
                    const SourceSubscriptionTable& subscriptions,
                    const RegistrationService& service, const SourceNotifier& notifier,
                    SourceHealth& health)
        : store_{store},
          registrations_{registrations},
          subscriptions_{subscriptions},
          service_{service},
          notifier_{notifier},
          health_{health} {}

    [[nodiscard]] std::string_view name() const override { return kName; }
    /// Changes of entities are none of its business.
    Result<Effect> react(const std::string& tenant, std::span<const ChangePtr> changes) override;
    Result<Effect> tick(const std::string& tenant, Time now) override;

private:
    [[nodiscard]] bool is_due(TenantId tenant, const SourceSubscription& subscription,
                              Time now) const;

    const Store& store_;
    const RegistrationTable& registrations_;
    const SourceSubscriptionTable& subscriptions_;
    const RegistrationService& service_;
    const SourceNotifier& notifier_;
    SourceHealth& health_;
};

}  // namespace musubi
