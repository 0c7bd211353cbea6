#pragma once

#include "project/loop/loop_document.h"
#include "project/measures/measure.h"
#include "store/transaction.h"

namespace musubi {

/// What a stage locks when it is entered: what it is judged by, with the hash of each measure's
/// definition. Canonical JSON of it is what `lockHash` is the SHA-256 of.
[[nodiscard]] Json locked_of(const Entity& stage, const MeasureSet* measures);
/// The SHA-256 of the canonical JSON, in hex. Fails: as canonical_json.
Result<std::string> hash_of(const Json& value);

/// The text of the measures with the document of the context that expands their names: what they
/// can be read from elsewhere. Null: an empty object.
[[nodiscard]] Json definitions_of(const MeasureSet* measures);
/// Where the definitions that a stage locked are kept: records, by stage.
inline constexpr std::string_view kStageDefinitions = "stage-definitions";

/// Locks the stage now. Fails: as hash_of.
Result<void> lock_stage(EntityEdit& edit, const MeasureSet* measures, const std::string& by,
                        Time now);
/// A stage that was changed: where it is locked and says another thing now, that is kept as a moved
/// goalpost: when, who, why, what it was and what it is. Fails: Conflict without a reason.
struct GoalpostMove {
    std::string by;
    std::string why;
    Time at;
    std::string place;
};
Result<void> keep_goalposts(EntityEdit& edit, const Json& before, const GoalpostMove& move);
/// The members that are locked, as they are now.
[[nodiscard]] Json lockable_of(const Entity& stage);

}  // namespace musubi
