#pragma once

#include "project/gate/stage_question.h"
#include "project/measures/compute.h"

namespace musubi {

/// Of what and when values are computed: the readings that were recorded up to a commit.
struct GateMoment {
    Time at;
    std::uint64_t sequence = UINT64_MAX;
    LeavesOut leaves_out = nullptr;
    std::stop_token stop = {};  ///< asked for: nothing more is computed
};

/// Whether a group's values count: it is the one that is judged, or one it is compared with.
[[nodiscard]] bool group_counts(const StageQuestion& question,
                                const StageQuestion::Expectation& expectation,
                                const std::string& group);

/// The values that each expectation of a stage is judged by, from nothing, an object each:
/// `measure`, `unit`, `decimals` (that are shown), `definition`, `definitionHash` and `values`
/// (from, to, group, value or lack, parts, readingsRoot), in the order of the expectations. A
/// measure that is not there any more has no values. Fails: as compute_measures and periods_of.
Result<Json> stage_values(const Store& store, const Caller& caller, const MeasureSet& measures,
                          const StageQuestion& question, const GateMoment& moment);

/// What the values come to, from them alone: each object with `estimate` or `refusal` where an
/// estimator was locked, and `verdict`: `met`, `not-met` or `not-told`, with `why` in words.
/// Deterministic to the bit. Fails: BadRequest where `values` is not what stage_values makes; Busy
/// where it was to stop.
Result<Json> judge_values(const StageQuestion& question, const Json& values,
                          const std::stop_token& stop = {});

}  // namespace musubi
