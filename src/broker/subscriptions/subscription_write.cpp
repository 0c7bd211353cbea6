#include <array>

#include "broker/subscriptions/subscription.h"

namespace musubi {
namespace {

// A name that the query language reads without "<" and ">" (4.9).
bool is_plain_name(std::string_view name) {
    for (const char c : name) {
        const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                           (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80) != 0;
        if (!plain) return false;
    }
    return !name.empty() && (name.front() < '0' || name.front() > '9');
}

// The canonical q, which names attributes as <IRI>, with the names of `context` where they can
// stand alone.
std::string compact_q(std::string_view canonical, const Context& context) {
    std::string out;
    bool quoted = false;
    for (std::size_t i = 0; i < canonical.size(); ++i) {
        const char c = canonical[i];
        if (quoted && c == '\\' && i + 1 < canonical.size()) {
            out += c;
            out += canonical[++i];
            continue;
        }
        if (c == '"') quoted = !quoted;
        // An IRI opens a term; a "<" that compares stands behind a name.
        const bool opens =
            !quoted && c == '<' &&
            (out.empty() || std::string_view{"(;|."}.find(out.back()) != std::string_view::npos);
        const std::size_t end = opens ? canonical.find('>', i) : std::string_view::npos;
        if (end == std::string_view::npos) {
            out += c;
            continue;
        }
        const std::string_view name = canonical.substr(i + 1, end - i - 1);
        const std::string compact = context.compact(name);
        if (is_plain_name(compact) && context.expand(compact) == name) {
            out += compact;
        } else {
            out.append("<").append(name).append(">");
        }
        i = end;
    }
    return out;
}

std::string q_for(const Subscription& subscription, const Context& context) {
    const std::string canonical = to_text(*subscription.q);
    const auto again = parse_subscription_q(subscription.q_text, context);
    if (again && to_text(*again) == canonical) return subscription.q_text;
    std::string out;
    for (const char c : compact_q(canonical, context)) {
        out += c;
        if (c == '%') out += "25";  // it is read with its %XX decoded
    }
    return out;
}

Json names_of(const std::vector<std::string>& names, const Context& context) {
    Json::Array out;
    for (const std::string& name : names) out.emplace_back(context.compact(name));
    return Json{std::move(out)};
}

Json entities_of(const Subscription& subscription, const Context& context) {
    Json::Array out;
    for (const EntitySelector& selector : subscription.entities) {
        Json item;
        if (!selector.id.empty()) item.set("id", selector.id);
        if (selector.id_pattern) item.set("idPattern", selector.id_pattern->text());
        item.set("type", selector.types ? to_text(*selector.types, context) : std::string{"*"});
        out.push_back(std::move(item));
    }
    return Json{std::move(out)};
}

// A span as a number of units, whole where it is.
Json span_of(Duration span, Duration unit) {
    if (span.us % unit.us == 0) return Json{span.us / unit.us};
    return Json{static_cast<double>(span.us) / static_cast<double>(unit.us)};
}

Json pairs_of(const std::vector<std::pair<std::string, std::string>>& pairs) {
    Json::Array out;
    for (const auto& [key, value] : pairs) {
        Json item;
        item.set("key", key);
        item.set("value", value);
        out.push_back(std::move(item));
    }
    return Json{std::move(out)};
}

Json endpoint_of(const NotificationEndpoint& endpoint) {
    Json out;
    out.set("uri", endpoint.uri);
    if (!endpoint.accept.empty()) out.set("accept", endpoint.accept);
    if (!endpoint.receiver_info.empty()) out.set("receiverInfo", pairs_of(endpoint.receiver_info));
    if (!endpoint.notifier_info.empty()) out.set("notifierInfo", pairs_of(endpoint.notifier_info));
    if (endpoint.timeout.us > 0) out.set("timeout", span_of(endpoint.timeout, milliseconds(1)));
    if (endpoint.cooldown.us > 0) out.set("cooldown", span_of(endpoint.cooldown, milliseconds(1)));
    return out;
}

void add_state(Json& out, const SubscriptionState& state) {
    if (!state.last_notification) return;
    const bool ok =
        state.last_success && (!state.last_failure || *state.last_success >= *state.last_failure);
    out.set("status", ok ? "ok" : "failed");
    out.set("timesSent", static_cast<std::int64_t>(state.times_sent));
    out.set("timesFailed", static_cast<std::int64_t>(state.times_failed));
    out.set("lastNotification", to_iso(*state.last_notification));
    if (state.last_success) out.set("lastSuccess", to_iso(*state.last_success));
    if (!state.last_failure) return;
    out.set("lastFailure", to_iso(*state.last_failure));
    out.set("musubi:lastFailureReason", state.last_failure_reason);
}

Json notification_of(const NotificationParams& params, const Context& context,
                     const SubscriptionState* state) {
    Json out;
    if (!params.attributes.empty()) out.set("attributes", names_of(params.attributes, context));
    if (!params.pick.empty()) out.set("pick", names_of(params.pick, context));
    if (!params.omit.empty()) out.set("omit", names_of(params.omit, context));
    if (params.join != Join::None) {
        out.set("join", params.join == Join::Flat ? "flat" : "inline");
        out.set("joinLevel", static_cast<std::int64_t>(params.join_level));
    }
    if (!params.format_name.empty()) out.set("format", params.format_name);
    if (params.sys_attrs) out.set("sysAttrs", true);
    if (params.show_changes) out.set("showChanges", true);
    out.set("endpoint", endpoint_of(params.endpoint));
    if (state != nullptr) add_state(out, *state);
    return out;
}

}  // namespace

Json write_subscription(const Subscription& s, const Context& context,
                        const SubscriptionState* state, Time now) {
    Json out;
    if (!s.id.empty()) out.set("id", s.id);
    out.set("type", "Subscription");
    if (!s.name.empty()) out.set("subscriptionName", s.name);
    if (!s.description.empty()) out.set("description", s.description);
    if (!s.entities.empty()) out.set("entities", entities_of(s, context));
    if (!s.watched.empty()) out.set("watchedAttributes", names_of(s.watched, context));
    Json::Array triggers;
    for (const std::string& name : s.trigger_names) triggers.emplace_back(name);
    if (triggers.empty() && state != nullptr && !s.periodic()) {
        triggers = {Json{"attributeCreated"}, Json{"attributeUpdated"}};
    }
    if (!triggers.empty()) out.set("notificationTrigger", std::move(triggers));
    if (s.q) out.set("q", q_for(s, context));
    if (s.geo) {
        Json geo = s.geo_json;
        if (geo.find("geoproperty") != nullptr) {
            geo.set("geoproperty", context.compact(s.geo->property));
        }
        out.set("geoQ", std::move(geo));
    }
    if (s.active_given || !s.active) out.set("isActive", s.active);
    if (s.expires_at) out.set("expiresAt", to_iso(*s.expires_at));
    if (s.throttling.us > 0) out.set("throttling", span_of(s.throttling, seconds(1)));
    if (s.periodic()) out.set("timeInterval", span_of(s.time_interval, seconds(1)));
    if (!s.dataset_ids.empty()) {
        Json::Array ids;
        for (const std::string& id : s.dataset_ids) ids.emplace_back(id);
        out.set("datasetId", std::move(ids));
    }
    if (s.of_sources.is_object()) {
        for (const JsonMember& m : s.of_sources.object()) out.set(m.name, m.value);
    }
    if (!s.lang.empty()) out.set("lang", s.lang);
    if (!s.jsonld_context.empty()) out.set("jsonldContext", s.jsonld_context);
    if (state != nullptr) {
        out.set("status", s.expired(now) ? "expired" : (s.active ? "active" : "paused"));
    }
    out.set("notification", notification_of(s.notification, context, state));
    return out;
}

Result<Subscription> patch_subscription(const Subscription& present, const Json& patch,
                                        const Context& context) {
    if (!patch.is_object() || patch.object().empty()) {
        return Error{ErrorCode::BadRequest, "it is a JSON object that is not empty", "/"};
    }
    if (const Json* id = patch.find("id"); id != nullptr && *id != Json{present.id}) {
        return Error{ErrorCode::BadRequest, "the id of a subscription stays", "/id"};
    }
    Json whole = write_subscription(present, context, nullptr, Time{});
    Json::Object members = std::move(whole.object());
    for (const JsonMember& change : patch.object()) {
        std::erase_if(members, [&](const JsonMember& m) { return m.name == change.name; });
        const bool removes = change.value.is_null() || change.value == Json{iri::kNull};
        if (!removes) members.push_back(change);
    }
    Subscription out = TRY(read_subscription(Json{std::move(members)}, context));
    out.context = context.source();
    out.owner = present.owner;
    out.since = present.since;
    out.created_at = present.created_at;
    out.modified_at = present.modified_at;
    return out;
}

}  // namespace musubi
