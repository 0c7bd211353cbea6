#include "broker/subscriptions/notification.h"

namespace musubi {
namespace {

// The one URL that says the same as a "@context" value; empty where it is no single URL.
std::string only_url(const Json& context) {
    if (context.is_null()) return std::string(kCoreContextUrl);
    if (context.is_string()) return context.string();
    if (!context.is_array()) return {};
    std::string url;
    for (const Json& part : context.array()) {
        if (!part.is_string()) return {};
        if (is_core_context(part.string())) continue;  // comes last whatever is written
        if (!url.empty()) return {};
        url = part.string();
    }
    return url.empty() ? std::string(kCoreContextUrl) : url;
}

constexpr std::string_view kIdStart = "{\"id\":\"urn:ngsi-ld:Notification:";

void append_context(std::string& out, const NotificationContext& names) {
    append_member_name(out, "@context");
    append_json(out, names.url.empty() ? names.context->source() : Json{names.url});
}

void append_one(std::string& out, const Entity& entity, const Subscription& subscription,
                const NotificationContext& names, const Tidings& tidings) {
    const NotificationEndpoint& endpoint = subscription.notification.endpoint;
    const WriteOptions options = write_options(subscription);
    if (endpoint.wants_geojson()) {
        return write_feature(out, entity, iri::kLocation, *names.context, options);
    }
    write_entity(out, entity, *names.context, options);
    out.pop_back();
    if (tidings.deleted) {
        append_member_name(out, "deletedAt");
        append_json_string(out, to_iso(*tidings.deleted));
    }
    if (endpoint.wants_ld()) append_context(out, names);
    out += '}';
}

// An array of entities, or a FeatureCollection (5.3.1).
void append_data(std::string& out, const Subscription& subscription,
                 const NotificationContext& names, const Tidings& tidings) {
    const NotificationEndpoint& endpoint = subscription.notification.endpoint;
    if (endpoint.wants_geojson()) out += "{\"type\":\"FeatureCollection\",\"features\":";
    out += '[';
    for (const Entity* entity : tidings.entities) {
        if (out.back() != '[') out += ',';
        append_one(out, *entity, subscription, names, tidings);
    }
    out += ']';
    if (!endpoint.wants_geojson()) return;
    if (endpoint.context_in_body()) append_context(out, names);
    out += '}';
}

}  // namespace

NotificationContext context_for(const Subscription& subscription, const Contexts& contexts) {
    const Json source = subscription.jsonld_context.empty() ? subscription.context
                                                            : Json{subscription.jsonld_context};
    NotificationContext out{.context = nullptr, .url = only_url(source)};
    const bool usable = !out.url.empty() || subscription.notification.endpoint.context_in_body();
    if (usable) {
        auto resolved = out.url.empty() ? contexts.resolve(source) : contexts.resolve_url(out.url);
        if (resolved) out.context = std::move(resolved).value();
    }
    if (!out.context) out = {core_context(), std::string(kCoreContextUrl)};
    return out;
}

WriteOptions write_options(const Subscription& subscription) {
    WriteOptions options;
    options.format = subscription.notification.format;
    options.sys_attrs = subscription.notification.sys_attrs;
    options.lang = subscription.lang;
    // What is linked is shown whole: there told_of has left out the rest.
    const NotificationParams& params = subscription.notification;
    if (params.join == Join::None) options.attrs = params.attributes;
    return options;
}

Notification render_notification(const Subscription& subscription, const NotificationContext& names,
                                 std::string_view delivery_id, const Tidings& tidings, Time now) {
    Notification out;
    std::string& body = out.body;
    body.reserve(1024);
    body.append(kIdStart).append(delivery_id).append("\"");
    append_member_name(body, "type");
    append_json_string(body, "Notification");
    append_member_name(body, "subscriptionId");
    append_json_string(body, subscription.id);
    const NotificationEndpoint& endpoint = subscription.notification.endpoint;
    if (endpoint.wants_ld()) append_context(body, names);
    if (!endpoint.context_in_body()) out.link = names.url;
    append_member_name(body, "notifiedAt");
    append_json_string(body, to_iso(now));
    append_member_name(body, "data");
    append_data(body, subscription, names, tidings);
    body += '}';
    return out;
}

void name_notification(Notification& notification, std::string_view delivery_id) {
    notification.body.insert(kIdStart.size(), delivery_id);
}

}  // namespace musubi
