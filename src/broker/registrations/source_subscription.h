#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "broker/registrations/source_query.h"
#include "broker/subscriptions/subscription.h"

namespace musubi {

/// A subscription to context source registrations (GS CIM 009 v1.9.1, 5.2.12, 5.11.2): an ordinary
/// one in whom it tells and how, with conditions on registrations.
struct SourceSubscription {
    /// Entities, watched attributes, q (on context source properties), geoQ, receiver, owner.
    SubscriptionPtr base;
    Duration time_interval;  ///< zero: told of changes; else periodically, whatever changes
    std::optional<TimeSelection> time;  ///< temporalQ
    std::optional<QueryNode> csf;
    std::string csf_text;  ///< as given
    std::optional<ScopeQuery> scope;
    std::string scope_text;  ///< as given

    /// What it asks of registrations: their part that is told is what matches.
    [[nodiscard]] SourceQuery query() const;
    [[nodiscard]] bool tells(Time now) const { return base->active && !base->expired(now); }
};
using SourceSubscriptionPtr = std::shared_ptr<const SourceSubscription>;

/// Reads what is posted. Fails: as read_subscription; `where` is the JSON pointer.
Result<SourceSubscription> read_source_subscription(const Json& json, const Context& context);
/// As it is answered, see write_subscription.
[[nodiscard]] Json write_source_subscription(const SourceSubscription& subscription,
                                             const Context& context, const SubscriptionState* state,
                                             Time now);
/// 5.11.3: each member of the patch replaces the present one whole; null removes it. Owner and
/// times stay. Fails: as read_source_subscription.
Result<SourceSubscription> patch_source_subscription(const SourceSubscription& present,
                                                     const Json& patch, const Context& context);
/// The same with another base: for what a broker sets itself.
[[nodiscard]] SourceSubscription with_base(SourceSubscription subscription, Subscription base);

/// The stored form and back. Fails: Corrupt.
[[nodiscard]] std::string encode_source_subscription(const SourceSubscription& subscription);
Result<SourceSubscription> decode_source_subscription(std::string_view bytes,
                                                      const Contexts& contexts);

/// The names of the records, within a tenant.
inline constexpr std::string_view kSourceSubscriptionKind = "source-subscription";
inline constexpr std::string_view kSourceSubscriptionStateKind = "source-subscription-state";
/// When a throttled or periodic one last told something, 8 bytes.
inline constexpr std::string_view kSourceSubscriptionToldKind = "source-subscription-told";

}  // namespace musubi
