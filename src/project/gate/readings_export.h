#pragma once

#include <optional>
#include <string>
#include <vector>

#include "project/gate/stage_values.h"

namespace musubi {

/// The readings behind the evidence of a gate, line by line (docs/project-loop.md), so that it can
/// be computed again without the server: of each entity its state, then its readings a day in
/// Japan, which is a leaf of the readings' Merkle tree.
struct ReadingsPage {
    std::string lines;                ///< JSON, each ended by a line feed
    std::optional<std::string> next;  ///< to go on with; nothing: these were all
};

/// Up to `entities` of them, behind the cursor (empty: from the start), as they were known at the
/// moment of the evidence and as the caller may see them. Fails: BadRequest (no such cursor),
/// as Store::query and Store::history.
Result<ReadingsPage> export_readings(const Store& store, const Caller& caller,
                                     const MeasureSet& measures, const StageQuestion& question,
                                     const GateMoment& moment, const std::string& after,
                                     std::size_t entities);
inline constexpr std::size_t kEntitiesAPage = 5;

/// Puts lines into a store that has nothing else. Fails: BadRequest with the number of the line.
Result<void> import_readings(Store& store, const std::string& lines);

}  // namespace musubi
