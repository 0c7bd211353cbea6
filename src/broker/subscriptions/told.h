#pragma once

#include <optional>

#include "broker/subscriptions/subscription.h"
#include "store/change.h"

namespace musubi {

/// What a subscription is told of a change (GS CIM 009 v1.9.1, 5.2.14, 5.8.6), where that is not
/// `state` as it is:
/// - with the trigger attributeDeleted, or of a deleted entity with entityDeleted and showChanges:
///   what was deleted, as NGSI-LD Null (4.5.0), with deletedAt where sysAttrs is asked for;
/// - of a deleted entity nothing else but its id, type and times;
/// - with showChanges: previousValue and the like, of what was there before;
/// - with datasetId: the instances of these datasets alone (4.5.5);
/// - with pick and omit: the members that are left (4.21).
/// `at`: when that was. Nothing where `state` says it all: then nothing is copied.
[[nodiscard]] std::optional<Entity> told_of(const Subscription& subscription, Time at,
                                            const EntityChange& entity, const Entity& state);
/// The same of a state that is told without a change.
[[nodiscard]] std::optional<Entity> told_of(const Subscription& subscription, const Entity& state);

}  // namespace musubi
