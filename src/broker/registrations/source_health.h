#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/guarded.h"
#include "base/time.h"
#include "broker/registrations/registration.h"
#include "store/store.h"

namespace musubi {

/// What became of the requests to one source since they were last written down.
struct SourceTally {
    std::string registration;
    std::uint64_t sent = 0;
    std::uint64_t failed = 0;
    std::optional<Time> last_success;
    std::optional<Time> last_failure;
    std::string reason;  ///< of the last failure
};

/// How the sources do: counts what is asked of them, and keeps those that fail from being asked
/// again and again: after a failure for their own cooldown (5.2.34), else after some failures in a
/// row for a time that doubles. Safe from any thread. What is counted is written down by the
/// reactor of the registry, so a crash may lose the last second of it.
class SourceHealth {
public:
    static constexpr int kFailuresInRow = 3;  ///< before a source without a cooldown is left alone
    static constexpr Duration kFirstPause = seconds(1);
    static constexpr Duration kLongestPause = seconds(60);
    static constexpr std::size_t kMaxSources = 20'000;  ///< known at once; others are always asked

    /// Nothing where the source may be asked; else how long it is still left alone.
    [[nodiscard]] std::optional<Duration> pause(TenantId tenant, const Registration& source,
                                                Duration now) const;
    /// What came of a request.
    struct Outcome {
        std::string failure;        ///< empty where it answered as it should
        bool out_of_order = false;  ///< the failure is one of the source itself, not of what was
                                    ///< asked: it did not answer, or with 5xx
    };
    /// `now`: of the monotonic clock.
    void note(TenantId tenant, const Registration& source, const Outcome& outcome, Time at,
              Duration now);
    /// What was counted in this tenant; it counts from zero then.
    [[nodiscard]] std::vector<SourceTally> take(TenantId tenant);
    /// How many sources are left alone, for the metric.
    [[nodiscard]] std::size_t paused(Duration now) const;

private:
    struct State {
        SourceTally tally;
        int failures_in_row = 0;
        Duration paused_until;  // by the monotonic clock
    };
    using Key = std::pair<TenantId, std::string>;
    Guarded<std::map<Key, State>> states_;
};

}  // namespace musubi
