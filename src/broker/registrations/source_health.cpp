#include "broker/registrations/source_health.h"

#include <algorithm>
#include <utility>

namespace musubi {
namespace {

Duration pause_after(const Registration& source, int failures_in_row) {
    if (source.management && source.management->cooldown.us > 0) {
        return source.management->cooldown;
    }
    if (failures_in_row < SourceHealth::kFailuresInRow) return {};
    constexpr int kMostDoublings = 6;
    const int doublings = std::min(failures_in_row - SourceHealth::kFailuresInRow, kMostDoublings);
    return std::min(SourceHealth::kFirstPause * (std::int64_t{1} << doublings),
                    SourceHealth::kLongestPause);
}

}  // namespace

std::optional<Duration> SourceHealth::pause(TenantId tenant, const Registration& source,
                                            Duration now) const {
    return states_.with([&](const auto& states) -> std::optional<Duration> {
        const auto found = states.find(Key{tenant, source.id});
        if (found == states.end() || found->second.paused_until <= now) return std::nullopt;
        return found->second.paused_until - now;
    });
}

void SourceHealth::note(TenantId tenant, const Registration& source, const Outcome& outcome,
                        Time at, Duration now) {
    states_.with([&](auto& states) {
        const Key key{tenant, source.id};
        if (states.size() >= kMaxSources && !states.contains(key)) return;
        State& state = states[key];
        state.tally.registration = source.id;
        ++state.tally.sent;
        if (outcome.failure.empty()) {
            state.tally.last_success = at;
        } else {
            ++state.tally.failed;
            state.tally.last_failure = at;
            state.tally.reason = outcome.failure;
        }
        if (!outcome.out_of_order) {
            state.failures_in_row = 0;
            state.paused_until = {};
            return;
        }
        ++state.failures_in_row;
        state.paused_until = now + pause_after(source, state.failures_in_row);
    });
}

std::vector<SourceTally> SourceHealth::take(TenantId tenant) {
    return states_.with([&](auto& states) {
        std::vector<SourceTally> out;
        for (auto at = states.lower_bound(Key{tenant, {}});
             at != states.end() && at->first.first == tenant;) {
            State& state = at->second;
            const bool counted = state.tally.sent > 0;
            if (counted) out.push_back(std::exchange(state.tally, {}));
            // Who does well again and has not been asked lately is forgotten.
            at = !counted && state.failures_in_row == 0 ? states.erase(at) : std::next(at);
        }
        return out;
    });
}

std::size_t SourceHealth::paused(Duration now) const {
    return states_.with([&](const auto& states) {
        return static_cast<std::size_t>(
            std::count_if(states.begin(), states.end(),
                          [&](const auto& item) { return item.second.paused_until > now; }));
    });
}

}  // namespace musubi
