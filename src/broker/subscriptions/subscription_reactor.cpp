#include "broker/subscriptions/subscription_reactor.h"

#include <unordered_map>

#include "base/bytes.h"
#include "broker/deliveries/delivery.h"
#include "broker/present.h"
#include "broker/subscriptions/matcher.h"
#include "broker/subscriptions/told.h"

namespace musubi {

// What a run of changes brings about.
struct SubscriptionReactor::Outcome {
    TenantId tenant = 0;
    std::string tenant_name;
    std::vector<std::pair<std::string, std::string>> deliveries;  // name and value of the record
    std::unordered_map<std::string, Time> told;                   // throttled subscriptions
    std::uint32_t number = 0;                                     // within the change
};

std::string encode_told(Time at) {
    std::string value;
    append_be64(value, static_cast<std::uint64_t>(at.us));
    return value;
}

std::shared_ptr<const AccessFilter> owner_access(const Subscription& subscription,
                                                 const Authority& authority,
                                                 std::string_view tenant) {
    return authority.access(owner_of(subscription, std::string(tenant), nullptr));
}

Caller owner_of(const Subscription& subscription, const std::string& tenant,
                std::shared_ptr<const AccessFilter> access) {
    Caller owner;
    owner.tenant = tenant;
    owner.subject = subscription.owner.subject;
    owner.role = subscription.owner.role;
    owner.purpose = subscription.owner.purpose;
    owner.ground = subscription.owner.ground;
    owner.access = std::move(access);
    return owner;
}

std::optional<ShownChange> SubscriptionReactor::wanted(const Subscription& subscription,
                                                       const Change& change,
                                                       const EntityChange& entity,
                                                       const EntityPtr& state,
                                                       const Caller& owner) const {
    if (!owner.access || !owner.access->may_read) return std::nullopt;
    // It is judged by what its owner sees: else being told would tell the rest.
    ShownChange shown{*owner.access, entity, state};
    if (!shown.any()) return std::nullopt;
    const bool follows = subscription.q && linked_depth(*subscription.q) > 0;
    if (!follows) {
        return is_due(subscription, change, shown.change(), *shown.state())
                   ? std::optional{std::move(shown)}
                   : std::nullopt;
    }
    constexpr std::size_t kMaxFollowed = 1'000;  // of one change; beyond, nothing is found
    std::size_t followed = 0;
    const LinkedEntities linked = [&](std::string_view id) -> EntityPtr {
        if (++followed > kMaxFollowed) return nullptr;
        auto found = store_.find(owner, id);
        return found ? *found : nullptr;
    };
    return is_due(subscription, change, shown.change(), *shown.state(), linked)
               ? std::optional{std::move(shown)}
               : std::nullopt;
}

bool SubscriptionReactor::is_throttled(const Subscription& subscription, const Change& change,
                                       Outcome& out) const {
    if (subscription.throttling.us == 0) return false;
    const auto own = out.told.find(subscription.id);
    const auto last = own != out.told.end() ? std::optional<Time>{own->second}
                                            : table_.last_told(out.tenant, subscription.id);
    // A wall clock that was set back must not silence it.
    if (last && *last <= change.at && change.at - *last < subscription.throttling) return true;
    out.told.insert_or_assign(subscription.id, change.at);
    return false;
}

Result<void> SubscriptionReactor::join(const Subscription& subscription, const Caller& owner,
                                       const NotificationContext& names, Tidings& tidings,
                                       Joined& kept) const {
    const NotificationParams& params = subscription.notification;
    if (params.join == Join::None || tidings.deleted) return {};
    LinkWalker linked{store_, owner, params.join_level};
    if (params.join == Join::Flat) {
        kept.flat = TRY(linked.flat(tidings.entities));
        for (const EntityPtr& entity : kept.flat) tidings.entities.push_back(entity.get());
    } else {
        const WriteOptions options = write_options(subscription);
        kept.inlined.reserve(tidings.entities.size());
        for (const Entity*& entity : tidings.entities) {
            kept.inlined.push_back(TRY(linked.inlined(*entity, *names.context, options)));
            entity = &kept.inlined.back();
        }
    }
    kept.types = linked.types();
    kept.ids = linked.ids();
    return {};
}

Result<void> SubscriptionReactor::tell(const Subscription& subscription, const Change& change,
                                       const ShownChange& shown, const Caller& owner,
                                       Outcome& out) const {
    const EntityChange& entity = shown.change();
    const Entity& state = *shown.state();
    const DeliveryId id{change.sequence, ++out.number};
    const bool deleted = entity.kind == ChangeKind::Deleted;
    const Time at = shown.shown(change.at);
    const auto told = told_of(subscription, at, entity, state);
    Tidings tidings{.entities = {told ? &*told : &state},
                    .deleted = deleted ? std::optional{at} : std::nullopt};
    const NotificationContext names = context_for(subscription, contexts_);
    Joined joined;
    TRY(join(subscription, owner, names, tidings, joined));
    Notification notification =
        render_notification(subscription, names, to_text(id, change.at), tidings, clock_.now());
    Delivery delivery;
    delivery.id = to_text(id, change.at);
    delivery.subscription = subscription.id;
    delivery.made_at = subscription.created_at;
    delivery.entity = entity.id;
    delivery.types = std::move(joined.types);
    delivery.types.push_back(entity.types);
    delivery.ids = std::move(joined.ids);
    delivery.ids.push_back(entity.id);
    delivery.access = owner.access->fingerprint();
    delivery.due_at = change.at;
    delivery.link = std::move(notification.link);
    delivery.body = std::move(notification.body);
    out.deliveries.emplace_back(
        delivery_name(channel_of(subscription.notification.endpoint.uri), id), encode(delivery));
    return {};
}

// A change that is read back from the disk does not bring the state: the present one says what is
// told, and that of then whether it may be.
Result<bool> SubscriptionReactor::was_shown(const Caller& owner, const Change& change,
                                            const EntityChange& entity) const {
    if (entity.after || entity.kind == ChangeKind::Deleted) return true;
    const auto& governance = owner.access->governance;
    if (governance == nullptr || !governance->looks_at(entity.types).any()) return true;
    const EntityPtr then = TRY(store_.state_after(owner, entity.id, change.sequence));
    if (then == nullptr) return false;
    return ShownChange{*owner.access, entity, state_of(entity, then)}.any();
}

Result<void> SubscriptionReactor::match(const Caller& caller, const ChangePtr& change,
                                        Outcome& out) const {
    out.number = 0;
    for (const EntityChange& entity : change->entities) {
        const auto candidates = table_.candidates(out.tenant, entity);
        if (candidates.empty()) continue;
        EntityPtr present;
        if (!entity.after && entity.kind != ChangeKind::Deleted) {
            present = TRY(store_.find(caller, entity.id));
        }
        const EntityPtr state = state_of(entity, present);
        for (const SubscriptionPtr& subscription : candidates) {
            const Caller owner = owner_of(*subscription, out.tenant_name,
                                          owner_access(*subscription, authority_, out.tenant_name));
            const auto shown = wanted(*subscription, *change, entity, state, owner);
            if (!shown || !TRY(was_shown(owner, *change, entity))) continue;
            if (is_throttled(*subscription, *change, out)) continue;
            TRY(tell(*subscription, *change, *shown, owner, out));
        }
    }
    return {};
}

Result<Reactor::Effect> SubscriptionReactor::react(const std::string& tenant,
                                                   std::span<const ChangePtr> changes) {
    auto out = std::make_shared<Outcome>();
    out->tenant = TRY(store_.tenant(tenant));
    out->tenant_name = tenant;
    if (table_.size(out->tenant) == 0) return Effect{};
    if (TRY(read_present(store_, out->tenant, clock_)).replay) return Effect{};
    const Caller caller = service_caller(tenant, kName);
    for (const ChangePtr& change : changes) TRY(match(caller, change, *out));
    if (out->deliveries.empty()) return Effect{};
    return Effect{[out](Transaction& tx) -> Result<void> {
        for (auto& [id, at] : out->told) {
            tx.put_record(kSubscriptionThrottleKind, id, encode_told(at));
        }
        for (const auto& [name, value] : out->deliveries) {
            tx.put_record(kDeliveryKind, name, value);
        }
        return {};
    }};
}

}  // namespace musubi
