#pragma once

#include <vector>

#include "base/json.h"
#include "project/gate/stage_question.h"
#include "project/measures/measure.h"

namespace musubi {

/// What does not follow from the rest of the evidence, in words; none: it all does. Seed, level and
/// looks are those of what was locked, the look is the one after the gates that the stage had, the
/// slots are filled by the artefacts; each measure has one value a period that was over, in the
/// order of time, and each value, or that there is none, is what its parts come to. What its parts
/// are only readings can tell (replay_evidence).
[[nodiscard]] std::vector<TwoTongues> what_does_not_follow(const Json& evidence,
                                                           const StageQuestion& question,
                                                           const MeasureSet& measures);

}  // namespace musubi
