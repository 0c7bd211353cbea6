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

/// What is told together: entities as told_of says, or as they are.
struct Tidings {
    std::vector<const Entity*> entities;
    std::optional<Time> deleted;  ///< the one entity was deleted then
};
/// How entities are written for it.
[[nodiscard]] WriteOptions write_options(const Subscription& subscription);
/// `delivery_id` empty: it is not known yet, see name_notification.
[[nodiscard]] Notification render_notification(const Subscription& subscription,
                                               const NotificationContext& names,
                                               std::string_view delivery_id, const Tidings& tidings,
                                               Time now);
/// Gives an id to one that was rendered without.
void name_notification(Notification& notification, std::string_view delivery_id);

}  // namespace musubi
