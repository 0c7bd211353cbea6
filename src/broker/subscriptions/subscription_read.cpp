#include <algorithm>
#include <array>
#include <cmath>

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
Error at_place(std::string_view place, Error error) {
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
    constexpr std::array<std::string_view, 4> kSchemes{"http", "https", "mqtt", "mqtts"};
    const std::size_t host = out.uri.find("://");
    const std::string_view scheme = std::string_view{out.uri}.substr(0, host);
    const bool known = std::find(kSchemes.begin(), kSchemes.end(), scheme) != kSchemes.end();
    if (!known || host == std::string::npos || out.uri.size() <= host + 3) {
        return bad("the endpoint is an http, https, mqtt or mqtts URL with a host",
                   std::string(kWhere));
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
    if (!out.accept.empty() && out.accept != "application/json" && !out.wants_ld() &&
        !out.wants_geojson()) {
        return bad("it is application/json, application/ld+json or application/geo+json",
                   "/notification/endpoint/accept");
    }
    if (const Json* info = json->find("receiverInfo")) {
        out.receiver_info = TRY(read_receiver_info(*info));
    }
    if (const Json* info = json->find("notifierInfo")) {
        out.notifier_info = TRY(read_notifier_info(*info));
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
    constexpr std::array<std::string_view, 16> kKnown{"attributes",
                                                      "pick",
                                                      "omit",
                                                      "format",
                                                      "sysAttrs",
                                                      "showChanges",
                                                      "join",
                                                      "joinLevel",
                                                      "endpoint",
                                                      "status",
                                                      "timesSent",
                                                      "timesFailed",
                                                      "lastFailure",
                                                      "lastSuccess",
                                                      "lastNotification",
                                                      "musubi:lastFailureReason"};
    for (const JsonMember& member : json.object()) {
        if (std::find(kKnown.begin(), kKnown.end(), member.name) != kKnown.end()) continue;
        return bad("a notification has no such member", "/notification/" + member.name);
    }
    return {};
}

// pick, omit: 4.21.
Result<std::vector<std::string>> read_members(const Json& json, std::string_view pointer,
                                              const Context& context) {
    std::vector<std::string> out = TRY(read_names(json, pointer, context));
    const Json* member = json.find(pointer.substr(pointer.rfind('/') + 1));
    for (std::size_t i = 0; i < out.size(); ++i) {
        const std::string& name = member->array()[i].string();
        if (name.find_first_of("{}") != std::string::npos) {
            return Error{ErrorCode::Unsupported,
                         "members of linked entities can not be named yet; name those of the "
                         "entity itself",
                         std::string(pointer) + "/" + std::to_string(i)};
        }
        if (name == "id" || name == "type" || name == "scope") out[i] = name;
    }
    return out;
}

Result<void> read_projection(const Json& json, const Context& context, NotificationParams& out) {
    out.attributes = TRY(read_names(json, "/notification/attributes", context));
    out.pick = TRY(read_members(json, "/notification/pick", context));
    out.omit = TRY(read_members(json, "/notification/omit", context));
    if (!out.attributes.empty() && !(out.pick.empty() && out.omit.empty())) {
        return bad("it is an older word for pick; leave it out", "/notification/attributes");
    }
    for (const std::string& name : out.omit) {
        if (std::find(out.pick.begin(), out.pick.end(), name) != out.pick.end()) {
            return bad("a member is picked or omitted, not both", "/notification/omit");
        }
    }
    return {};
}

Result<void> read_join(const Json& json, NotificationParams& out) {
    const std::string join = TRY(read_text(json, "join", "/notification"));
    if (join == "flat") {
        out.join = Join::Flat;
    } else if (join == "inline") {
        out.join = Join::Inline;
    } else if (!join.empty() && join != "@none") {
        return bad("it is flat, inline or @none", "/notification/join");
    }
    const Json* level = json.find("joinLevel");
    if (level == nullptr) return {};
    const bool whole = level->is_number() && level->number() == std::floor(level->number());
    if (!whole || level->number() < 1 || level->number() > LinkWalker::kMaxLevel) {
        return bad("it is a whole number from 1 to 8", "/notification/joinLevel");
    }
    if (out.join == Join::None) return bad("it goes with join", "/notification/joinLevel");
    out.join_level = static_cast<int>(level->number());
    return {};
}

Result<NotificationParams> read_notification(const Json* json, const Context& context) {
    if (json == nullptr || !json->is_object()) {
        return bad("a subscription needs a notification with an endpoint", "/notification");
    }
    TRY(check_notification_members(*json));
    NotificationParams out;
    TRY(read_projection(*json, context, out));
    TRY(read_join(*json, out));
    out.sys_attrs = TRY(read_flag(*json, "sysAttrs", false, "/notification"));
    out.format_name = TRY(read_text(*json, "format", "/notification"));
    if (out.format_name == "keyValues" || out.format_name == "simplified") {
        out.format = Format::Simplified;
    } else if (out.format_name == "concise") {
        out.format = Format::Concise;
    } else if (!out.format_name.empty() && out.format_name != "normalized") {
        return bad("it is normalized, concise, simplified or keyValues", "/notification/format");
    }
    out.show_changes = TRY(read_flag(*json, "showChanges", false, "/notification"));
    if (out.show_changes && out.format == Format::Simplified) {
        return bad("values alone have no place for the previous ones; ask for normalized",
                   "/notification/showChanges");
    }
    out.endpoint = TRY(read_endpoint(json->find("endpoint")));
    return out;
}

Result<void> read_conditions(const Json& json, const Context& context, Subscription& out) {
    if (const Json* entities = json.find("entities")) {
        auto selectors = read_selectors(*entities, context);
        if (!selectors) return at_place("/entities", std::move(selectors).error());
        out.entities = std::move(selectors).value();
    }
    out.watched = TRY(read_names(json, "/watchedAttributes", context));
    if (out.entities.empty() && out.watched.empty()) {
        return bad("a subscription names entities, watchedAttributes, or both", "/entities");
    }
    out.q_text = TRY(read_text(json, "q", ""));
    if (!out.q_text.empty()) {
        auto q = parse_subscription_q(out.q_text, context);
        if (!q) return at_place("/q", std::move(q).error());
        out.q = std::move(q).value();
    }
    if (const Json* geo = json.find("geoQ")) {
        auto query = read_geo_query(*geo, context);
        if (!query) return at_place("/geoQ", std::move(query).error());
        out.geo_json = *geo;
        if (geo->find("geoproperty") != nullptr) out.geo_json.set("geoproperty", query->property);
        out.geo = std::move(query).value();
    }
    return {};
}

// A misspelt member is named; what can not be the name of anything ("__x") says nothing.
Result<void> check_members(const Json& json) {
    constexpr std::array<std::string_view, 24> kKnown{
        "id",        "type",      "subscriptionName",    "description",   "entities",
        "q",         "geoQ",      "watchedAttributes",   "isActive",      "expiresAt",
        "status",    "lang",      "notificationTrigger", "throttling",    "notification",
        "@context",  "createdAt", "modifiedAt",          "jsonldContext", "timeInterval",
        "datasetId", "csf",       "localOnly",           "splitEntities"};
    if (json.find("temporalQ") != nullptr) {
        return bad("it is for subscriptions to registrations of sources", "/temporalQ");
    }
    if (json.find("scopeQ") != nullptr) {
        return Error{ErrorCode::Unsupported, "this is not done yet; leave it out", "/scopeQ"};
    }
    for (const JsonMember& member : json.object()) {
        const bool known = std::find(kKnown.begin(), kKnown.end(), member.name) != kKnown.end();
        if (known || member.name.starts_with('_')) continue;
        return bad("a subscription has no such member", "/" + member.name);
    }
    return {};
}

Result<void> read_of_sources(const Json& json, const Context& context, Subscription& out) {
    if (const std::string csf = TRY(read_text(json, "csf", "")); !csf.empty()) {
        auto query = parse_q(csf, context);
        if (!query) return at_place("/csf", std::move(query).error());
        out.of_sources.set("csf", csf);
    }
    for (const std::string_view name : {"localOnly", "splitEntities"}) {
        if (json.find(name) == nullptr) continue;
        out.of_sources.set(std::string(name), Json{TRY(read_flag(json, name, false, ""))});
    }
    return {};
}

Result<void> read_dataset_ids(const Json& json, Subscription& out) {
    constexpr std::size_t kMost = 100;
    const Json* member = json.find("datasetId");
    if (member == nullptr) return {};
    const Json::Array one{*member};
    const Json::Array& ids = member->is_array() ? member->array() : one;
    if (ids.empty() || ids.size() > kMost) return bad("it is 1 to 100 URIs", "/datasetId");
    for (const Json& id : ids) {
        if (!id.is_string() || (id.string() != "@none" && !is_uri(id.string()))) {
            return bad("it is a URI, or \"@none\" for the default instance", "/datasetId");
        }
        out.dataset_ids.push_back(id.string());
    }
    return {};
}

// When it is told: 5.2.12.
Result<void> read_times(const Json& json, Subscription& out) {
    if (const std::string at = TRY(read_text(json, "expiresAt", "")); !at.empty()) {
        auto time = parse_time(at);
        if (!time) return at_place("/expiresAt", std::move(time).error());
        out.expires_at = *time;
    }
    out.throttling = TRY(read_span(json, "/throttling", seconds(1), days(366)));
    out.time_interval = TRY(read_span(json, "/timeInterval", seconds(1), days(366)));
    if (!out.periodic()) return {};
    if (out.throttling.us > 0) {
        return bad("what is told periodically is not throttled; leave one of them out",
                   "/throttling");
    }
    if (out.time_interval < seconds(1)) return bad("it is at least 1 second", "/timeInterval");
    if (out.entities.empty()) return bad("what is told periodically names entities", "/entities");
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
    TRY(read_times(json, out));
    TRY(read_dataset_ids(json, out));
    TRY(read_of_sources(json, context, out));
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
