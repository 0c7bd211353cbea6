#pragma once

#include "broker/subscriptions/subscription.h"
#include "store/change.h"

namespace musubi {

/// The state a change is judged by (GS CIM 009 v1.9.1, 5.8.6): what the entity was right after it;
/// of a deletion, what it was before. Where the log no longer has it, `present` (null: there is
/// none now) with the values of the change laid over it.
[[nodiscard]] EntityPtr state_of(const EntityChange& change, const EntityPtr& present);

/// True where the subscription is to be told of this change of an entity: its selectors, watched
/// attributes, triggers, q and geoQ, and that it is active and not expired at the change.
/// Throttling is not asked. `linked`: what q may follow relationships to. One that is told
/// periodically is never due. A reading that came late tells nothing.
[[nodiscard]] bool is_due(const Subscription& subscription, const Change& change,
                          const EntityChange& entity, const Entity& state,
                          const LinkedEntities& linked = nullptr);

}  // namespace musubi
