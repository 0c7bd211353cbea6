#pragma once

#include <string_view>

#include "model/access/governance.h"

namespace musubi {

/// Whether the policies let the caller do this with the entity. Fails: Forbidden, naming the policy
/// to those who may know.
Result<void> by_policy(const Caller& caller, AccessAction action, const Entity& entity);
/// Whether nothing but the missing purpose and ground of a personal type refuses.
[[nodiscard]] bool lacks_ground(const Governance::Verdict& verdict);
/// The same of one attribute, by the verdict on its entity.
Result<void> by_policy(const Caller& caller, const Governance::Verdict& verdict,
                       std::string_view attribute);

/// Refuses an Individual Number, which is not kept here. Fails: BadRequest, naming the attribute.
Result<void> no_my_number(const Caller& caller, const std::vector<std::string>& types,
                          const Attribute& attribute);

}  // namespace musubi
