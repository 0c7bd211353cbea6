#pragma once

#include <functional>
#include <vector>

#include "trust/policies/policy.h"
#include "trust/policies/use_tally.h"

namespace musubi {

/// What somebody would gain or lose by a change of policies.
struct DryRunLine {
    enum class Reach : std::uint8_t { Nothing, Part, All };
    Use use;
    std::uint64_t times = 0;  ///< how often it was done in the last month
    Reach before = Reach::All;
    Reach after = Reach::All;
    /// Read, where the type is there: of so many entities that were looked at, how many were and
    /// would be shown; and attributes (expanded) that would be shown otherwise than now.
    std::size_t entities = 0;
    std::size_t shown_before = 0;
    std::size_t shown_after = 0;
    std::vector<std::string> attributes;
};

/// Tries both filters of a caller on entities of a type: lines are made where they differ.
struct DryRunner {
    /// The filter of a use's subject under the policies in force, and under the proposed ones;
    /// null: the subject is no more.
    std::function<std::shared_ptr<const AccessFilter>(const Use&)> before;
    std::function<std::shared_ptr<const AccessFilter>(const Use&)> after;
    /// Some entities of a type ("*": of any), as they are.
    std::function<Result<std::vector<std::shared_ptr<const Entity>>>(const std::string&)> sample;
};
/// The uses that would come out otherwise. Fails: as `sample`.
Result<std::vector<DryRunLine>> dry_run(const std::vector<std::pair<Use, std::uint64_t>>& uses,
                                        const DryRunner& runner);

}  // namespace musubi
