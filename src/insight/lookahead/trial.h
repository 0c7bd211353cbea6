#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "insight/lookahead/model.h"
#include "insight/lookahead/past.h"

namespace musubi {

/// The threshold was reached.
struct TriedEvent {
    const GaugePast* gauge;
    double threshold;
    Time onset;
    std::optional<Duration> lead;  ///< from the first call; nothing: it was missed
};
/// The look-ahead called.
struct TriedCall {
    const GaugePast* gauge;
    double threshold;
    Time at;      ///< event time of the reading at which it was called
    Time called;  ///< the clock then
    bool came_true;
};
struct Trial {
    std::vector<TriedEvent> events;
    std::vector<TriedCall> calls;
};

/// The coefficients to judge a day with; null: none, so nothing is called.
using CoefficientsOfDay = std::function<const Features*(DayNumber)>;

/// What a past is tried with.
struct Trying {
    const LookAheadModel& model;
    double hysteresis;
    CoefficientsOfDay coefficients;
};

/// Plays the look-ahead for one threshold of one gauge over its past. An event is an onset, merged
/// by the hysteresis; what was open at the first reading is none. A call that is active at the end
/// has not come true.
void try_threshold(const GaugePast& gauge, double threshold, const Trying& with, Trial& out);

/// How good calls were. Ratios of nothing are 0.
struct Score {
    std::size_t events = 0;
    std::size_t caught = 0;
    std::size_t calls = 0;
    std::size_t true_calls = 0;
    std::vector<Duration> leads;  ///< of what was caught, sorted

    [[nodiscard]] double precision() const;
    [[nodiscard]] double recall() const;
    [[nodiscard]] double f1() const;
    /// The middle one, or the mean of the two middle ones.
    [[nodiscard]] std::optional<Duration> median_lead() const;
    [[nodiscard]] std::optional<Duration> worst_lead() const;
};
/// Events count on the day of their onset, calls on the day they were made; only `days` count.
[[nodiscard]] Score score_of(const Trial& trial, const std::set<DayNumber>& days);

}  // namespace musubi
