#include "api/handlers.h"
#include "broker/distribution/remote_notifications.h"
#include "broker/distribution/remote_reactor.h"
#include "broker/registrations/source_subscription_service.h"

namespace musubi::api {
namespace {

constexpr std::string_view kSourceSubscriptionsPath = "/ngsi-ld/v1/csourceSubscriptions/";

// 5.2.14 has no such member as ours, and no count of what did not happen: strict readers are shown
// what it has, who asks for sysAttrs also why the last attempt failed.
void trim_counters(Json& notification, bool sys_attrs) {
    std::erase_if(notification.object(), [&](const JsonMember& member) {
        return (member.name == "timesFailed" && member.value == Json{0}) ||
               (member.name == "musubi:lastFailureReason" && !sys_attrs);
    });
}

Json body_of_source(const App& app, const ApiCall& call,
                    const SourceSubscriptionService::Seen& seen) {
    const SourceSubscription& subscription = *seen.subscription;
    Json body =
        write_source_subscription(subscription, *call.context, &seen.state, app.clock.now());
    if (Json* counters = body.find("notification")) {
        trim_counters(*counters, call.option("sysAttrs"));
    }
    if (call.option("sysAttrs")) {
        body.set("createdAt", to_iso(subscription.base->created_at));
        body.set("modifiedAt", to_iso(subscription.base->modified_at));
    }
    if (call.wants_ld) body.set("@context", call.context->source());
    return body;
}

constexpr std::string_view kOfSources = ":sources";

// How a subscription that sources take part in follows the registry (5.8.1.4): as a subscription to
// registrations, which the broker keeps by itself.
SourceSubscriptionService::Seen followed(const Subscription& subscription) {
    Subscription base = subscription;
    base.id += kOfSources;
    base.q.reset();
    base.q_text.clear();
    base.of_sources = {};
    base.notification = {};
    base.notification.endpoint.uri = "urn:musubi:here";
    return {std::make_shared<const SourceSubscription>(with_base({}, std::move(base))), {}};
}

// Those of an operator of the whole tenant: nobody else manages them.
std::vector<SourceSubscriptionService::Seen> followed_by(const App& app, const ApiCall& call) {
    std::vector<SourceSubscriptionService::Seen> out;
    if (!need_whole_tenant(call)) return out;
    for (const SubscriptionPtr& each : app.remote_notifications.shared(call.tenant)) {
        out.push_back(followed(*each));
    }
    return out;
}

}  // namespace

// POST /csourceSubscriptions (6.12.3.1)
Result<Answer> post_source_subscription(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    const Body body = TRY(read_body(app, call));
    auto subscription = std::make_shared<SourceSubscription>(
        TRY(read_source_subscription(body.json, *body.context)));
    TRY(check_receiver(subscription->base->notification.endpoint.uri));
    if (subscription->base->id.empty()) {
        Subscription named = *subscription->base;
        named.id = "urn:ngsi-ld:Subscription:" + random_token(app.random);
        *subscription = with_base(std::move(*subscription), std::move(named));
    }
    const std::string id = subscription->base->id;
    return Answer{Action{
        .run =
            [subscription, context = body.context, &service = app.source_subscriptions](
                Transaction& tx) { return service.create(tx, std::move(*subscription), *context); },
        .reply =
            [call, id] {
                return created_response(call, std::string(kSourceSubscriptionsPath) + id);
            }}};
}

// GET /csourceSubscriptions (6.12.3.2)
Result<Answer> list_source_subscriptions(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    EntityQuery page;
    TRY(read_page(call, page));
    const auto found = TRY(app.source_subscriptions.list(call.caller, page.offset, page.limit));
    Json::Array out;
    for (const auto& seen : found.subscriptions) out.push_back(body_of_source(app, call, seen));
    // Those that the broker keeps by itself stand behind the others.
    std::size_t place = found.count;
    for (const auto& seen : followed_by(app, call)) {
        if (place++ >= page.offset && out.size() < page.limit) {
            out.push_back(body_of_source(app, call, seen));
        }
    }
    const std::size_t shown = out.size();
    HttpResponse response = json_response(call, to_text(Json{std::move(out)}));
    add_list_headers(call, page, shown, place, response);
    return Answer{std::move(response)};
}

// GET /csourceSubscriptions/{subscriptionId} (6.13.3.1)
Result<Answer> get_source_subscription(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    const std::string id = TRY(subscription_id(call));
    for (const auto& own : followed_by(app, call)) {
        if (own.subscription->base->id == id) {
            return Answer{json_response(call, to_text(body_of_source(app, call, own)))};
        }
    }
    const auto seen = TRY(app.source_subscriptions.find(call.caller, id));
    return Answer{json_response(call, to_text(body_of_source(app, call, seen)))};
}

// PATCH /csourceSubscriptions/{subscriptionId} (6.13.3.2)
Result<Answer> patch_source_subscription(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    const std::string id = TRY(subscription_id(call));
    const Body body = TRY(read_body(app, call));
    TRY(check_receiver_in(body.json));
    auto patch = std::make_shared<const Body>(body);
    return Answer{Action{
        .run = [id, patch, &service = app.source_subscriptions](
                   Transaction& tx) { return service.patch(tx, id, patch->json, *patch->context); },
        .reply = [call] { return empty_response(call); }}};
}

// DELETE /csourceSubscriptions/{subscriptionId} (6.13.3.3)
Result<Answer> remove_source_subscription(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    const std::string id = TRY(subscription_id(call));
    return Answer{Action{.run = [id, &service = app.source_subscriptions](
                                    Transaction& tx) { return service.remove(tx, id); },
                         .reply = [call] { return empty_response(call); }}};
}

}  // namespace musubi::api
