#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "project/diagnosis/project_facts.h"
#include "project/finance/money_plan.h"
#include "store/store.h"

namespace musubi {

/// What of a project is no entity, and comes from elsewhere.
struct DiagnosisInputs {
    Time now;
    ContextPtr context = core_context();    ///< by which a project names the types of its terminals
    const MoneyPlan* money = nullptr;       ///< null: there is none
    std::size_t alternative = 0;            ///< of the plan
    bool may_see_money = true;              ///< false: whether there is one is not known
    const AssetRegister* assets = nullptr;  ///< null: not known
    /// Who reads the project's types; nothing: not known.
    std::optional<std::vector<SeenReader>> readers = {};
    std::optional<Time> readers_from = {};  ///< since when that is counted; nothing: ever since
    /// Told of each entity that the facts are made of, for whoever keeps a journal of looks.
    std::function<void(const EntityPtr&)> reads = nullptr;
};

/// What is read at most, of one kind for one project. What is beyond is left out.
inline constexpr std::size_t kMaxSeenDevices = 2'000;
inline constexpr std::size_t kMaxSeenOfLoop = 2'000;  ///< participants; stages; artefacts
inline constexpr std::size_t kMaxSeenLinks = 200;

/// The facts of a project as the caller may see them (docs/diagnosis.md says from what). `project`
/// is the id of its entity. Of the loop only entities that Musubi guards count ("projects");
/// terminals and links are anybody's data. What the caller's rights hide in part counts as not
/// seen: nothing is found because somebody may not see it.
/// Fails: NotFound where there is no such project; NoTenant, Io, Corrupt.
Result<ProjectFacts> gather_facts(const Store& store, const Caller& caller,
                                  const std::string& project, const DiagnosisInputs& inputs);

}  // namespace musubi
