#include "broker/subscriptions/subscription_service.h"

#include <algorithm>
#include <array>

namespace musubi {
namespace {

Error missing(std::string_view id) {
    return {ErrorCode::NotFound, "there is no such subscription", std::string(id)};
}

bool may_manage(const Caller& caller, const Subscription& subscription) {
    if (!caller.access || !caller.access->may_read) return false;
    if (caller.access->may_administer && caller.access->has_all_types()) return true;
    return caller.subject == subscription.owner.subject;
}

SubscriptionOwner owner_by(const Caller& caller, std::string decided_by) {
    return {caller.subject, caller.role, caller.purpose, caller.ground, std::move(decided_by)};
}

// Whether a patch says only whether and how long it is told, and how it is called: then it goes on
// telling its owner.
bool only_rests(const Json& patch) {
    constexpr std::array kRest{"id",        "type",   "subscriptionName", "description",
                               "expiresAt", "status", "isActive",         "@context"};
    return std::ranges::all_of(patch.object(), [&](const JsonMember& member) {
        return std::ranges::find(kRest, member.name) != kRest.end();
    });
}

}  // namespace

Result<void> SubscriptionService::create(Transaction& tx, Subscription subscription,
                                         const Context& context) const {
    const Caller& caller = tx.caller();
    if (!caller.access || !caller.access->may_read) {
        return Error{ErrorCode::Forbidden, "this key may not read, so it may not subscribe"};
    }
    TRY(check_expiry(subscription, tx.now()));
    if (TRY(tx.record(kSubscriptionKind, subscription.id))) {
        return Error{ErrorCode::AlreadyExists, "a subscription with this id exists",
                     subscription.id};
    }
    if (table_.size(tx.tenant()) >= SubscriptionTable::kMaxPerTenant) {
        return Error{ErrorCode::TooLarge,
                     "there are 10,000 subscriptions; delete those that nobody needs"};
    }
    subscription.context = context.source();
    subscription.owner = owner_by(caller, subscription.owner.decided_by);
    subscription.since = tx.sequence();
    subscription.created_at = subscription.modified_at = tx.now();
    tx.put_record(kSubscriptionKind, subscription.id, encode_subscription(subscription));
    return {};
}

Result<Subscription> SubscriptionService::present(Transaction& tx, std::string_view id) const {
    const auto stored = TRY(tx.record(kSubscriptionKind, id));
    if (!stored) return missing(id);
    Subscription subscription = TRY(decode_subscription(*stored, contexts_));
    if (!may_manage(tx.caller(), subscription)) return missing(id);
    return subscription;
}

Result<void> SubscriptionService::patch(Transaction& tx, std::string_view id, const Json& patch,
                                        const Context& context,
                                        const std::string& decided_by) const {
    const Subscription before = TRY(present(tx, id));
    Subscription after = TRY(patch_subscription(before, patch, context));
    if (patch.find("expiresAt") != nullptr) TRY(check_expiry(after, tx.now()));
    // What happened while it was paused or had expired is not told afterwards.
    const bool slept = !before.active || before.expired(tx.now());
    if (slept && after.active) after.since = tx.sequence();
    // Who says where it goes, or what it tells, is told what they themselves may read.
    const Caller& caller = tx.caller();
    if (caller.subject != before.owner.subject && !only_rests(patch)) {
        after.owner = owner_by(caller, decided_by);
        after.since = tx.sequence();
    }
    after.modified_at = tx.now();
    tx.put_record(kSubscriptionKind, id, encode_subscription(after));
    return {};
}

Result<void> SubscriptionService::remove(Transaction& tx, std::string_view id) const {
    TRY(present(tx, id));
    tx.erase_record(kSubscriptionKind, id);
    tx.erase_record(kSubscriptionStateKind, id);
    tx.erase_record(kSubscriptionThrottleKind, id);
    return {};
}

Result<SubscriptionService::Seen> SubscriptionService::with_state(
    TenantId tenant, SubscriptionPtr subscription) const {
    const auto stored = TRY(store_.record(tenant, kSubscriptionStateKind, subscription->id));
    Seen seen{std::move(subscription), {}};
    if (stored) seen.state = TRY(decode_state(*stored));
    return seen;
}

Result<SubscriptionService::Seen> SubscriptionService::find(const Caller& caller,
                                                            std::string_view id) const {
    const TenantId tenant = TRY(store_.tenant(caller.tenant));
    const SubscriptionPtr found = table_.find(tenant, id);
    if (!found || !may_manage(caller, *found)) return missing(id);
    return with_state(tenant, found);
}

Result<SubscriptionService::Page> SubscriptionService::list(const Caller& caller,
                                                            std::size_t offset,
                                                            std::size_t limit) const {
    const TenantId tenant = TRY(store_.tenant(caller.tenant));
    Page page;
    for (const SubscriptionPtr& subscription : table_.list(tenant)) {
        if (!may_manage(caller, *subscription)) continue;
        if (page.count++ >= offset && page.subscriptions.size() < limit) {
            page.subscriptions.push_back(TRY(with_state(tenant, subscription)));
        }
    }
    return page;
}

}  // namespace musubi
