#pragma once

#include <string_view>
#include <vector>

#include "broker/registrations/registration_table.h"
#include "broker/registrations/source_subscription_table.h"
#include "trust/authority.h"

namespace musubi {

/// Why registrations are told (TriggerReasonEnumeration, GS CIM 009 v1.9.1, 5.3.2).
enum class TriggerReason { NewlyMatching, Updated, NoLongerMatching };

/// Tells the subscribers of the registry: what a change of registrations brings about is put into
/// the outbox of deliveries by the transaction that makes the change, so that both become true or
/// neither does. In a replay of the past nobody is told.
class SourceNotifier {
public:
    /// All must outlive it.
    SourceNotifier(const Store& store, const RegistrationTable& registrations,
                   const SourceSubscriptionTable& subscriptions, const Contexts& contexts,
                   const Authority& authority, const Clock& clock)
        : store_{store},
          registrations_{registrations},
          subscriptions_{subscriptions},
          contexts_{contexts},
          authority_{authority},
          clock_{clock} {}

    /// The registry as the commands before this one left it, those of its own group among them.
    /// In order of ids; registrations that have expired are among them. Fails: Busy, Io, Corrupt.
    Result<std::vector<RegistrationPtr>> registrations(Transaction& tx) const;
    Result<std::vector<SourceSubscriptionPtr>> subscriptions(Transaction& tx) const;

    /// Tells every subscriber whom it concerns that `before` became `after` (null: there was, or
    /// is, none). Fails: Busy, Io, Corrupt.
    Result<void> tell_change(Transaction& tx, const RegistrationPtr& before,
                             const RegistrationPtr& after) const;
    /// Tells one subscriber all that match now; nothing where none does or it is paused.
    /// Fails: Busy, Io, Corrupt.
    Result<void> tell_all(Transaction& tx, const SourceSubscription& subscription,
                          TriggerReason reason) const;

    /// Writes down that a throttled or periodic one told something now, or had nothing to tell.
    static void note_told(Transaction& tx, const SourceSubscription& subscription);

private:
    struct Told;
    struct Message;
    Result<std::optional<Told>> part_for(const SourceSubscription& subscription,
                                         const RegistrationPtr& registration, Time now) const;
    Result<bool> is_throttled(Transaction& tx, const SourceSubscription& subscription) const;
    Result<void> put(Transaction& tx, const SourceSubscription& subscription,
                     const Message& message) const;
    [[nodiscard]] std::string render(const SourceSubscription& subscription, const Message& message,
                                     std::string_view id, std::string& link, Time now) const;

    const Store& store_;
    const RegistrationTable& registrations_;
    const SourceSubscriptionTable& subscriptions_;
    const Contexts& contexts_;
    const Authority& authority_;
    const Clock& clock_;
};

/// Whether the bearer of this access may know of the registration: of types within reach, of which
/// policies let them know; who manages registrations knows of all.
[[nodiscard]] bool may_see(const AccessFilter& access, const Registration& registration);

}  // namespace musubi
