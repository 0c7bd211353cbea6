#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/time.h"
#include "store/transaction.h"

namespace musubi {

/// How a project is after its grant (卒業時計と生存台帳).
enum class ProjectLife {
    Alive,    ///< 生存
    Dormant,  ///< 休眠: no reading for kDormantDays, no use for kUnusedDays, or nobody pays
    Ended,    ///< 終了: it was stopped or handed over, or silent for kEndedDays
};
[[nodiscard]] std::string_view name_of(ProjectLife life);
inline constexpr int kDormantDays = 30;
inline constexpr int kUnusedDays = 90;
inline constexpr int kEndedDays = 365;
inline constexpr int kWarnDays = 180;      ///< before the money ends
inline constexpr int kHeartbeatYears = 5;  ///< from the end of the grant on it is public

/// What is known of a project.
struct HeartbeatFacts {
    std::string project;  ///< id
    std::string title;
    std::string state;  ///< of the project: empty, ended, handed-over
    Time grant_ends;    ///< the moment after its last day
    Time entered;       ///< when it was written down
    /// It names types of devices or measures: without, readings and uses say nothing of it.
    bool is_measured = true;
    std::optional<Time> last_reading;  ///< or value entered by hand; nothing: there never was one
    std::optional<Time> last_use;      ///< the day on which a person looked at its readings
    Time uses_from;                    ///< since when it is known whether somebody did
    std::string payer;
    std::string repairer;
    std::optional<Time> paid_until;  ///< the moment after the last day that is paid for
};

struct Heartbeat {
    ProjectLife life = ProjectLife::Alive;
    bool is_public = false;   ///< the grant is over, for no more than kHeartbeatYears
    bool money_ends = false;  ///< within kWarnDays
    std::optional<std::int64_t> months_of_runway;
    std::string ja;  ///< why it is what it is
    std::string en;
};
/// Pure: what follows from the facts at `now`. What was never there is not old: silence counts from
/// when the project was entered, disuse from when uses are counted, and the words say so. Years and
/// months are those of the calendar in Japan.
[[nodiscard]] Heartbeat heartbeat_of(const HeartbeatFacts& facts, Time now);

/// What is signed, without the moment of day: one a day. Canonical JSON of it is signed with the
/// domain kHeartbeatDomain and a line feed before it.
[[nodiscard]] Json heartbeat_json(const HeartbeatFacts& facts, const Heartbeat& heartbeat,
                                  Time now);
inline constexpr std::string_view kHeartbeatDomain = "musubi heartbeat 1";

}  // namespace musubi
