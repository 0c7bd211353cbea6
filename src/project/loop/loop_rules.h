#pragma once

#include "project/loop/loop_document.h"

namespace musubi {

/// What a schema can't say of a thing that it can still be held against alone. Fails: BadRequest,
/// `where` is a JSON pointer from the thing's own place on.
Result<void> check_loop_rules(const LoopThing& thing);

/// The slots of evidence that a stage needs (paper, lines 124-177): the seven success factors, and
/// the states to reach at its end. Those of the third stage are reconstructed.
struct LoopSlot {
    std::string_view name;
    std::string_view stage;  ///< plan, pilot, rollout; empty: each
    bool reconstructed = false;
    std::string_view needs;  ///< the list that its artefact has to fill; empty: words are enough
    std::string_view ja;
    std::string_view en;
};
[[nodiscard]] std::span<const LoopSlot> loop_slots();

}  // namespace musubi
