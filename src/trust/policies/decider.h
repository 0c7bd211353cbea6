#pragma once

#include "trust/policies/policy.h"

namespace musubi {

/// Whether the role proposes and signs policies: operators, data owners and privacy officers.
[[nodiscard]] bool decides_policies(Role role);
/// Whether the caller proposes, signs or withdraws that `after` takes the place of `before` (null:
/// none is in force). Who is limited to types decides on policies about these types alone, and who
/// is limited to scopes on none. Fails: Forbidden, naming what is beyond them.
Result<void> may_decide(const Caller& caller, const PolicySet* before, const PolicySet& after);

}  // namespace musubi
