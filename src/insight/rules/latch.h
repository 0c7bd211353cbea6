#pragma once

#include <optional>

#include "base/bytes.h"
#include "base/time.h"
#include "insight/lookahead/stored_time.h"

namespace musubi {

/// A condition that is open or not: with a minimum duration before it opens. Readings in order of
/// event time. What it knew last goes on until something else is known.
class Latch {
public:
    /// The condition at a reading; `opens` and `closes` are not both true. Where a duration had
    /// run out before this reading, `settle` must have been called with its time first.
    void take(Time at, bool opens, bool closes, Duration hold) {
        if (open_) {
            if (closes) open_ = waiting_ = false;
            return;
        }
        if (!opens) {
            waiting_ = false;
            return;
        }
        if (!waiting_) {
            waiting_ = true;
            since_ = at;
        }
        if (since_ + hold <= at) open();
    }
    /// Opens where the condition has held for `hold` before `now`.
    void settle(Time now, Duration hold) {
        if (waiting_ && !open_ && since_ + hold < now) open();
    }
    /// When it opens if nothing else becomes known.
    [[nodiscard]] std::optional<Time> due(Duration hold) const {
        if (!waiting_ || open_) return std::nullopt;
        return since_ + hold;
    }
    [[nodiscard]] bool is_open() const { return open_; }
    /// Just after it opened: since when the condition had held.
    [[nodiscard]] Time since() const { return since_; }
    [[nodiscard]] bool is_idle() const { return !open_ && !waiting_; }

    void write(ByteWriter& out) const {
        out.byte(static_cast<std::uint8_t>((open_ ? 1U : 0U) | (waiting_ ? 2U : 0U)));
        if (waiting_) out.signed_number(since_.us);
    }
    static Latch read(ByteReader& in) {
        Latch latch;
        const std::uint8_t flags = in.byte();
        latch.open_ = (flags & 1U) != 0;
        latch.waiting_ = (flags & 2U) != 0;
        if (latch.waiting_) latch.since_ = read_time(in);
        return latch;
    }

private:
    void open() {
        open_ = true;
        waiting_ = false;
    }

    bool open_ = false;
    bool waiting_ = false;  // the condition holds, not yet for long enough
    Time since_;
};

/// A value against a threshold: opens at it, closes below it by more than `hysteresis`.
struct Crossing {
    static constexpr double kRounding = 1e-9;
    [[nodiscard]] static bool opens(double value, double threshold) { return value >= threshold; }
    [[nodiscard]] static bool closes(double value, double threshold, double hysteresis) {
        return value < threshold - hysteresis - kRounding;
    }
};

}  // namespace musubi
