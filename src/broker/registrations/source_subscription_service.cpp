#include "broker/registrations/source_subscription_service.h"

#include "broker/registrations/registry_log.h"

namespace musubi {
namespace {

Error no_subscription(std::string_view id) {
    return {ErrorCode::NotFound, "there is no such subscription to registrations", std::string(id)};
}

bool may_manage_subscription(const Caller& caller, const Subscription& subscription) {
    if (!caller.access || !caller.access->may_read) return false;
    if (caller.access->may_administer && caller.access->has_all_types()) return true;
    return caller.subject == subscription.owner.subject;
}

}  // namespace

Result<void> SourceSubscriptionService::create(Transaction& tx, SourceSubscription subscription,
                                               const Context& context) const {
    const Caller& caller = tx.caller();
    if (!caller.access || !caller.access->may_read) {
        return Error{ErrorCode::Forbidden, "this key may not read, so it may not subscribe"};
    }
    Subscription base = *subscription.base;
    TRY(check_expiry(base, tx.now()));
    if (TRY(tx.record(kSourceSubscriptionKind, base.id))) {
        return Error{ErrorCode::AlreadyExists, "a subscription with this id exists", base.id};
    }
    if (table_.list(tx.tenant()).size() >= SourceSubscriptionTable::kMaxPerTenant) {
        return Error{ErrorCode::TooLarge,
                     "there are 1,000 subscriptions to registrations; delete those that nobody "
                     "needs"};
    }
    base.context = context.source();
    base.owner = {caller.subject, caller.role, caller.purpose, caller.ground};
    base.created_at = base.modified_at = tx.now();
    const SourceSubscription made = with_base(std::move(subscription), std::move(base));
    TRY(notifier_.tell_all(tx, made, TriggerReason::NewlyMatching));
    tx.put_record(kSourceSubscriptionKind, made.base->id, encode_source_subscription(made));
    return note_change(tx, /*is_subscription=*/true, made.base->id);
}

Result<SourceSubscription> SourceSubscriptionService::present(Transaction& tx,
                                                              std::string_view id) const {
    const auto stored = TRY(tx.record(kSourceSubscriptionKind, id));
    if (!stored) return no_subscription(id);
    SourceSubscription subscription = TRY(decode_source_subscription(*stored, contexts_));
    if (!may_manage_subscription(tx.caller(), *subscription.base)) return no_subscription(id);
    return subscription;
}

Result<void> SourceSubscriptionService::patch(Transaction& tx, std::string_view id,
                                              const Json& patch, const Context& context) const {
    const SourceSubscription before = TRY(present(tx, id));
    SourceSubscription read = TRY(patch_source_subscription(before, patch, context));
    Subscription base = *read.base;
    if (patch.find("expiresAt") != nullptr) TRY(check_expiry(base, tx.now()));
    base.modified_at = tx.now();
    const SourceSubscription after = with_base(std::move(read), std::move(base));
    TRY(notifier_.tell_all(tx, after, TriggerReason::NewlyMatching));
    tx.put_record(kSourceSubscriptionKind, id, encode_source_subscription(after));
    return note_change(tx, /*is_subscription=*/true, id);
}

Result<void> SourceSubscriptionService::remove(Transaction& tx, std::string_view id) const {
    TRY(present(tx, id));
    tx.erase_record(kSourceSubscriptionKind, id);
    tx.erase_record(kSourceSubscriptionStateKind, id);
    tx.erase_record(kSourceSubscriptionToldKind, id);
    return note_change(tx, /*is_subscription=*/true, id);
}

Result<SourceSubscriptionService::Seen> SourceSubscriptionService::with_state(
    TenantId tenant, SourceSubscriptionPtr subscription) const {
    const auto stored =
        TRY(store_.record(tenant, kSourceSubscriptionStateKind, subscription->base->id));
    Seen seen{std::move(subscription), {}};
    if (stored) seen.state = TRY(decode_state(*stored));
    return seen;
}

Result<SourceSubscriptionService::Seen> SourceSubscriptionService::find(const Caller& caller,
                                                                        std::string_view id) const {
    const TenantId tenant = TRY(store_.tenant(caller.tenant));
    const SourceSubscriptionPtr found = table_.get(tenant, id);
    if (!found || !may_manage_subscription(caller, *found->base)) return no_subscription(id);
    return with_state(tenant, found);
}

Result<SourceSubscriptionService::Page> SourceSubscriptionService::list(const Caller& caller,
                                                                        std::size_t offset,
                                                                        std::size_t limit) const {
    const TenantId tenant = TRY(store_.tenant(caller.tenant));
    Page page;
    for (const SourceSubscriptionPtr& subscription : table_.list(tenant)) {
        if (!may_manage_subscription(caller, *subscription->base)) continue;
        if (page.count++ >= offset && page.subscriptions.size() < limit) {
            page.subscriptions.push_back(TRY(with_state(tenant, subscription)));
        }
    }
    return page;
}

}  // namespace musubi
