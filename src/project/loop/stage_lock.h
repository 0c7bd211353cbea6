#pragma once

#include "project/loop/loop_document.h"
#include "project/measures/measure.h"
#include "store/transaction.h"
#include "trust/journal/verify_journal.h"

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

/// When a stage is locked.
struct LockMoment {
    Time at;       ///< by the clock of the machine
    Time present;  ///< by that of the tenant, which may replay the past
};
/// Locks the stage. The day of the present, `lockedOn`, is part of what is locked. Fails: as
/// hash_of.
Result<void> lock_stage(EntityEdit& edit, const MeasureSet* measures, const std::string& by,
                        const LockMoment& moment);
/// A sentence where a promise was locked after the first day of its stage, when values of it could
/// be known already; nothing: in time. `stage` has `from` and `to`; `on` is a day in Japan.
[[nodiscard]] std::optional<TwoTongues> locked_late(const Json& stage, const std::string& on);
/// A sentence where a pilot is without a hypothesis, or without a measure it is judged by; nothing:
/// it has both, or is no pilot. `stage` has its members.
[[nodiscard]] std::optional<TwoTongues> promises_nothing(const Json& stage);
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
