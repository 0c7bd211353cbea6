#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "broker/temporal.h"
#include "store/store.h"

namespace musubi {

/// By which the service commits and reads.
inline constexpr std::string_view kSnapshotService = "snapshots";

// Puts entities and their evolution into the inner tenant of a snapshot, as they were recorded
// where they come from: times are kept, instance ids are new. What is there already stays, so that
// it may be done again. Each waits for its commits.

/// Fails: NoTenant (the snapshot was deleted), TooLarge, Io.
Result<void> copy_entities(Store& store, const std::string& inner,
                           const std::vector<EntityPtr>& entities);
/// The newest instance of each attribute becomes the present one where the entity is not there yet.
/// Fails: as copy_entities; Corrupt.
Result<void> copy_evolution(Store& store, const std::string& inner, const EvolutionView& view);
/// Everything of another snapshot. Fails: as copy_entities; NoTenant where that was deleted.
Result<void> copy_all(Store& store, const std::string& from, const std::string& inner);

}  // namespace musubi
