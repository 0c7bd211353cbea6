#include "api/handlers.h"
#include "api/hosted_context.h"
#include "api/policies.h"
#include "api/preference.h"
#include "api/use.h"
#include "broker/deliveries/dead_letters.h"
#include "broker/subscriptions/subscription_service.h"
#include "model/access/governance.h"
#include "net/mqtt_client.h"

namespace musubi::api {
namespace {

constexpr std::string_view kSubscriptionsPath = "/ngsi-ld/v1/subscriptions/";

Error bad_url(const Error& error) {
    return {ErrorCode::BadRequest, error.detail, "/notification/endpoint/uri"};
}

// The broker has seen that it is some URL; here it is read as it will be when it is used.
Result<void> check_url(const std::string& url) {
    if (url.starts_with("mqtt")) {
        const auto parsed = parse_mqtt_url(url);
        return parsed ? Result<void>{} : bad_url(parsed.error());
    }
    const auto parsed = parse_url(url);
    return parsed ? Result<void>{} : bad_url(parsed.error());
}

Json body_of(const App& app, const ApiCall& call, const SubscriptionService::Seen& seen) {
    const Subscription& subscription = *seen.subscription;
    Json body = write_subscription(subscription, *call.context, &seen.state, app.clock.now());
    if (call.option("sysAttrs")) {
        body.set("createdAt", to_iso(subscription.created_at));
        body.set("modifiedAt", to_iso(subscription.modified_at));
    }
    if (call.wants_ld) body.set("@context", call.context->source());
    return body;
}

// It was told to another: what policies may keep from who looks now is left out.
bool is_open_to(const AccessFilter& access, const Delivery& delivery) {
    return std::all_of(delivery.types.begin(), delivery.types.end(), [&](const auto& types) {
        return access.covers(types) && (access.governance == nullptr ||
                                        !access.governance->speaks_of(AccessAction::Read, types));
    });
}

Json body_of(const AccessFilter& access, const DeadLetter& letter) {
    Json out;
    out.set("id", letter.delivery.id);
    out.set("subscriptionId", letter.delivery.subscription);
    out.set("entityId", letter.delivery.entity);
    out.set("dueAt", to_iso(letter.delivery.due_at));
    out.set("diedAt", to_iso(letter.died_at));
    out.set("attempts", static_cast<std::int64_t>(letter.attempts));
    out.set("reason", letter.reason);
    if (!is_open_to(access, letter.delivery)) return out;
    auto notification = parse_json(letter.delivery.body);
    if (notification) out.set("notification", std::move(notification).value());
    return out;
}

// The entities that letters are about, with the types of all that each of them tells.
std::vector<EntityPtr> told_in(const std::vector<DeadLetter>& letters) {
    std::vector<EntityPtr> out;
    for (const DeadLetter& letter : letters) {
        auto entity = std::make_shared<Entity>();
        entity->id = letter.delivery.entity;
        for (const auto& types : letter.delivery.types) {
            entity->types.insert(entity->types.end(), types.begin(), types.end());
        }
        out.push_back(std::move(entity));
    }
    return out;
}

}  // namespace

Result<void> check_receiver(const std::string& url) { return check_url(url); }

Result<void> check_receiver_in(const Json& patch) {
    const Json* notification = patch.find("notification");
    const Json* endpoint = notification == nullptr ? nullptr : notification->find("endpoint");
    const Json* uri = endpoint == nullptr ? nullptr : endpoint->find("uri");
    return uri != nullptr && uri->is_string() ? check_url(uri->string()) : Result<void>{};
}

// POST /subscriptions (6.10.3.1)
Result<Answer> post_subscription(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    const Body body = TRY(read_body(app, call));
    auto subscription =
        std::make_shared<Subscription>(TRY(read_subscription(body.json, *body.context)));
    TRY(check_url(subscription->notification.endpoint.uri));
    subscription->owner.decided_by = call.decided_by;
    // Without it nothing would ever be told, and nobody would know why.
    for (const EntitySelector& selector : subscription->entities) {
        EntityQuery asked;
        asked.types = selector.types;
        TRY(need_ground(app, call, asked));
    }
    std::optional<ImplicitContext> implicit;
    if (subscription->jsonld_context.empty()) {
        implicit = implicit_context(app, call, *body.context);
        if (implicit) subscription->jsonld_context = implicit->url;
    } else {
        // Notifications are written with it: it has to be at hand (5.8.1.4).
        TRY(app.contexts.resolve_url(subscription->jsonld_context, context_use(call)));
    }
    if (subscription->id.empty()) {
        subscription->id = "urn:ngsi-ld:Subscription:" + random_token(app.random);
    }
    const std::string id = subscription->id;
    return Answer{Action{
        .run = [subscription, implicit, context = body.context, &contexts = app.contexts,
                &service = app.subscriptions](Transaction& tx) -> Result<void> {
            if (implicit) {
                TRY(contexts.host(tx, ContextKind::ImplicitlyCreated, implicit->id,
                                  context->source()));
            }
            return service.create(tx, std::move(*subscription), *context);
        },
        .reply =
            [call, id] {
                HttpResponse response = empty_response(call, 201);
                response.headers.emplace_back("Location", std::string(kSubscriptionsPath) + id);
                return response;
            }}};
}

// GET /subscriptions (6.10.3.2)
Result<Answer> list_subscriptions(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    EntityQuery page;
    TRY(read_page(call, page));
    const auto found = TRY(app.subscriptions.list(call.caller, page.offset, page.limit));
    Json::Array out;
    for (const auto& seen : found.subscriptions) out.push_back(body_of(app, call, seen));
    const std::size_t shown = out.size();
    HttpResponse response = json_response(call, to_text(Json{std::move(out)}));
    add_list_headers(call, page, shown, found.count, response);
    note_preference(call.request, response);
    return Answer{std::move(response)};
}

// GET /subscriptions/{subscriptionId} (6.11.3.1)
Result<Answer> get_subscription(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    const std::string id = TRY(subscription_id(call));
    const auto seen = TRY(app.subscriptions.find(call.caller, id));
    HttpResponse response = json_response(call, to_text(body_of(app, call, seen)));
    // Subscriptions are the same in all versions (4.3.6.8).
    note_preference(call.request, response);
    return Answer{std::move(response)};
}

// PATCH /subscriptions/{subscriptionId} (6.11.3.2)
Result<Answer> patch_subscription(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    const std::string id = TRY(subscription_id(call));
    const Body body = TRY(read_body(app, call));
    TRY(check_receiver_in(body.json));
    auto patch = std::make_shared<const Body>(body);
    return Answer{Action{.run =
                             [id, patch, decided_by = call.decided_by,
                              &service = app.subscriptions](Transaction& tx) {
                                 return service.patch(tx, id, patch->json, *patch->context,
                                                      decided_by);
                             },
                         .reply = [call] { return empty_response(call); }}};
}

// DELETE /subscriptions/{subscriptionId} (6.11.3.3)
Result<Answer> remove_subscription(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    const std::string id = TRY(subscription_id(call));
    return Answer{Action{.run = [id, &service = app.subscriptions](
                                    Transaction& tx) { return service.remove(tx, id); },
                         .reply = [call] { return empty_response(call); }}};
}

// GET /musubi/v1/dead-letters?limit&offset&count: ours. Dead letters hold what entities were: they
// are for who may see all of the tenant.
Result<Answer> list_dead_letters(const App& app, const ApiCall& call) {
    TRY(need_overview(call));
    EntityQuery page;
    TRY(read_page(call, page));
    const TenantId tenant = TRY(app.store.tenant(call.caller.tenant));
    const auto letters = TRY(musubi::list_dead_letters(app.store, tenant, page.offset, page.limit));
    TRY(record_access(app, call, told_in(letters)));
    Json::Array out;
    for (const DeadLetter& letter : letters) out.push_back(body_of(*call.caller.access, letter));
    HttpResponse response{200, {{"Content-Type", "application/json"}}, to_text(Json{out})};
    const std::size_t all = TRY(count_dead_letters(app.store, tenant));
    add_list_headers(call, page, letters.size(), all, response);
    return Answer{std::move(response)};
}

// POST /musubi/v1/dead-letters/{id}/send: ours
Result<Answer> resend_dead_letter(const App& app, const ApiCall& call) {
    TRY(need_whole_tenant(call));
    return Answer{Action{
        .run = [id = call.path.front(), &service = app.subscriptions](
                   Transaction& tx) { return musubi::resend_dead_letter(tx, service.table(), id); },
        .reply = [call] { return empty_response(call); }}};
}

// DELETE /musubi/v1/dead-letters/{id}: ours
Result<Answer> remove_dead_letter(const App& app, const ApiCall& call) {
    TRY(need_whole_tenant(call));
    static_cast<void>(app);
    return Answer{Action{.run = [id = call.path.front()](
                                    Transaction& tx) { return musubi::remove_dead_letter(tx, id); },
                         .reply = [call] { return empty_response(call); }}};
}

}  // namespace musubi::api
