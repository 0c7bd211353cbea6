#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "insight/rules/rule_set.h"

namespace musubi {

/// What the rules want of an alert.
struct AlertEvent {
    enum class Kind { Open, Change, Close };

    Kind kind = Kind::Open;
    const Rule* rule = nullptr;  ///< what it speaks of; of a Close it may be unknown
    bool of_feed = false;        ///< of a whole feed that is silent, not of one sensor
    std::string alert;           ///< id of the alert
    std::string source;          ///< id of the entity; of a feed: what its ids begin with
    std::string name;            ///< of the entity or the feed, for people
    Time at;                     ///< event time at which it came about
    Time clock;                  ///< newest event time known then: the present of a replay
    std::optional<double> value;
    std::optional<Time> value_at;
    std::string unit;
    std::optional<double> threshold;
    std::optional<double> lon;
    std::optional<double> lat;
    bool synthetic = false;
    std::int64_t count = 0;  ///< of a feed: how many are silent
};

/// `urn:ngsi-ld:Alert:<pack>:<source without urn:ngsi-ld:Type:>:<group>:<time>`: the same alert has
/// the same id however often its history is replayed.
[[nodiscard]] std::string alert_id(std::string_view pack, std::string_view source,
                                   std::string_view group, Time opened);
/// The part of an entity's id that people know it by.
[[nodiscard]] std::string_view local_id(std::string_view id);

}  // namespace musubi
