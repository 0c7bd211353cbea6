#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "broker/registrations/source_health.h"
#include "broker/registrations/source_notifier.h"

namespace musubi {

/// The operations on registrations (GS CIM 009 v1.9.1, 5.9.2-5.9.4, 5.10.1, 5.10.2). An operator of
/// the whole tenant manages them; who may read may look for those of types within reach.
class RegistrationService {
public:
    /// All must outlive it.
    RegistrationService(const Store& store, const RegistrationTable& table,
                        const SourceNotifier& notifier)
        : store_{store}, table_{table}, notifier_{notifier} {}

    /// 5.9.2: sets the times. `context` is what its names were read with. Fails: AlreadyExists,
    /// BadRequest (expired), Conflict (4.3.6.3: another exclusive one has an attribute of it, or an
    /// entity of its own is here), Forbidden, TooLarge (kMaxPerTenant), Busy.
    Result<void> create(Transaction& tx, Registration registration, const Context& context) const;
    /// 5.9.3. Fails: NotFound, and as create.
    Result<void> patch(Transaction& tx, std::string_view id, const Json& patch,
                       const Context& context) const;
    /// 5.9.4. Fails: NotFound, Forbidden, Busy.
    Result<void> remove(Transaction& tx, std::string_view id) const;
    /// Removes those that have expired, some at a time, and tells it. Fails: Busy, Io, Corrupt.
    Result<void> remove_expired(Transaction& tx) const;
    /// Adds requests to a source to its counters. Nothing where the registration is gone.
    /// Fails: Io, Corrupt.
    static Result<void> count_requests(Transaction& tx, const SourceTally& tally);

    /// A registration and what became of the requests to it.
    struct Seen {
        RegistrationPtr registration;
        SubscriptionState state;
    };
    /// 5.10.1. Fails: NotFound, NoTenant, Io, Corrupt.
    Result<Seen> find(const Caller& caller, std::string_view id) const;
    struct Page {
        std::vector<Seen> registrations;
        std::size_t count = 0;  ///< of all that match
    };
    /// 5.10.2: what matches at `now`, in order of ids. Fails: NoTenant, Io, Corrupt.
    Result<Page> query(const Caller& caller, const SourceQuery& query, const EntityQuery& page,
                       Time now) const;

private:
    Result<void> check_conflicts(Transaction& tx, const Registration& registration) const;
    Result<void> check_entities(Transaction& tx, const Registration& registration) const;
    Result<Seen> with_state(TenantId tenant, RegistrationPtr registration) const;

    const Store& store_;
    const RegistrationTable& table_;
    const SourceNotifier& notifier_;
};

}  // namespace musubi
