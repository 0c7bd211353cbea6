#pragma once

#include <string>

#include "model/entity.h"
#include "project/gate/stage_values.h"
#include "store/store.h"

namespace musubi {

/// What the evidence of a gate is made of besides the readings.
struct EvidenceOf {
    std::string tenant;
    std::string gate;  ///< id
    std::string opened_by;
    std::size_t look = 1;
    const Entity& stage;
    const Entity& project;
    const MeasureSet* promised = nullptr;  ///< as the stage locked them; null: nothing is measured
    const MeasureSet* measures = nullptr;  ///< as the pack has them now
};

/// Each slot of a stage with the ids of the artefacts that fill it; the decision fills its own.
/// Both as the evidence has them: `artefacts` is a list.
[[nodiscard]] Json slots_of(const Json& artefacts, const Json& stage);

/// The member `evidence` of a gate's file: the project with all that belongs to it, what the stage
/// locked, its slots, definitions and values, what they come to, and the hash of the file before.
/// Fails: TooLarge, as stage_values.
Result<Json> build_evidence(const Store& store, const EvidenceOf& of, const GateMoment& moment);

}  // namespace musubi
