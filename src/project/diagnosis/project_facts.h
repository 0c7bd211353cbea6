#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "project/finance/asset_register.h"
#include "project/finance/fiscal_time.h"

namespace musubi {

/// A terminal of the project: an entity of one of its device types.
struct SeenDevice {
    std::string id;
    std::string type;  ///< expanded
    Time known_since;
    std::optional<Time> last_heard;  ///< event time; nothing: never
    Duration interval;               ///< usual time between its readings; zero: not known
    std::optional<bool> in_reach;    ///< whether a link reaches where it is; nothing: not known
};

/// A link that is there.
struct SeenLink {
    std::string id;        ///< of its entity, or the name of the asset
    std::string function;  ///< wifi-halow, local-5g, satellite, or another word
};

/// How far away a talent is, in the paper's words: 全市町村人材, 都道府県・中核市人材, 地域外人材.
enum class SeenTier : std::uint8_t { AnyTown, Core, Outside };

/// Somebody who has, had or will have a role. No name: nothing here needs one.
struct SeenPerson {
    std::string id;
    std::string organisation;
    std::string role;
    SeenTier tier = SeenTier::AnyTown;
    double share = 0;            ///< of their working time, 0 ... 1
    Time from;                   ///< midnight (Japan) of the first day
    std::optional<Time> to;      ///< midnight of the last day
    bool shares = false;         ///< it is said what they give to the others, or have from them
    bool knows_digital = false;  ///< by what is said of their role
};

enum class SeenStageKind : std::uint8_t { Plan, Pilot, Rollout };

struct SeenStage {
    std::string id;
    SeenStageKind kind = SeenStageKind::Plan;
    Time from = {};  ///< midnight of the first and the last day
    Time to = {};
    std::size_t thresholds = 0;  ///< expectations that say which value of a measure is enough
};

/// What was done and is on file: a talk, a hearing, a decision.
struct SeenArtefact {
    std::string id;
    std::string slot;
    Time on;                                 ///< midnight of the day
    std::vector<std::string> organisations;  ///< of the people named in it
};

struct SeenIssue {
    std::string id;
    std::string description;
};

/// For which measures the project needs a function.
struct SeenUse {
    std::string function;
    std::vector<std::string> measures;
};

/// The project's money by months from `first`, in 千円, as planned. All of one length; empty: there
/// is no plan.
struct SeenMoney {
    CalendarMonth first;
    std::vector<double> grants;
    std::vector<double> own;   ///< all other receipts
    std::vector<double> cost;  ///< what goes out, as a positive number
    std::vector<double> cash;  ///< at the month's end, with what was at hand

    [[nodiscard]] CalendarMonth end() const {
        return {first.number + static_cast<int>(cost.size())};
    }
};

/// Somebody who reads entities of a type: by a subscription, a key, another project.
struct SeenReader {
    std::string type;          ///< expanded
    std::string id;            ///< of the subscription, key or project
    std::string organisation;  ///< empty: not known
    std::optional<Time> last;  ///< when they read last; nothing: it is a standing order
};

/// What the system knows of a project and the causes that may threaten it. What is empty is not
/// there, which is a fact; an optional without a value could not be looked at.
struct ProjectFacts {
    std::string id;
    std::string title;
    std::string owner;  ///< organisation
    std::string purpose;
    std::string solution;
    std::vector<std::string> layers;     ///< device, network, middle, application
    std::vector<std::string> functions;  ///< of the seven
    std::vector<SeenUse> uses;
    std::vector<std::string> measures;
    std::vector<std::string> device_types;  ///< expanded
    std::optional<Time> grant_ends;         ///< midnight of the grant's last day

    std::string issue_id;            ///< empty: it names none
    std::optional<SeenIssue> issue;  ///< nothing where none is named, or it could not be looked at
    std::optional<std::vector<SeenPerson>> people;
    std::optional<std::vector<SeenStage>> stages;
    std::optional<std::vector<SeenArtefact>> artefacts;
    std::optional<std::vector<SeenDevice>> devices;
    std::optional<std::vector<SeenLink>> links;
    std::optional<std::vector<RegisterAsset>> assets;
    std::optional<SeenMoney> money;
    std::optional<std::vector<SeenReader>> readers;
    std::optional<Time> readers_from;  ///< since when readers are counted; nothing: ever since
};

}  // namespace musubi
