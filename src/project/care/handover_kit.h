#pragma once

#include <string>

#include "base/json.h"
#include "project/measures/measure.h"
#include "store/store.h"

namespace musubi {

/// What it takes to hand a project over in an afternoon, or to close it with dignity, as the caller
/// may see it: the project with its stages, decisions, people, open tasks and artefacts, its
/// devices with their last readings, its measures in words, where its evidence is, and the steps of
/// both ways in Japanese and English; `partial` where something of it may be kept back. `seen` gets
/// the entities that it was made of. Fails: NotFound where there is no such project, TooLarge as
/// loop_entities, Io.
struct HandoverKit {
    Json kit;
    std::vector<EntityPtr> seen;
};
Result<HandoverKit> handover_kit(const Store& store, const Caller& caller,
                                 const std::string& project, const MeasureSet* measures);

}  // namespace musubi
