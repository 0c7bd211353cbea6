#pragma once

#include "insight/lookahead/call.h"
#include "insight/rules/latch.h"

namespace musubi {

/// One threshold of one gauge: whether it has been reached, and whether the look-ahead calls it.
struct Outlook {
    Latch& latch;
    Call& call;
};

/// What one reading shows.
struct Sight {
    const Rise& rise;
    Time clock;  ///< the newest event time read so far
    bool first;  ///< the gauge's first reading: what is open then was not seen to begin
    double threshold;
    double hysteresis;
};

/// What became of it.
struct Looked {
    Call::Step step = Call::Step::None;
    bool onset = false;
};

/// The look-ahead at one reading: live rules and back-test alike. `neighbours` is asked for the
/// nearness of the gauges around only where it is needed. Without coefficients nothing is called.
template <typename Neighbours>
Looked look_ahead(const LookAheadModel& model, const Features* coefficients, Outlook outlook,
                  const Sight& sight, Neighbours neighbours) {
    const Rise& rise = sight.rise;
    const bool was_open = outlook.latch.is_open();
    outlook.latch.take(rise.at, Crossing::opens(rise.level, sight.threshold),
                       Crossing::closes(rise.level, sight.threshold, sight.hysteresis), {});
    Call::Reading reading{.at = rise.at, .clock = sight.clock, .above = outlook.latch.is_open()};
    reading.onset = reading.above && !was_open && !sight.first;
    const double distance = sight.threshold - rise.level;
    if (coefficients != nullptr && !reading.above && rises_towards(model, rise, distance)) {
        reading.condition =
            expects(*coefficients, features_of(model, rise, distance, neighbours()));
    }
    return {outlook.call.take(model, reading), reading.onset};
}

}  // namespace musubi
