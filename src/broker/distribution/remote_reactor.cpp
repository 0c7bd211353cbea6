#include "broker/distribution/remote_reactor.h"

#include <algorithm>
#include <set>

namespace musubi {
namespace {

using Phase = RemoteSubscription::Phase;

bool flag_of(const Subscription& subscription, std::string_view name) {
    const Json* flag = subscription.of_sources.find(name);
    return flag != nullptr && flag->is_bool() && flag->boolean();
}

// What is asked of the sources of a subscription.
SourceQuery query_of(const Subscription& subscription, const Context& context) {
    SourceQuery query;
    query.entities = subscription.entities;
    query.attributes = subscription.watched;
    if (!query.attributes.empty()) {
        const auto& told = subscription.notification.attributes;
        query.attributes.insert(query.attributes.end(), told.begin(), told.end());
    }
    query.dataset_ids = subscription.dataset_ids;
    const Json* csf = subscription.of_sources.find("csf");
    if (csf != nullptr && csf->is_string()) {
        if (auto parsed = parse_q(csf->string(), context)) query.csf = std::move(*parsed);
    }
    return query;
}

// As it is made at the source: told here, as entities are, and with splitEntities without what only
// the whole of an entity can be judged by (5.8.1.4).
Json body_for(const RemoteSubscription& remote, const Subscription& subscription,
              const Context& context, const std::string& address, Time now) {
    Json body = write_subscription(subscription, context, nullptr, now);
    std::vector<std::string_view> gone{"status",    "isActive", "createdAt",     "modifiedAt",
                                       "localOnly", "csf",      "jsonldContext", "lang"};
    if (flag_of(subscription, "splitEntities")) {
        gone.insert(gone.end(), {"q", "geoQ", "scopeQ"});
    }
    std::erase_if(body.object(), [&](const JsonMember& member) {
        return std::find(gone.begin(), gone.end(), member.name) != gone.end();
    });
    body.set("id", remote.id);
    Json token;
    token.set("key", kRemoteTokenHeader);
    token.set("value", remote.token);
    Json endpoint;
    endpoint.set("uri", address + std::string(kRemoteNotifyPath));
    endpoint.set("accept", "application/json");
    endpoint.set("receiverInfo", Json{Json::Array{std::move(token)}});
    Json notification;
    notification.set("format", "normalized");
    notification.set("endpoint", std::move(endpoint));
    if (subscription.notification.sys_attrs) notification.set("sysAttrs", true);
    body.set("notification", std::move(notification));
    return body;
}

}  // namespace

void RemoteReactor::set_address(std::string address) {
    address_.with([&](std::string& own) { own = std::move(address); });
}

Result<Reactor::Effect> RemoteReactor::react(const std::string& tenant,
                                             std::span<const ChangePtr> changes) {
    static_cast<void>(tenant);
    static_cast<void>(changes);
    return Effect{};
}

std::map<RemoteReactor::Key, RemoteReactor::Wanted> RemoteReactor::wanted(TenantId tenant,
                                                                          Time now) const {
    std::map<Key, Wanted> out;
    if (parts_.registrations.empty(tenant)) return out;
    for (const SubscriptionPtr& subscription : parts_.subscriptions.list(tenant)) {
        const bool told = subscription->active && !subscription->expired(now);
        if (!told || flag_of(*subscription, "localOnly")) continue;
        const auto context =
            parts_.contexts.resolve(subscription->context, ContextUse{.tenant = tenant});
        const SourceQuery query = query_of(*subscription, context ? **context : *core_context());
        for (const MatchedSource& source : parts_.registrations.sources(
                 tenant, SourceOperation::CreateSubscription, query, now)) {
            out.emplace(Key{subscription->id, source.registration->id},
                        Wanted{subscription, source.registration});
        }
    }
    return out;
}

// What a request that has ended means for it.
void RemoteReactor::settle(const RemoteSubscription& remote,
                           const std::map<std::string, bool>& done, Time now, Plan& plan) {
    const auto outcome = done.find(remote.id);
    const bool given_up = remote.phase == Phase::Unwanted && now - remote.since > kGivenUp;
    if (outcome != done.end()) {
        Try& own = tries_[remote.id];
        own.under_way = false;
        if (!outcome->second) {
            own.pause = own.pause.us == 0 ? kFirstPause : std::min(own.pause * 2, kLongestPause);
            own.not_before = parts_.clock.monotonic() + own.pause;
        } else if (remote.phase == Phase::Wanted) {
            RemoteSubscription made = remote;
            made.phase = Phase::Made;
            made.since = now;
            plan.put.push_back(std::move(made));
            tries_.erase(remote.id);
            return;
        }
    }
    const bool deleted = outcome != done.end() && outcome->second;
    if (remote.phase == Phase::Unwanted && (deleted || given_up)) {
        plan.erase.push_back(remote.id);
        tries_.erase(remote.id);
    }
}

Result<SourceRequest> RemoteReactor::request_for(TenantId tenant,
                                                 const RemoteSubscription& remote) const {
    SourceRequest request{.source = remote.source,
                          .method = "DELETE",
                          .target = "/subscriptions/" + remote.id,
                          .headers = {},
                          .body = {}};
    request.headers.emplace_back("Accept", "application/json");
    if (remote.phase == Phase::Unwanted) return request;
    const SubscriptionPtr own = parts_.subscriptions.find(tenant, remote.subscription);
    if (!own) return Error{ErrorCode::NotFound, "the subscription is gone"};
    const std::string* named = info_of(*remote.source, "jsonldContext");
    const ContextUse use{.tenant = tenant};
    const ContextPtr context = TRY(named != nullptr ? parts_.contexts.resolve_url(*named, use)
                                                    : parts_.contexts.resolve(own->context, use));
    const std::string address = address_.with([](const std::string& text) { return text; });
    Json body = body_for(remote, *own, *context, address, parts_.clock.now());
    const auto url = named != nullptr ? std::optional{*named} : context_url(own->context);
    const std::string link = url.value_or("");
    const bool inside = !url;
    if (inside) body.set("@context", own->context);
    if (!link.empty()) {
        request.headers.emplace_back("Link", "<" + link +
                                                 ">; rel=\"http://www.w3.org/ns/json-ld#context\"; "
                                                 "type=\"application/ld+json\"");
    }
    request.headers.emplace_back("Content-Type",
                                 inside ? "application/ld+json" : "application/json");
    request.method = "POST";
    request.target = "/subscriptions";
    request.body = to_text(body);
    return request;
}

void RemoteReactor::ask(TenantId tenant, const std::string& name,
                        const RemoteSubscription& remote) {
    Try& own = tries_[remote.id];
    const Duration now = parts_.clock.monotonic();
    if (own.under_way || own.not_before > now) return;
    auto request = request_for(tenant, remote);
    if (!request) {  // its context is not at hand, or it is about to go
        own.not_before = now + kFirstPause;
        return;
    }
    own.under_way = true;
    Origin origin{.tenant = name, .tenant_id = tenant, .via = {}, .header = {}};
    origin.header = [](std::string_view) { return std::string_view{}; };
    std::vector<SourceRequest> requests;
    requests.push_back(std::move(*request));
    parts_.distributor.send(origin, std::move(requests),
                            [inbox = inbox_, id = remote.id,
                             phase = remote.phase](const std::vector<SourceReply>& replies) {
                                const auto& response = replies.front().response;
                                const int status = response ? response->status : 0;
                                const bool ok = status >= 200 && status < 300;
                                // Done before, by a request whose answer was lost.
                                const bool was =
                                    phase == Phase::Wanted ? status == 409 : status == 404;
                                inbox->with([&](Inbox& box) { box.done[id] = ok || was; });
                            });
}

Result<Reactor::Effect> RemoteReactor::tick(const std::string& tenant, Time now) {
    const TenantId id = TRY(parts_.store.tenant(tenant));
    const auto remote = parts_.remote.list(id);
    if (remote.empty() && parts_.registrations.empty(id)) return Effect{};
    if (address_.with([](const std::string& address) { return address.empty(); })) return Effect{};
    std::map<std::string, bool> done;
    inbox_->with([&](Inbox& box) {
        for (const auto& each : remote) {
            if (auto found = box.done.extract(each->id)) done.insert(std::move(found));
        }
    });
    auto want = wanted(id, now);
    auto plan = std::make_shared<Plan>();
    std::size_t under_way = 0;
    for (const RemoteSubscriptionPtr& each : remote) {
        const auto found = want.find(Key{each->subscription, each->source->id});
        const bool as_wanted = found != want.end() &&
                               found->second.subscription->modified_at == each->revision &&
                               found->second.source->modified_at == each->source->modified_at;
        settle(*each, done, now, *plan);
        if (each->phase != Phase::Unwanted && !as_wanted) {
            RemoteSubscription unwanted = *each;
            unwanted.phase = Phase::Unwanted;
            unwanted.since = now;
            std::erase_if(plan->put, [&](const auto& put) { return put.id == each->id; });
            plan->put.push_back(std::move(unwanted));
            continue;
        }
        if (each->phase != Phase::Unwanted) want.erase(found);
        if (each->phase != Phase::Made && !done.contains(each->id) && under_way < kMaxAtOnce) {
            ++under_way;
            ask(id, tenant, *each);
        }
    }
    for (const auto& [key, pair] : want) {
        RemoteSubscription made;
        made.id = "urn:ngsi-ld:Subscription:" + random_token(parts_.random);
        made.token = random_token(parts_.random);
        made.subscription = pair.subscription->id;
        made.source = pair.source;
        made.revision = pair.subscription->modified_at;
        made.since = now;
        plan->put.push_back(std::move(made));
    }
    if (plan->put.empty() && plan->erase.empty()) return Effect{};
    return Effect{[plan](Transaction& tx) -> Result<void> {
        for (const RemoteSubscription& each : plan->put) {
            tx.put_record(kRemoteSubscriptionKind, each.id, encode_remote(each));
        }
        for (const std::string& each : plan->erase) tx.erase_record(kRemoteSubscriptionKind, each);
        return {};
    }};
}

}  // namespace musubi
