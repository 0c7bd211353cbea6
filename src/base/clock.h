#pragma once

#include <atomic>

#include "base/time.h"

namespace musubi {

/// Where the time of day comes from. Given to whatever needs it by main.cpp.
class Clock {
public:
    Clock() = default;
    Clock(const Clock&) = delete;
    Clock& operator=(const Clock&) = delete;
    virtual ~Clock() = default;
    /// The wall clock: may jump.
    [[nodiscard]] virtual Time now() const = 0;
    /// Since some fixed moment: never goes back. For time-outs and rates.
    [[nodiscard]] virtual Duration monotonic() const = 0;
};

/// The machine's clocks.
class SystemClock final : public Clock {
public:
    [[nodiscard]] Time now() const override;
    [[nodiscard]] Duration monotonic() const override;
};

/// Stands still until told: for tests and replays.
class ManualClock final : public Clock {
public:
    explicit ManualClock(Time start) : now_{start.us} {}
    [[nodiscard]] Time now() const override { return {now_.load()}; }
    [[nodiscard]] Duration monotonic() const override { return {elapsed_.load()}; }
    void advance(Duration by) {
        now_ += by.us;
        elapsed_ += by.us;
    }
    /// The wall clock jumps; the monotonic one does not.
    void jump_to(Time time) { now_ = time.us; }

private:
    std::atomic<std::int64_t> now_;
    std::atomic<std::int64_t> elapsed_{0};
};

}  // namespace musubi
