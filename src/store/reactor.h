#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <thread>

#include "base/log.h"
#include "store/store.h"

namespace musubi {

/// Reads changes in order after they are committed, and may commit what it makes of them together
/// with its position: after a crash it goes on where it was, nothing is lost, nothing is written
/// twice. Lives on a thread of its own.
class Reactor {
public:
    Reactor() = default;
    Reactor(const Reactor&) = delete;
    Reactor& operator=(const Reactor&) = delete;
    virtual ~Reactor() = default;
    /// A fixed word: names its position in the store and its figures.
    [[nodiscard]] virtual std::string_view name() const = 0;
    /// What a reactor wants done, within one transaction; empty: nothing.
    using Effect = std::function<Result<void>(Transaction&)>;
    /// What to do about these consecutive changes, all of one tenant; committed, with the position,
    /// before the next call. May compute at length; must not commit by itself. A reactor sees what
    /// it brought about as well: Change::cause tells, it is the reactor's name.
    virtual Result<Effect> react(const std::string& tenant, std::span<const ChangePtr> changes) = 0;
    /// What time alone brings about: called for each tenant about every `pulse`.
    virtual Result<Effect> tick(const std::string& tenant, Time now) {
        static_cast<void>(tenant);
        static_cast<void>(now);
        return Effect{};
    }
    [[nodiscard]] virtual Duration pulse() const { return seconds(1); }
    /// The guardian it acts as (Caller::guardian); empty: none.
    [[nodiscard]] virtual std::string_view guardian() const { return {}; }
};

/// Runs a reactor from its stored position until destroyed. A failure is logged, counted, and
/// tried again with growing pauses up to a minute.
class ReactorRunner {
public:
    ReactorRunner(Store& store, const Clock& clock, Log& log, Metrics& metrics, Reactor& reactor);
    ~ReactorRunner();
    ReactorRunner(const ReactorRunner&) = delete;
    ReactorRunner& operator=(const ReactorRunner&) = delete;
    /// The last change it has dealt with.
    [[nodiscard]] std::uint64_t position() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace musubi
