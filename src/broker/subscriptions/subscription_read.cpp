#include <algorithm>
#include <array>

#include "broker/subscriptions/receiver_info.h"
#include "broker/subscriptions/subscription.h"

namespace musubi {
namespace {

constexpr std::size_t kMaxText = 4096;
constexpr std::size_t kMaxNames = 1000;

Error bad(std::string detail, std::string where) {
    return {ErrorCode::BadRequest, std::move(detail), std::move(where)};
}

// Puts the place of a part before the place within it.
Error within(std::string_view place, Error error) {
    if (!error.where.starts_with(place)) {
        const bool pointer = error.where.empty() || error.where.front() == '/';
        error.where = std::string(place) + (pointer ? "" : " ") + error.where;
    }
    return error;
}

Result<std::string> read_text(const Json& json, std::string_view name, std::string_view place) {
    const Json* member = json.find(name);
    if (member == nullptr) return std::string{};
    std::string where = std::string(place) + "/" + std::string(name);
    if (!member->is_string() || member->string().empty()) {
        return bad("it is a text that is not empty", std::move(where));
    }
    if (member->string().size() > kMaxText) {
        return bad("it is longer than 4,096 bytes", std::move(where));
    }
    return member->string();
}

Result<bool> read_flag(const Json& json, std::string_view name, bool otherwise,
                       std::string_view place) {
    const Json* member = json.find(name);
    if (member == nullptr) return otherwise;
    if (member->is_bool()) return member->boolean();
    return bad("it is true or false", std::string(place) + "/" + std::string(name));
}

// A positive number of `unit`s, at most `most`; zero where it is absent.
Result<Duration> read_span(const Json& json, std::string_view pointer, Duration unit,
                           Duration most) {
    const Json* member = json.find(pointer.substr(pointer.rfind('/') + 1));
    if (member == nullptr) return Duration{};
    const double most_units = most.seconds() / unit.seconds();
    if (!member->is_number() || !(member->number() > 0) || member->number() > most_units) {
        return bad("it is a number above 0, at most " + std::to_string(std::int64_t(most_units)),
                   std::string(pointer));
    }
    return Duration{static_cast<std::int64_t>(member->number() * static_cast<double>(unit.us))};
}

Result<std::vector<std::string>> read_names(const Json& json, std::string_view pointer,
                                            const Context& context) {
    std::vector<std::string> out;
    const Json* member = json.find(pointer.substr(pointer.rfind('/') + 1));
    if (member == nullptr) return out;
    if (!member->is_array() || member->array().empty() || member->array().size() > kMaxNames) {
        return bad("it is an array of 1 to 1,000 names", std::string(pointer));
    }
    for (std::size_t i = 0; i < member->array().size(); ++i) {
        const Json& name = member->array()[i];
        if (!name.is_string() || name.string().empty() || name.string().size() > kMaxText) {
            return bad("it is the name of an attribute",
                       std::string(pointer) + "/" + std::to_string(i));
        }
        out.push_back(context.expand(name.string()));
    }
    return out;
}

Result<void> read_triggers(const Json& json, Subscription& out) {
    const Json* member = json.find("notificationTrigger");
    if (member == nullptr) return {};
    if (!member->is_array() || member->array().empty() || member->array().size() > 6) {
        return bad("it is an array of triggers", "/notificationTrigger");
    }
    NotificationTriggers& t = out.triggers;
    t.attribute_created = t.attribute_updated = false;
    for (const Json& item : member->array()) {
        const std::string name = item.is_string() ? item.string() : std::string{};
        const bool updated = name == "entityUpdated";
        const std::array<std::pair<std::string_view, bool*>, 5> known{
            {{"entityCreated", &t.entity_created},
             {"entityDeleted", &t.entity_deleted},
             {"attributeCreated", &t.attribute_created},
             {"attributeUpdated", &t.attribute_updated},
             {"attributeDeleted", &t.attribute_deleted}}};
        bool found = updated;
        for (const auto& [word, flag] : known) {
            if (word == name) *flag = found = true;
        }
        if (updated) t.attribute_created = t.attribute_updated = t.attribute_deleted = true;
        if (!found) {
            return bad(
                "a trigger is entityCreated, entityUpdated, entityDeleted, "
                "attributeCreated, attributeUpdated or attributeDeleted",
                "/notificationTrigger");
        }
        out.trigger_names.push_back(name);
    }
    return {};
}

Result<void> read_endpoint_uri(const Json& json, NotificationEndpoint& out) {
    constexpr std::string_view kWhere = "/notification/endpoint/uri";
    out.uri = TRY(read_text(json, "uri", "/notification/endpoint"));
    if (!is_uri(out.uri)) return bad("the endpoint needs a URI", std::string(kWhere));
    if (out.uri.starts_with("mqtt://") || out.uri.starts_with("mqtts://")) {
        return Error{ErrorCode::Unsupported, "notifications go over http or https",
                     std::string(kWhere)};
    }
    const std::size_t host = out.uri.find("://");
    const bool http = out.uri.starts_with("http://") || out.uri.starts_with("https://");
    if (!http || out.uri.size() <= host + 3) {
        return bad("the endpoint is an http or https URL with a host", std::string(kWhere));
    }
    return {};
}

Result<NotificationEndpoint> read_endpoint(const Json* json) {
    constexpr std::string_view kPlace = "/notification/endpoint";
    if (json == nullptr || !json->is_object()) {
        return bad("a notification needs an endpoint with a uri", std::string(kPlace));
    }
    NotificationEndpoint out;
    TRY(read_endpoint_uri(*json, out));
    out.accept = TRY(read_text(*json, "accept", kPlace));
    if (out.accept == "application/geo+json") {
        return Error{ErrorCode::Unsupported, "notifications are JSON or JSON-LD",
                     "/notification/endpoint/accept"};
    }
    if (!out.accept.empty() && out.accept != "application/json" && !out.wants_ld()) {
        return bad("it is application/json or application/ld+json",
                   "/notification/endpoint/accept");
    }
    if (const Json* info = json->find("receiverInfo")) {
        out.receiver_info = TRY(read_receiver_info(*info));
    }
    if (json->find("notifierInfo") != nullptr) {
        return Error{ErrorCode::Unsupported, "notifierInfo is for MQTT, which is not served yet",
                     "/notification/endpoint/notifierInfo"};
    }
    out.timeout = TRY(read_span(*json, "/notification/endpoint/timeout", milliseconds(1),
                                NotificationEndpoint::kMaxTimeout));
    out.cooldown =
        TRY(read_span(*json, "/notification/endpoint/cooldown", milliseconds(1), days(1)));
    for (const JsonMember& member : json->object()) {
        constexpr std::array<std::string_view, 6> kKnown{
            "uri", "accept", "timeout", "receiverInfo", "cooldown", "notifierInfo"};
        if (std::find(kKnown.begin(), kKnown.end(), member.name) == kKnown.end()) {
            return bad("an endpoint has no such member", std::string(kPlace) + "/" + member.name);
        }
    }
    return out;
}

Result<void> check_notification_members(const Json& json) {
    constexpr std::array<std::string_view, 11> kKnown{"attributes",
                                                      "format",
                                                      "sysAttrs",
                                                      "endpoint",
                                                      "status",
                                                      "timesSent",
                                                      "timesFailed",
                                                      "lastFailure",
                                                      "lastSuccess",
                                                      "lastNotification",
                                                      "musubi:lastFailureReason"};
    constexpr std::array<std::string_view, 6> kLater{"pick", "omit",      "showChanges",
                                                     "join", "joinLevel", "onChange"};
    for (const JsonMember& member : json.object()) {
        if (std::find(kKnown.begin(), kKnown.end(), member.name) != kKnown.end()) continue;
        const std::string where = "/notification/" + member.name;
        if (std::find(kLater.begin(), kLater.end(), member.name) != kLater.end()) {
            return Error{ErrorCode::Unsupported, "this is not done yet; leave it out", where};
        }
        return bad("a notification has no such member", where);
    }
    return {};
}

Result<NotificationParams> read_notification(const Json* json, const Context& context) {
    if (json == nullptr || !json->is_object()) {
        return bad("a subscription needs a notification with an endpoint", "/notification");
    }
    TRY(check_notification_members(*json));
    NotificationParams out;
    out.attributes = TRY(read_names(*json, "/notification/attributes", context));
    out.sys_attrs = TRY(read_flag(*json, "sysAttrs", false, "/notification"));
    out.format_name = TRY(read_text(*json, "format", "/notification"));
    if (out.format_name == "keyValues" || out.format_name == "simplified") {
        out.format = Format::Simplified;
    } else if (out.format_name == "concise") {
        out.format = Format::Concise;
    } else if (!out.format_name.empty() && out.format_name != "normalized") {
        return bad("it is normalized, concise, simplified or keyValues", "/notification/format");
    }
    out.endpoint = TRY(read_endpoint(json->find("endpoint")));
    return out;
}

Result<void> read_conditions(const Json& json, const Context& context, Subscription& out) {
    if (const Json* entities = json.find("entities")) {
        auto selectors = read_selectors(*entities, context);
        if (!selectors) return within("/entities", std::move(selectors).error());
        out.entities = std::move(selectors).value();
    }
    out.watched = TRY(read_names(json, "/watchedAttributes", context));
    if (out.entities.empty() && out.watched.empty()) {
        return bad("a subscription names entities, watchedAttributes, or both", "/entities");
    }
    out.q_text = TRY(read_text(json, "q", ""));
    if (!out.q_text.empty()) {
        auto q = parse_q(out.q_text, context);
        if (!q) return within("/q", std::move(q).error());
        out.q = std::move(q).value();
    }
    if (const Json* geo = json.find("geoQ")) {
        auto query = read_geo_query(*geo, context);
        if (!query) return within("/geoQ", std::move(query).error());
        out.geo_json = *geo;
        if (geo->find("geoproperty") != nullptr) out.geo_json.set("geoproperty", query->property);
        out.geo = std::move(query).value();
    }
    return {};
}

Result<void> check_members(const Json& json) {
    constexpr std::array<std::string_view, 19> kKnown{
        "id",       "type",      "subscriptionName",    "description",  "entities",
        "q",        "geoQ",      "watchedAttributes",   "isActive",     "expiresAt",
        "status",   "lang",      "notificationTrigger", "throttling",   "notification",
        "@context", "createdAt", "modifiedAt",          "jsonldContext"};
    constexpr std::array<std::string_view, 9> kLater{"timeInterval",  "csf",       "scopeQ",
                                                     "temporalQ",     "datasetId", "localOnly",
                                                     "splitEntities", "collapse",  "aggrParams"};
    for (const JsonMember& member : json.object()) {
        if (std::find(kKnown.begin(), kKnown.end(), member.name) != kKnown.end()) continue;
        if (member.name == "timeInterval") {
            return Error{ErrorCode::Unsupported,
                         "periodic notifications are not done yet; leave timeInterval out and name "
                         "watchedAttributes",
                         "/timeInterval"};
        }
        if (std::find(kLater.begin(), kLater.end(), member.name) != kLater.end()) {
            return Error{ErrorCode::Unsupported, "this is not done yet; leave it out",
                         "/" + member.name};
        }
        return bad("a subscription has no such member", "/" + member.name);
    }
    return {};
}

}  // namespace

Result<Subscription> read_subscription(const Json& json, const Context& context) {
    if (!json.is_object()) return bad("a subscription is a JSON object", "/");
    const Json* type = json.find("type");
    if (type == nullptr || !type->is_string() || type->string() != "Subscription") {
        return bad("its type is \"Subscription\"", "/type");
    }
    TRY(check_members(json));
    Subscription out;
    out.id = TRY(read_text(json, "id", ""));
    if (!out.id.empty() && !is_uri(out.id)) return bad("the id of a subscription is a URI", "/id");
    out.name = TRY(read_text(json, "subscriptionName", ""));
    out.description = TRY(read_text(json, "description", ""));
    TRY(read_conditions(json, context, out));
    TRY(read_triggers(json, out));
    out.active = TRY(read_flag(json, "isActive", true, ""));
    out.active_given = json.find("isActive") != nullptr;
    if (const std::string at = TRY(read_text(json, "expiresAt", "")); !at.empty()) {
        auto time = parse_time(at);
        if (!time) return within("/expiresAt", std::move(time).error());
        out.expires_at = *time;
    }
    out.throttling = TRY(read_span(json, "/throttling", seconds(1), days(366)));
    out.lang = TRY(read_text(json, "lang", ""));
    out.jsonld_context = TRY(read_text(json, "jsonldContext", ""));
    if (!out.jsonld_context.empty() && !is_uri(out.jsonld_context)) {
        return bad("it is the URL of a JSON-LD context", "/jsonldContext");
    }
    out.notification = TRY(read_notification(json.find("notification"), context));
    return out;
}

Result<void> check_expiry(const Subscription& subscription, Time now) {
    if (!subscription.expired(now)) return {};
    return bad("it lies in the past; give a later time", "/expiresAt");
}

}  // namespace musubi
