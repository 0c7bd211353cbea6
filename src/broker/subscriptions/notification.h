#pragma once

#include <string>
#include <string_view>

#include "broker/subscriptions/subscription.h"
#include "store/change.h"

namespace musubi {

/// A notification as it goes out.
struct Notification {
    std::string body;  ///< JSON (GS CIM 009 v1.9.1, 5.3.1)
    std::string link;  ///< URL of its context, for the Link header; empty: it is in the body
};

/// The context that names are told in: jsonldContext, else the one the subscription was made with.
struct NotificationContext {
    ContextPtr context;
    std::string url;  ///< empty: it has none and can only stand in a body
};
/// One that is not at hand, or can not be named in a Link header where one is needed, gives way to
/// the core context: names are whole then.
[[nodiscard]] NotificationContext context_for(const Subscription& subscription,
                                              const Contexts& contexts);

/// `told`: the state, see with_deleted; `deleted`: the entity was deleted then, and only that is
/// told.
[[nodiscard]] Notification render_notification(const Subscription& subscription,
                                               const NotificationContext& names,
                                               std::string_view delivery_id, const Entity& told,
                                               Time now, std::optional<Time> deleted);

}  // namespace musubi
