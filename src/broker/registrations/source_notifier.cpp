#include "broker/registrations/source_notifier.h"

#include <algorithm>

#include "base/bytes.h"
#include "broker/deliveries/delivery.h"
#include "broker/present.h"
#include "broker/registrations/registry_log.h"
#include "broker/subscriptions/notification.h"
#include "broker/subscriptions/subscription_reactor.h"

namespace musubi {
namespace {

// Notifications of the registry are numbered apart from those of changes of entities, with which
// they may share a sequence number.
constexpr std::uint32_t kNumbers = 0x80000000U;

std::string_view name_of(TriggerReason reason) {
    switch (reason) {
        case TriggerReason::NewlyMatching: return "newlyMatching";
        case TriggerReason::Updated: return "updated";
        case TriggerReason::NoLongerMatching: break;
    }
    return "noLongerMatching";
}

// Puts what was decided before this transaction, in its group, over what is committed.
template <typename T, typename Decode>
Result<void> overlay(Transaction& tx, std::map<std::string, T>& all, std::string_view kind,
                     const std::vector<std::string>& changed, const Decode& decode) {
    for (const std::string& name : changed) {
        all.erase(name);
        const auto stored = TRY(tx.record(kind, name));
        if (stored) all.emplace(name, TRY(decode(*stored)));
    }
    return {};
}

template <typename T>
std::vector<T> values_of(std::map<std::string, T> all) {
    std::vector<T> out;
    out.reserve(all.size());
    for (auto& [name, value] : all) out.push_back(std::move(value));
    return out;
}

}  // namespace

// A registration and the part of it that matches.
struct SourceNotifier::Told {
    RegistrationPtr registration;
    std::vector<std::size_t> information;
};

struct SourceNotifier::Message {
    TriggerReason reason = TriggerReason::NewlyMatching;
    std::vector<Told> data;
};

bool may_see(const AccessFilter& access, const Registration& registration) {
    if (access.may_administer && access.has_all_types()) return true;  // who manages them
    const auto types = registration.types();
    if (types.empty()) return access.has_all_types() && access.knows_of(std::string{});
    return std::any_of(types.begin(), types.end(),
                       [&](const std::string& type) { return access.knows_of(type); });
}

Result<std::vector<RegistrationPtr>> SourceNotifier::registrations(Transaction& tx) const {
    std::map<std::string, RegistrationPtr> all;
    const auto changed =
        TRY(changed_since(tx, registrations_.version(tx.tenant()), /*subscriptions=*/false));
    const RegistrationShelfPtr shelf = registrations_.shelf(tx.tenant());
    for (const auto& [id, registration] : shelf->by_id) all.emplace(id, registration);
    TRY(overlay(tx, all, kRegistrationKind, changed,
                [](const std::string& bytes) -> Result<RegistrationPtr> {
                    Registration read = TRY(decode_registration(bytes));
                    return std::make_shared<const Registration>(std::move(read));
                }));
    return values_of(std::move(all));
}

Result<std::vector<SourceSubscriptionPtr>> SourceNotifier::subscriptions(Transaction& tx) const {
    std::map<std::string, SourceSubscriptionPtr> all;
    const auto changed =
        TRY(changed_since(tx, registrations_.version(tx.tenant()), /*subscriptions=*/true));
    for (const auto& subscription : subscriptions_.list(tx.tenant())) {
        all.emplace(subscription->base->id, subscription);
    }
    TRY(overlay(tx, all, kSourceSubscriptionKind, changed,
                [&](const std::string& bytes) -> Result<SourceSubscriptionPtr> {
                    SourceSubscription read = TRY(decode_source_subscription(bytes, contexts_));
                    return std::make_shared<const SourceSubscription>(std::move(read));
                }));
    return values_of(std::move(all));
}

Result<std::optional<SourceNotifier::Told>> SourceNotifier::part_for(
    const SourceSubscription& subscription, const RegistrationPtr& registration, Time now) const {
    if (!registration || registration->expired(now)) return std::optional<Told>{};
    // Policies speak of entities: of the registry the owner's types alone are asked.
    const auto access = owner_access(*subscription.base, authority_, {});
    if (!access || !may_see(*access, *registration)) return std::optional<Told>{};
    const SourceQuery query = subscription.query();
    if (!matches_conditions(*registration, query)) return std::optional<Told>{};
    auto information = matching_information(*registration, query);
    if (information.empty()) return std::optional<Told>{};
    return std::optional<Told>{Told{registration, std::move(information)}};
}

Result<bool> SourceNotifier::is_throttled(Transaction& tx,
                                          const SourceSubscription& subscription) const {
    const Subscription& base = *subscription.base;
    if (base.throttling.us == 0) return false;
    const auto stored = TRY(tx.record(kSourceSubscriptionToldKind, base.id));
    if (!stored || stored->size() != 8) return false;
    const Time last{static_cast<std::int64_t>(read_be64(*stored))};
    // A wall clock that was set back must not silence it.
    return last <= tx.now() && tx.now() - last < base.throttling;
}

Result<void> SourceNotifier::tell_change(Transaction& tx, const RegistrationPtr& before,
                                         const RegistrationPtr& after) const {
    for (const SourceSubscriptionPtr& subscription : TRY(subscriptions(tx))) {
        if (subscription->time_interval.us > 0 || !subscription->tells(tx.now())) continue;
        // What has just expired did match until now.
        const Time then = before && before->expires_at ? Time{} : tx.now();
        auto old = TRY(part_for(*subscription, before, then));
        auto fresh = TRY(part_for(*subscription, after, tx.now()));
        if (!old && !fresh) continue;
        if (TRY(is_throttled(tx, *subscription))) continue;
        Message message;
        if (old && fresh) message.reason = TriggerReason::Updated;
        if (old && !fresh) message.reason = TriggerReason::NoLongerMatching;
        message.data.push_back(std::move(fresh ? *fresh : *old));
        TRY(put(tx, *subscription, message));
    }
    return {};
}

Result<void> SourceNotifier::tell_all(Transaction& tx, const SourceSubscription& subscription,
                                      TriggerReason reason) const {
    if (!subscription.tells(tx.now())) return {};
    Message message{.reason = reason, .data = {}};
    for (const RegistrationPtr& registration : TRY(registrations(tx))) {
        auto part = TRY(part_for(subscription, registration, tx.now()));
        if (part) message.data.push_back(std::move(*part));
    }
    return message.data.empty() ? Result<void>{} : put(tx, subscription, message);
}

Result<void> SourceNotifier::put(Transaction& tx, const SourceSubscription& subscription,
                                 const Message& message) const {
    if (TRY(read_present(store_, tx.tenant(), clock_)).replay) return {};
    const Subscription& base = *subscription.base;
    RegistryLog log = TRY(read_registry_log(tx));
    const DeliveryId id{tx.sequence(),
                        kNumbers | static_cast<std::uint32_t>(++log.told % kNumbers)};
    put_registry_log(tx, log);
    Delivery delivery;
    delivery.id = to_text(id, tx.now());
    delivery.subscription = std::string(OtherSubscriptions::kMark) + base.id;
    delivery.made_at = base.created_at;
    delivery.entity = base.id;  // all of one subscription in order
    for (const Told& told : message.data) {
        delivery.types.push_back(told.registration->types());
    }
    delivery.due_at = tx.now();
    delivery.body = render(subscription, message, delivery.id, delivery.link, tx.now());
    tx.put_record(kDeliveryKind, delivery_name(channel_of(base.notification.endpoint.uri), id),
                  encode(delivery));
    if (base.throttling.us > 0 || subscription.time_interval.us > 0) {
        note_told(tx, subscription);
    }
    return {};
}

void SourceNotifier::note_told(Transaction& tx, const SourceSubscription& subscription) {
    std::string told;
    append_be64(told, static_cast<std::uint64_t>(tx.now().us));
    tx.put_record(kSourceSubscriptionToldKind, subscription.base->id, std::move(told));
}

// 5.3.2.
std::string SourceNotifier::render(const SourceSubscription& subscription, const Message& message,
                                   std::string_view id, std::string& link, Time now) const {
    const Subscription& base = *subscription.base;
    const NotificationContext names = context_for(base, contexts_);
    Json out;
    out.set("id", "urn:ngsi-ld:ContextSourceNotification:" + std::string(id));
    out.set("type", "ContextSourceNotification");
    out.set("subscriptionId", base.id);
    if (base.notification.endpoint.wants_ld()) {
        out.set("@context", names.url.empty() ? names.context->source() : Json{names.url});
    } else {
        link = names.url;
    }
    out.set("notifiedAt", to_iso(now));
    RegistrationView view;
    view.type_arrays = true;
    view.secrets = false;
    view.sys_attrs = base.notification.sys_attrs;
    Json::Array data;
    for (const Told& told : message.data) {
        view.information = &told.information;
        data.push_back(write_registration(*told.registration, *names.context, view));
    }
    out.set("data", std::move(data));
    out.set("triggerReason", name_of(message.reason));
    return to_text(out);
}

}  // namespace musubi
