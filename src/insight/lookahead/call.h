#pragma once

#include "base/bytes.h"
#include "base/time.h"
#include "insight/lookahead/model.h"

namespace musubi {

/// One look-ahead of one gauge at one threshold: whether it is calling now. The call begins at
/// the first reading at which the condition holds and ends with the onset, or at a reading a whole
/// horizon later when the condition has failed for a while; it is not renewed by a condition that
/// goes on. The live rules and the back-test run this same code.
class Call {
public:
    struct Reading {
        Time at;
        Time clock;              ///< the newest event time read so far: when it was known
        bool above = false;      ///< the threshold is open at this reading
        bool onset = false;      ///< ... and was opened by it
        bool condition = false;  ///< the look-ahead expects the threshold
    };
    enum class Step { None, Begins, ComesTrue, ComesFalse };

    /// Readings in order of event time. ComesTrue: the onset came within the horizon of the
    /// moment it was called; ComesFalse: it came too late, not at all, or at the same moment.
    Step take(const LookAheadModel& model, const Reading& reading);

    [[nodiscard]] bool active() const { return active_; }
    [[nodiscard]] Time began() const { return began_; }    ///< event time of the first reading
    [[nodiscard]] Time called() const { return called_; }  ///< the clock then
    void end() { active_ = false; }

    void write(ByteWriter& out) const;
    static Call read(ByteReader& in);

private:
    bool active_ = false;
    Time began_;
    Time called_;
    Time held_;  // event time at which the condition held last
};

}  // namespace musubi
