#pragma once

#include <string>
#include <vector>

#include "project/measures/measure.h"
#include "store/store.h"
#include "trust/journal/verify_journal.h"

namespace musubi {

/// A stage is judged over at most so many periods of each of its measures.
inline constexpr std::size_t kMostStagePeriods = 800;

/// Whether what a stage expects can be judged by its measures at all: a measure that is broken down
/// is judged by one of its groups, any other by none; groups are compared where there are some; a
/// share lies within what a share can be; there are no more than kMostStagePeriods. `stage`: its
/// members as people write them; measures that are not there are passed over. Fails: BadRequest,
/// `where` from `place` on.
Result<void> check_stage_fit(const MeasureSet* measures, const Json& stage,
                             const std::string& place);

/// A sentence for each group that a stage names (judged, or compared with) and that nothing
/// measured belongs to now: its verdict would be that nothing can be told.
/// Fails: as compute_measure.
Result<std::vector<TwoTongues>> groups_without_values(const Store& store, const std::string& tenant,
                                                      const MeasureSet& measures, const Json& stage,
                                                      Time now);

}  // namespace musubi
