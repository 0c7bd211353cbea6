#include <unordered_set>

#include "broker/deliveries/delivery.h"
#include "broker/present.h"
#include "broker/subscriptions/subscription_reactor.h"
#include "broker/subscriptions/told.h"

namespace musubi {
namespace {

constexpr std::size_t kPageBytes = 1U << 20U;    // of entities in memory, for one notification
constexpr std::size_t kRoundBytes = 32U << 20U;  // of notifications in one round

// Where the last one was told at `last`, the next is due an interval later; what fell into the
// time when nobody was there to tell it is told once. A wall clock that was set back by more than
// an interval must not silence it.
bool is_time(const Subscription& s, Time last, Time now) {
    const Duration since = now - last;
    return since >= s.time_interval || since < Duration{} - s.time_interval;
}

Time beat(const Subscription& s, Time last, Time now) {
    if (now < last) return now;
    return last + s.time_interval * ((now - last).us / s.time_interval.us);
}

EntityQuery query_of(const Subscription& s, const EntitySelector& selector) {
    EntityQuery query;
    if (!selector.id.empty()) query.ids = {selector.id};
    query.id_pattern = selector.id_pattern;
    query.types = selector.types;
    query.q = s.q;
    query.geo = s.geo;
    query.limit = SubscriptionReactor::kPageEntities;
    return query;
}

}  // namespace

// What one round brings about.
struct SubscriptionReactor::Round {
    struct Item {
        Notification notification;
        Delivery delivery;
        std::uint64_t channel = 0;
    };
    std::vector<Item> items;
    std::size_t bytes = 0;
    std::vector<std::pair<std::string, Time>> told;
};

Result<void> SubscriptionReactor::tell_page(const Caller& owner, const Subscription& subscription,
                                            const std::vector<EntityPtr>& page, Time now,
                                            Round& out) const {
    Round::Item item;
    std::vector<Entity> own;
    own.reserve(page.size());
    Tidings tidings;
    for (const EntityPtr& entity : page) {
        auto told = told_of(subscription, *entity);
        if (told) own.push_back(std::move(*told));
        tidings.entities.push_back(told ? &own.back() : entity.get());
    }
    const NotificationContext names = context_for(subscription, contexts_);
    Joined joined;
    TRY(join(subscription, owner, names, tidings, joined));
    item.notification = render_notification(subscription, names, {}, tidings, now);
    item.delivery.types = std::move(joined.types);
    item.delivery.ids = std::move(joined.ids);
    for (const EntityPtr& entity : page) {
        item.delivery.types.push_back(entity->types);
        item.delivery.ids.push_back(entity->id);
    }
    item.delivery.access = owner.access->fingerprint();
    item.delivery.subscription = item.delivery.entity = subscription.id;
    item.delivery.made_at = subscription.created_at;
    item.delivery.due_at = now;
    item.channel = channel_of(subscription.notification.endpoint.uri);
    out.bytes += item.notification.body.size();
    out.items.push_back(std::move(item));
    return {};
}

Result<void> SubscriptionReactor::tell_state(const Caller& owner,
                                             const SubscriptionPtr& subscription, Time now,
                                             Round& out) const {
    std::unordered_set<std::string> seen;
    std::vector<EntityPtr> page;
    std::size_t bytes = 0;
    const auto flush = [&]() -> Result<void> {
        if (!page.empty()) TRY(tell_page(owner, *subscription, page, now, out));
        page.clear();
        bytes = 0;
        return {};
    };
    for (const EntitySelector& selector : subscription->entities) {
        EntityQuery query = query_of(*subscription, selector);
        for (bool more = true; more && seen.size() < kMostEntities;) {
            const auto found = TRY(store_.query(owner, query));
            for (const EntityPtr& entity : found.entities) {
                if (seen.size() >= kMostEntities || !seen.insert(entity->id).second) continue;
                bytes += memory_of(*entity);
                page.push_back(entity);
                if (page.size() == kPageEntities || bytes > kPageBytes) TRY(flush());
            }
            more = found.entities.size() == query.limit;
            query.offset += query.limit;
        }
    }
    return flush();
}

Result<Reactor::Effect> SubscriptionReactor::tick(const std::string& tenant, Time now) {
    const TenantId id = TRY(store_.tenant(tenant));
    const auto subscriptions = table_.periodic(id);
    if (subscriptions.empty()) return Effect{};
    if (TRY(read_present(store_, id, clock_)).replay) return Effect{};
    auto out = std::make_shared<Round>();
    for (const SubscriptionPtr& s : subscriptions) {
        if (out->bytes > kRoundBytes) break;  // the others are due in the next round
        const Time last = table_.last_told(id, s->id).value_or(s->created_at);
        if (!s->active || s->expired(now) || !is_time(*s, last, now)) continue;
        const auto access = owner_access(*s, authority_, tenant);
        if (access && access->may_read) {
            TRY(tell_state(owner_of(*s, tenant, access), s, now, *out));
        }
        out->told.emplace_back(s->id, beat(*s, last, now));
    }
    if (out->told.empty()) return Effect{};
    return Effect{[out, now](Transaction& tx) -> Result<void> {
        for (const auto& [name, at] : out->told) {
            // One that was deleted meanwhile leaves nothing behind.
            if (!TRY(tx.record(kSubscriptionKind, name))) continue;
            tx.put_record(kSubscriptionThrottleKind, name, encode_told(at));
        }
        // Numbers of their own, apart from those of changes: this commit is no change, and
        // another one may get the same sequence.
        constexpr std::uint32_t kPeriodic = 1U << 31U;
        auto number = static_cast<std::uint32_t>(now.us % kPeriodic) | kPeriodic;
        for (Round::Item& item : out->items) {
            const DeliveryId delivery_id{tx.sequence(), number};
            number = (number + 1) | kPeriodic;
            Delivery delivery = item.delivery;
            Notification notification = item.notification;
            delivery.id = to_text(delivery_id, now);
            name_notification(notification, delivery.id);
            delivery.link = notification.link;
            delivery.body = std::move(notification.body);
            tx.put_record(kDeliveryKind, delivery_name(item.channel, delivery_id),
                          encode(delivery));
        }
        return {};
    }};
}

}  // namespace musubi
