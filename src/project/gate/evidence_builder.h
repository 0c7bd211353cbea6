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
    const MeasureSet* measures = nullptr;  ///< null: nothing is measured
};

/// The member `evidence` of a gate's file: the project with all that belongs to it, what the stage
/// locked, its slots, definitions and values, what they come to, and the hash of the file before.
/// Fails: TooLarge, as stage_values.
Result<Json> build_evidence(const Store& store, const EvidenceOf& of, const GateMoment& moment);

/// The things of a type that belong to a project, in the order of their ids.
Result<std::vector<EntityPtr>> things_of(const Store& store, const Caller& caller,
                                         std::string_view type, const std::string& project);

}  // namespace musubi
