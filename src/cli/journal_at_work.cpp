#include "cli/journal_at_work.h"

#include <array>
#include <span>

#include "broker/registrations/registration.h"
#include "broker/registrations/source_subscription.h"
#include "broker/subscriptions/subscription.h"
#include "store/tenants.h"
#include "store/witness.h"
#include "trust/change_journal.h"

namespace musubi {

JournalUpkeep::JournalUpkeep(Journal& journal, Refusals& refusals, const Clock& clock, Log& log)
    : journal_{journal},
      refusals_{refusals},
      clock_{clock},
      log_{log},
      due_{clock.monotonic() + minutes(1)} {}

void JournalUpkeep::run(Duration keep) {
    refusals_.flush();
    if (clock_.monotonic() < due_) return;
    due_ = clock_.monotonic() + hours(1);
    if (const auto done = journal_.apply_retention(keep); !done) {
        log_.error("journal", "old entries could not be removed",
                   {field("why", to_text(done.error()))});
    }
}

void record_all_changes(Store& store, const Policies& policies, Journal& journal) {
    static constexpr std::array kSenders{kSubscriptionKind, kRegistrationKind,
                                         kSourceSubscriptionKind};
    set_witness(
        store,
        [&store, &policies, &journal](const Caller& caller, const Change& change,
                                      std::span<const RecordChange> records) -> Result<void> {
            const AccessJournal with{store, policies, journal};
            TRY(record_senders(with, caller, records, kSenders));
            return record_changes(with, caller, change);
        });
}

Result<void> record_delivery(const AccessJournal& with, const Authority& authority,
                             const SubscriptionTable& subscriptions, const Caller& owner,
                             const Delivery& delivery) {
    const auto inner = InnerTenant::parse(owner.tenant);
    const std::string_view keeper = inner ? inner->owner : std::string_view(owner.tenant);
    const TenantId tenant = TRY(with.store.tenant(keeper));
    const auto set = with.policies.in_force(tenant);
    if (set == nullptr) return {};
    std::vector<AccessedEntity> told;
    told.reserve(delivery.types.size());
    const bool known = delivery.ids.size() == delivery.types.size();
    for (std::size_t i = 0; i < delivery.types.size(); ++i) {
        told.push_back({known ? delivery.ids[i] : delivery.entity, &delivery.types[i], nullptr});
    }
    if (!are_personal(*set, told)) return {};
    // The subscription does not say of which organisation its owner is.
    const Caller now = authority.standing(owner).value_or(owner);
    AccessEntry entry = access_entry(now, "notification");
    const SubscriptionPtr asked =
        subscriptions.find(TRY(with.store.tenant(owner.tenant)), delivery.subscription);
    if (asked && !asked->owner.decided_by.empty()) {
        entry.details.text("decidedBy", asked->owner.decided_by);
    }
    entry.details.text("subscription", delivery.subscription);
    entry.details.text("delivery", delivery.id);
    return write_access(with, *set, now, std::move(entry), {told});
}

}  // namespace musubi
