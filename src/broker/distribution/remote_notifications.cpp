#include "broker/distribution/remote_notifications.h"

#include <algorithm>
#include <map>

#include "broker/deliveries/delivery.h"
#include "broker/subscriptions/notification.h"
#include "broker/subscriptions/subscription_reactor.h"
#include "broker/subscriptions/told.h"
#include "model/merge.h"
#include "trust/secret.h"

namespace musubi {
namespace {

// Numbered apart from what changes here, and what the registry, brings about (DeliveryId).
constexpr std::uint32_t kNumbers = 0x40000000U;

Result<std::vector<Entity>> entities_in(const Json& notification, const Context& context) {
    const Json* data = notification.find("data");
    if (data == nullptr || (!data->is_array() && !data->is_object())) {
        return Error{ErrorCode::BadRequest, "it is an array of entities", "/data"};
    }
    Json::Array one;
    if (data->is_object()) one.push_back(*data);
    std::vector<Entity> out;
    for (const Json& item : one.empty() ? data->array() : one) {
        auto entity = read_entity(item, context, {.recorded = true});
        if (!entity) {
            Error error = std::move(entity).error();
            error.where = "/data/" + std::to_string(out.size()) + error.where;
            return error;
        }
        out.push_back(std::move(*entity));
    }
    return out;
}

bool is_split(const Subscription& subscription) {
    const Json* flag = subscription.of_sources.find("splitEntities");
    return flag != nullptr && flag->is_bool() && flag->boolean();
}

bool lets_through(const Subscription& subscription, const Entity& entity) {
    if (subscription.q && !matches(*subscription.q, entity)) return false;
    return !subscription.geo || matches(*subscription.geo, entity);
}

}  // namespace

Result<std::vector<EntityPtr>> RemoteNotifications::whole(const Subscription& subscription,
                                                          const Caller& owner,
                                                          std::vector<Entity> parts) const {
    std::vector<EntityPtr> out;
    for (Entity& told : parts) {
        if (!subscription.selects(told.id, told.types)) continue;
        const EntityPtr shown =
            owner.access->view_of_part(std::make_shared<const Entity>(std::move(told)));
        if (!shown) continue;
        Entity part = *shown;
        if (!is_split(subscription)) {
            out.push_back(std::make_shared<const Entity>(std::move(part)));
            continue;
        }
        EntityMerge merge;
        merge.add(part, Precedence::Exclusive);  // what is told is what has just changed
        if (const EntityPtr own = TRY(parts_.store.find(owner, part.id))) {
            merge.add(*own, Precedence::Equal);
        }
        EntityPtr entity = merge.take().front();
        if (lets_through(subscription, *entity)) out.push_back(std::move(entity));
    }
    return out;
}

Result<void> RemoteNotifications::put(Transaction& tx, const Subscription& subscription,
                                      std::uint64_t access,
                                      const std::vector<EntityPtr>& entities) {
    const NotificationContext names = context_for(subscription, parts_.contexts);
    for (const EntityPtr& entity : entities) {
        const DeliveryId id{tx.sequence(), kNumbers | (++number_ % kNumbers)};
        const auto told = told_of(subscription, *entity);
        const Tidings tidings{.entities = {told ? &*told : entity.get()}, .deleted = {}};
        Delivery delivery;
        delivery.id = to_text(id, tx.now());
        Notification notification =
            render_notification(subscription, names, delivery.id, tidings, tx.now());
        delivery.subscription = subscription.id;
        delivery.made_at = subscription.created_at;
        delivery.entity = entity->id;
        delivery.types.push_back(entity->types);
        delivery.access = access;
        delivery.due_at = tx.now();
        delivery.link = std::move(notification.link);
        delivery.body = std::move(notification.body);
        tx.put_record(kDeliveryKind,
                      delivery_name(channel_of(subscription.notification.endpoint.uri), id),
                      encode(delivery));
    }
    return {};
}

Result<void> RemoteNotifications::take(const Json& notification, const Context& context,
                                       const Sender& sender) {
    const Json* named = notification.find("subscriptionId");
    if (named == nullptr || !named->is_string()) {
        return Error{ErrorCode::BadRequest, "it says of which subscription it is",
                     "/subscriptionId"};
    }
    const Error missing{ErrorCode::NotFound, "there is no such subscription", named->string()};
    const auto found = parts_.remote.find(named->string());
    if (!found || found->remote->phase == RemoteSubscription::Phase::Unwanted) return missing;
    if (!sender.trusted && !same_secret(sender.token, found->remote->token)) {
        return Error{ErrorCode::Forbidden, "the token is not the one of this subscription"};
    }
    const SubscriptionPtr own =
        parts_.subscriptions.find(found->tenant, found->remote->subscription);
    if (!own) return missing;
    std::string tenant;
    for (const auto& [name, id] : parts_.store.tenants()) {
        if (id == found->tenant) tenant = name;
    }
    const auto access = owner_access(*own, parts_.authority, tenant);
    const bool told = own->active && !own->expired(parts_.clock.now());
    if (!access || !access->may_read || !told) return {};
    const auto entities =
        TRY(whole(*own, owner_of(*own, tenant, access), TRY(entities_in(notification, context))));
    if (entities.empty()) return {};
    TRY(parts_.store.commit(service_caller(tenant, "sources"), [&](Transaction& tx) {
        return put(tx, *own, access->fingerprint(), entities);
    }));
    return {};
}

std::vector<SubscriptionPtr> RemoteNotifications::shared(TenantId tenant) const {
    std::map<std::string, SubscriptionPtr> out;
    for (const RemoteSubscriptionPtr& remote : parts_.remote.list(tenant)) {
        if (remote->phase == RemoteSubscription::Phase::Unwanted) continue;
        if (auto own = parts_.subscriptions.find(tenant, remote->subscription)) {
            out.emplace(own->id, std::move(own));
        }
    }
    std::vector<SubscriptionPtr> list;
    for (auto& [id, subscription] : out) list.push_back(std::move(subscription));
    return list;
}

}  // namespace musubi
