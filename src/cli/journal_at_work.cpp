#include "cli/journal_at_work.h"

#include <algorithm>

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

Result<void> record_delivery(const DeliveryRecorder& with, const Caller& owner,
                             const Delivery& delivery) {
    const TenantId tenant = TRY(with.store.tenant(owner.tenant));
    const auto set = with.policies.in_force(tenant);
    if (!set) return {};
    const auto is_personal = [&](const std::vector<std::string>& types) {
        return std::any_of(set->personal.begin(), set->personal.end(), [&](const auto& one) {
            return std::find(types.begin(), types.end(), one.type) != types.end();
        });
    };
    if (std::none_of(delivery.types.begin(), delivery.types.end(), is_personal)) return {};
    JournalEntry entry{.kind = journal_kind::kAccess,
                       .tenant = owner.tenant,
                       .subject = owner.subject,
                       .details = {}};
    entry.details.set("way", "notification");
    entry.details.set("purpose", owner.purpose);
    entry.details.set("ground", owner.ground);
    entry.details.set("policyVersion",
                      static_cast<std::int64_t>(with.policies.number_in_force(tenant)));
    entry.details.set("subscription", delivery.subscription);
    entry.details.set("delivery", delivery.id);
    entry.details.set("entities", Json::Array{Json{delivery.entity}});
    TRY(with.journal.write(entry));
    return {};
}

}  // namespace musubi
