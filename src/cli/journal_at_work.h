#pragma once

#include <memory>
#include <string>

#include "broker/deliveries/delivery.h"
#include "broker/subscriptions/subscription_table.h"
#include "trust/access_journal.h"
#include "trust/authority.h"
#include "trust/journal/journal.h"
#include "trust/journal/refusals.h"

namespace musubi {

/// What keeps the journal of a running server well: counts of refusals, and the end of its time.
class JournalUpkeep {
public:
    JournalUpkeep(Journal& journal, Refusals& refusals, const Clock& clock, Log& log);
    /// For who looks each second.
    void run(Duration keep);

private:
    Journal& journal_;
    Refusals& refusals_;
    const Clock& clock_;
    Log& log_;
    Duration due_;
};

/// From then on what commands change of personal data, and of where those go, is in the journal
/// before it is written. All must outlive the store.
void record_all_changes(Store& store, const Policies& policies, Journal& journal);

/// Writes into the journal what a notification tells of personal data, before it is told. Nothing
/// where none of its entities is of a personal type. Who decided on the use is as the owner stated
/// when they made the subscription. Fails: NoTenant, Io.
Result<void> record_delivery(const AccessJournal& with, const Authority& authority,
                             const SubscriptionTable& subscriptions, const Caller& owner,
                             const Delivery& delivery);

}  // namespace musubi
