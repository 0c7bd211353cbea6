#pragma once

#include <string>
#include <vector>

#include "trust/policies/policy.h"

namespace musubi {

/// What a text of policies says that its author may not have meant. It is taken all the same.
struct PolicyWarning {
    std::vector<std::string> policies;  ///< ids of those it is about
    std::string ja;
    std::string en;
};

/// The most warnings that one text is given.
inline constexpr std::size_t kMaxPolicyWarnings = 100;

/// Permissions that let nobody do anything of some action, since a prohibition forbids the same, or
/// more, to the same people, or more of them: prohibitions win. In the order of the text.
[[nodiscard]] std::vector<PolicyWarning> find_contradictions(const PolicySet& set);

}  // namespace musubi
