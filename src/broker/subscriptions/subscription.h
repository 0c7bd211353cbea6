#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "broker/contexts.h"
#include "broker/linked.h"
#include "broker/selectors.h"
#include "model/ngsild.h"

namespace musubi {

/// What kinds of change are told (notificationTrigger, GS CIM 009 v1.9.1, 5.2.12).
/// `entityUpdated` stands for the three of attributes.
struct NotificationTriggers {
    bool entity_created = false;
    bool entity_deleted = false;
    bool attribute_created = true;
    bool attribute_updated = true;
    bool attribute_deleted = false;
};

/// Where notifications go (Endpoint, 5.2.15).
struct NotificationEndpoint {
    static constexpr Duration kDefaultTimeout = seconds(10);
    static constexpr Duration kMaxTimeout = seconds(60);
    std::string uri;     ///< http, https, mqtt or mqtts
    std::string accept;  ///< as given; empty: application/json
    /// Sent as headers; never logged, shown to who may manage the subscription.
    std::vector<std::pair<std::string, std::string>> receiver_info;
    /// For the transport: MQTT-Version and MQTT-QoS (7.2).
    std::vector<std::pair<std::string, std::string>> notifier_info;
    Duration timeout;   ///< of one attempt; zero: not given
    Duration cooldown;  ///< least pause after a failure; zero: not given
    [[nodiscard]] bool wants_ld() const { return accept == "application/ld+json"; }
    [[nodiscard]] bool wants_geojson() const { return accept == "application/geo+json"; }
    /// True where the context goes into the body: JSON-LD, and GeoJSON unless the receiver's Prefer
    /// says body=json (5.3.1).
    [[nodiscard]] bool context_in_body() const;
};

/// What is told, and how (NotificationParams, 5.2.14).
struct NotificationParams {
    std::vector<std::string> attributes;  ///< expanded; empty: all
    std::string format_name;              ///< as given; empty: normalized
    Format format = Format::Normalized;
    /// Members of entities: id, type, scope, expanded attributes (4.21); empty: all, or none.
    std::vector<std::string> pick;
    std::vector<std::string> omit;
    Join join = Join::None;  ///< linked entities (4.5.23)
    int join_level = 1;
    bool sys_attrs = false;
    bool show_changes = false;  ///< previousValue and the like (not with Format::Simplified)
    NotificationEndpoint endpoint;
};

/// Who made a subscription: what it may tell is what its owner may read, at each moment.
struct SubscriptionOwner {
    std::string subject;
    Role role = Role::Reader;
    std::string purpose;  ///< as stated when it was made, for personal types
    std::string ground;
    std::string decided_by;  ///< likewise: who decided on a use outside the purpose
};

/// A subscription (5.2.12). Names are expanded.
struct Subscription {
    std::string id;
    std::string name;
    std::string description;
    std::vector<EntitySelector> entities;  ///< empty: any entity
    std::vector<std::string> watched;      ///< empty: any attribute
    std::vector<std::string> trigger_names;
    NotificationTriggers triggers;
    std::optional<QueryNode> q;
    std::string q_text;  ///< as given, read with `context`
    std::optional<GeoQuery> geo;
    Json geo_json;  ///< with geoproperty expanded
    bool active = true;
    bool active_given = false;
    std::optional<Time> expires_at;
    Duration throttling;     ///< zero: none
    Duration time_interval;  ///< zero: told of changes; else periodically, whatever changes
    std::vector<std::string> dataset_ids;  ///< instances to show (4.5.5); empty: all
    std::string lang;
    NotificationParams notification;
    std::string jsonld_context;  ///< as given; empty: `context`
    /// Members that are kept and given back, and say nothing to a broker that holds all entities
    /// itself: csf, localOnly, splitEntities.
    Json of_sources;
    Json context;  ///< the "@context" it was made with

    SubscriptionOwner owner;
    /// Changes before this sequence number are none of its business.
    std::uint64_t since = 0;
    Time created_at;
    Time modified_at;

    [[nodiscard]] bool watches(const std::string& attribute) const;
    [[nodiscard]] bool selects(const std::string& entity,
                               const std::vector<std::string>& types) const;
    [[nodiscard]] bool periodic() const { return time_interval.us > 0; }
    [[nodiscard]] bool expired(Time now) const { return expires_at && *expires_at <= now; }
};
using SubscriptionPtr = std::shared_ptr<const Subscription>;

/// What became of its notifications; kept apart, since it changes with each of them.
struct SubscriptionState {
    std::uint64_t times_sent = 0;    ///< attempts
    std::uint64_t times_failed = 0;  ///< attempts without success
    std::optional<Time> last_notification;
    std::optional<Time> last_success;
    std::optional<Time> last_failure;
    std::string last_failure_reason;
};

/// Reads a subscription; members that only a broker writes (status, counters, times) are passed
/// over. Fails: BadRequest, Unsupported (what is not done yet), TooComplexQuery; `where` is the
/// JSON pointer.
Result<Subscription> read_subscription(const Json& json, const Context& context);
/// As it is answered: names compacted, status at `now`; `state` null: without what became of it.
[[nodiscard]] Json write_subscription(const Subscription& subscription, const Context& context,
                                      const SubscriptionState* state, Time now);
/// 5.8.2, 5.5.8: each member of the patch replaces the present one whole; null or
/// "urn:ngsi-ld:null" removes it. Owner, times and `since` stay. Fails: as read_subscription.
Result<Subscription> patch_subscription(const Subscription& present, const Json& patch,
                                        const Context& context);
/// The query of a subscription: as parse_q, where characters may be percent-encoded, as they are
/// in a URL (4.9). Fails: as parse_q.
Result<QueryNode> parse_subscription_q(std::string_view text, const Context& context);
/// Where expiresAt lies in the past. Fails: BadRequest.
Result<void> check_expiry(const Subscription& subscription, Time now);

/// The stored form and back. A context that is no longer at hand does not stop the latter.
/// Fails: Corrupt.
[[nodiscard]] std::string encode_subscription(const Subscription& subscription);
Result<Subscription> decode_subscription(std::string_view bytes, const Contexts& contexts);
[[nodiscard]] std::string encode_state(const SubscriptionState& state);
Result<SubscriptionState> decode_state(std::string_view bytes);

/// The names of the records, within a tenant.
inline constexpr std::string_view kSubscriptionKind = "subscription";
inline constexpr std::string_view kSubscriptionStateKind = "subscription-state";
/// When a throttled or periodic subscription last told something.
inline constexpr std::string_view kSubscriptionThrottleKind = "subscription-throttle";

}  // namespace musubi
