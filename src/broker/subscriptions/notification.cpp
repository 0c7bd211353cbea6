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

void append_deleted(std::string& out, const Entity& entity, const Context& context, Time at) {
    out += "{\"id\":";
    append_json_string(out, entity.id);
    append_member_name(out, "type");
    if (entity.types.size() == 1) {
        append_json_string(out, context.compact(entity.types.front()));
    } else {
        Json::Array types;
        for (const std::string& type : entity.types) types.emplace_back(context.compact(type));
        append_json(out, Json{std::move(types)});
    }
    append_member_name(out, "deletedAt");
    append_json_string(out, to_iso(at));
    out += '}';
}

}  // namespace

NotificationContext context_for(const Subscription& subscription, const Contexts& contexts) {
    const Json source = subscription.jsonld_context.empty() ? subscription.context
                                                            : Json{subscription.jsonld_context};
    NotificationContext out{.context = nullptr, .url = only_url(source)};
    const bool usable = !out.url.empty() || subscription.notification.endpoint.wants_ld();
    if (usable) {
        auto resolved = out.url.empty() ? contexts.resolve(source) : contexts.resolve_url(out.url);
        if (resolved) out.context = std::move(resolved).value();
    }
    if (!out.context) out = {core_context(), std::string(kCoreContextUrl)};
    return out;
}

Notification render_notification(const Subscription& subscription, const NotificationContext& names,
                                 std::string_view delivery_id, const Entity& told, Time now,
                                 std::optional<Time> deleted) {
    Notification out;
    std::string& body = out.body;
    body.reserve(1024);
    body += "{\"id\":";
    append_json_string(body, "urn:ngsi-ld:Notification:" + std::string(delivery_id));
    append_member_name(body, "type");
    append_json_string(body, "Notification");
    append_member_name(body, "subscriptionId");
    append_json_string(body, subscription.id);
    const NotificationParams& params = subscription.notification;
    if (params.endpoint.wants_ld()) {
        append_member_name(body, "@context");
        append_json(body, names.url.empty() ? names.context->source() : Json{names.url});
    } else {
        out.link = names.url;
    }
    append_member_name(body, "notifiedAt");
    append_json_string(body, to_iso(now));
    append_member_name(body, "data");
    body += '[';
    if (deleted) {
        append_deleted(body, told, *names.context, *deleted);
    } else {
        WriteOptions options;
        options.format = params.format;
        options.sys_attrs = params.sys_attrs;
        options.lang = subscription.lang;
        options.attrs = params.attributes;
        write_entity(body, told, *names.context, options);
    }
    body += "]}";
    return out;
}

}  // namespace musubi
