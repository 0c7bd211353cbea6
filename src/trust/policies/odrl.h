#pragma once

#include "base/json.h"
#include "trust/policies/policy_version.h"

namespace musubi {

/// A version of the policies as a Set of ODRL 2.2 (JSON-LD; W3C Recommendation of 15 February
/// 2018), in the bounded profile of docs/policies.md: assets are refined by type, scope, q and
/// geometry, parties by role and organisation; what is coarser is a duty of its permission.
[[nodiscard]] Json to_odrl(const PolicyVersion& version);

}  // namespace musubi
