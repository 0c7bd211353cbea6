#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "project/loop/stage_fit.h"
#include "project/measures/measure.h"
#include "trust/journal/verify_journal.h"

namespace musubi {

/// What a stage locked: by which measures it is judged, how, and how often.
struct StageQuestion {
    struct Expectation {
        std::string measure;
        std::string group;  ///< of its break-down; empty: all
        bool up = true;     ///< more is better
        double threshold = 0;
    };
    std::vector<Expectation> expectations;
    Time baseline_from;  ///< what it is compared with begins; the stage itself where there is none
    Time from;
    Time to;                ///< the moment after its last day
    std::string estimator;  ///< none, interrupted-series, differences, synthetic-control
    std::vector<std::string> comparison;
    std::size_t looks = 1;
    std::size_t look = 1;    ///< which of them it is; one beyond what was promised tells nothing
    std::uint64_t seed = 0;  ///< from the lock's hash: nobody chooses it
    std::optional<TwoTongues> late = {};  ///< where the promise was locked after the first day
    bool names_days = true;  ///< in refusals; evidence of the code `gate-1` numbers its periods

    /// The chance of a false alarm of one look: 5 % shared among all looks (Bonferroni 1936).
    [[nodiscard]] double level() const { return 1 - 0.05 / static_cast<double>(looks); }
};

/// Reads what lock_stage wrote. Fails: BadRequest where it is no such thing.
Result<StageQuestion> read_question(const Json& locked);

/// The periods of a measure that are over at `at`, from where the comparison begins to the end of
/// the stage. Fails: TooLarge beyond kMaxPeriods.
inline constexpr std::size_t kMaxGatePeriods = kMostStagePeriods;
Result<std::vector<Period>> periods_of(const StageQuestion& question, PeriodKind kind, Time at);

}  // namespace musubi
