#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "insight/lookahead/call.h"
#include "insight/lookahead/gauge.h"
#include "insight/rules/latch.h"
#include "insight/rules/rule_set.h"

namespace musubi {

/// One number of an entity, as the rules know it.
struct TrackedNumber {
    double value = std::numeric_limits<double>::quiet_NaN();  ///< NaN: there is none
    std::optional<Time> at;                                   ///< of a reading: its event time
    std::string unit;
    [[nodiscard]] bool known() const { return !std::isnan(value); }
};

/// How a group of rules stands: the one alert it has, or none.
struct GroupState {
    static constexpr std::size_t kNone = SIZE_MAX;
    std::size_t rule = kNone;  ///< which rule the alert speaks of
    std::string alert;         ///< its id; empty: there is none
};

/// Whether a sensor is silent.
struct SilenceState {
    bool watched = false;  ///< it was heard at least once
    bool silent = false;
    Time since;         ///< when it counted as silent
    std::string alert;  ///< its own alert, where it has one
};

/// All that the rules know of one entity. It follows from the changes alone.
struct Tracked {
    Tracked(const TypeRules& type_rules, std::string entity_id);

    const TypeRules* type;
    std::string id;
    // What seldom changes: the view.
    std::string name;
    std::optional<double> lon;
    std::optional<double> lat;
    bool synthetic = false;
    Entity queried;  ///< the attributes that q rules look at
    // What each reading changes: the state. Thresholds belong to the view.
    std::vector<TrackedNumber> numbers;  ///< by slot
    std::vector<Gauge> gauges;           ///< by slot, of readings that have one
    std::vector<Latch> latches;          ///< by rule
    std::vector<Call> calls;             ///< by rule
    std::vector<GroupState> groups;
    std::vector<SilenceState> silences;  ///< by place in TypeRules::silent
    // How it is kept.
    bool alive = true;
    bool view_dirty = false;
    bool state_dirty = false;
    std::uint32_t generation = 0;
    std::vector<std::uint32_t> neighbours;  ///< as of neighbours_version
    std::uint64_t neighbours_version = 0;

    [[nodiscard]] std::string view_bytes() const;
    [[nodiscard]] std::string state_bytes() const;
    /// Parts of rules that no longer exist are left out; alerts of theirs come out in `orphans`.
    /// Fails: Corrupt, Unsupported (a later version).
    Result<void> read_view(std::string_view bytes);
    Result<void> read_state(std::string_view bytes, std::vector<std::string>& orphans);
};

}  // namespace musubi
