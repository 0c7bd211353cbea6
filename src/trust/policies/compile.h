#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "trust/policies/policy.h"

namespace musubi {

/// What policies say of one caller, and how long that holds: times of policies begin and end.
struct Compiled {
    std::shared_ptr<const Governance> governance;  ///< null: nothing is said of anybody
    std::optional<Time> until;                     ///< none: until the policies change
};

/// What is left to a caller of a permission with a limit.
struct UsesLeft {
    std::uint64_t times = 0;
    std::optional<Time> anew;  ///< when it is counted anew; nothing: never
};
using AskUsesLeft = std::function<UsesLeft(const Policy&)>;

/// What the policies leave a caller (tenant, subject, role, organisation, assurance, purpose and
/// ground as they state them) at `now`. A constraint that can not be told counts against them: a
/// permission that asks for a purpose where none is stated does not apply, a prohibition does, and
/// a permission with a limit is for single requests (Caller::counted). `left` (null: all of it)
/// says what is left of those.
[[nodiscard]] Compiled compile(const PolicySet& set, const Caller& caller, Time now,
                               const AskUsesLeft& left = nullptr);
/// Whether the policy is about the caller, with what they state, at `now`; uses are not asked.
[[nodiscard]] bool applies(const Policy& policy, const Caller& caller, Time now);

/// True where what the caller states is enough to use data of this personal type: a purpose, and a
/// ground that fits it; `within-purpose` for a purpose it was collected for.
[[nodiscard]] bool has_ground(const PersonalType& personal, const Caller& caller);

}  // namespace musubi
