#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "project/diagnosis/failure_cause.h"
#include "project/diagnosis/project_facts.h"

namespace musubi {

/// The thresholds of the diagnosis (docs/diagnosis.md). All are Musubi's own: the paper names the
/// causes, not from when on they hold. "At least" and "at most" have the threshold itself in them.
namespace diagnosis {
/// A terminal is silent when it has not been heard for at least this, and at least so many of its
/// usual intervals.
inline constexpr Duration kSilentAfter = hours(24);
inline constexpr int kSilentIntervals = 3;
/// Of the terminals at least this share is silent, or out of reach of every link.
inline constexpr double kSilentShare = 0.2;
inline constexpr double kOutOfReachShare = 0.2;
/// A role is empty unless somebody begins at most so long after the last one has gone.
inline constexpr Duration kSuccession = days(31);
/// At least this share of the people, and at least so many, have left within a year.
inline constexpr double kLeaversShare = 0.5;
inline constexpr std::size_t kLeastLeavers = 2;
inline constexpr Duration kYearBack = days(365);
/// Working time of people with digital knowledge, together: a day a week; and of those in reach
/// (any town, prefecture or core city): half a day a week.
inline constexpr double kLeastKnowledge = 0.2;
inline constexpr double kLeastInReach = 0.1;
/// At least this share of the parties has agreed to the purpose.
inline constexpr double kAgreeingShare = 0.5;
/// At least this share of the parties neither gives to the others nor has from them.
inline constexpr double kApartShare = 0.5;
/// In the year after the grant, receipts beside grants are below this share of the cost.
inline constexpr double kEarningShare = 0.5;
inline constexpr int kMonthsAfterGrant = 12;
/// At least this share of the types is read by nobody else within so long.
inline constexpr double kUnreadShare = 0.5;
inline constexpr Duration kReadWithin = days(90);
/// Pieces of evidence that a finding cites at most.
inline constexpr std::size_t kMaxEvidence = 50;
}  // namespace diagnosis

/// One thing that was seen.
struct FindingEvidence {
    std::string_view sign;  ///< what kind of thing, a word of docs/diagnosis.md
    std::string of = {};    ///< id of an entity, name of an asset, organisation or function
    std::optional<double> number = {};  ///< what was counted
    std::optional<double> bound = {};   ///< what it is held against
    std::optional<Time> on = {};        ///< of which moment it is
    MeasureWords words = {};
};

/// A cause that threatens the project.
struct Finding {
    FailureCause cause = FailureCause::TerminalsNotConnected;
    std::vector<FindingEvidence> evidence;  ///< kMaxEvidence at most
    std::size_t left_out = 0;               ///< so much more evidence is there
    MeasureWords seen;                      ///< what was seen, with its numbers and days
    MeasureWords clears;                    ///< what has to be so that it is found no more
    MeasureWords question;                  ///< a member of the council may ask,
    MeasureWords answer;                    ///< and the data answer
};

/// A cause that can not be told yet, and why.
struct CauseNotJudged {
    FailureCause cause = FailureCause::TerminalsNotConnected;
    MeasureWords why;
};

/// Which of the twelve causes threaten the project at `now`, in the paper's order, each at most
/// once. Neighbours are told apart so that one root is one finding: a terminal where no link
/// reaches is of NoDigitalBase, not of TerminalsNotConnected; a role whose holder left is of
/// NoPeople, and what they knew and whom they stood for still counts for NoKnowledge,
/// PeopleElsewhere and PartiesApart; a money plan that does not reach a year beyond the grant is
/// of PilotForItself, and only one that does can be of NoEarnings.
[[nodiscard]] std::vector<Finding> diagnose(const ProjectFacts& facts, Time now);
/// The causes of which `diagnose` says nothing because it can not: something was not to be seen, or
/// it is asked only from the pilot on. All others are either found or not there.
[[nodiscard]] std::vector<CauseNotJudged> not_judged(const ProjectFacts& facts, Time now);

/// {"cause", "kind", "line", "paper": {ja, en}, "seen", "evidence": [{"sign", "of", "number",
/// "bound", "on", "words"}], "leftOut", "clears", "question", "answer"}
[[nodiscard]] Json to_json(const Finding& finding);
/// {"cause", "kind", "line", "paper", "why"}
[[nodiscard]] Json to_json(const CauseNotJudged& cause);

}  // namespace musubi
