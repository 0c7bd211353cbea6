#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "store/transaction.h"

namespace musubi {

/// What became of a command.
struct Committed {
    std::uint64_t sequence = 0;  ///< 0: it changed no entity
    Time at;
};

/// A change that is asked for: `run` decides on the latest state what changes, and is run exactly
/// once, on the committer's thread (it must not block); `done` hears once that it is on disk and
/// visible, or why not. `done` must be quick, it runs on the committer's thread as well.
struct Command {
    Caller caller;
    std::function<Result<void>(Transaction&)> run;
    std::function<void(Result<Committed>)> done;
    std::size_t bytes = 1024;  ///< about what it holds, for the bound of the queue
};

/// Who may still have what they ask for carried out.
struct RightsGate {
    /// Asked on the committer's thread before a command is run.
    std::function<Result<void>(const Caller&)> still;
    /// Records of these kinds say what anybody may do: what a command changes of them is visible
    /// before the next one is run.
    std::vector<std::string_view> kinds;
};

/// Follows every commit, in order, before its reply: indexes, caches, snapshots. Called on the
/// committer's thread; must not fail.
class Projection {
public:
    Projection() = default;
    Projection(const Projection&) = delete;
    Projection& operator=(const Projection&) = delete;
    virtual ~Projection() = default;
    /// `change` is null where only records changed.
    virtual void apply(const Change* change, const std::vector<RecordChange>& records) = 0;
    virtual void erase_tenant(TenantId tenant) = 0;
};

}  // namespace musubi
