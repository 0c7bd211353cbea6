#pragma once

#include <string>
#include <vector>

#include "trust/journal/verify_journal.h"
#include "trust/policies/policy_version.h"
#include "trust/signing/person_key.h"

namespace musubi {

/// The most bytes that a version has as it is told.
inline constexpr std::size_t kMaxPolicyFileBytes = 16U << 20U;

/// What people sign of a version: number, text, note (as SHA-256 in hex), who proposed it and when,
/// in that tenant. docs/policies.md has the format.
[[nodiscard]] Statement policy_statement(const PolicyVersion& version, std::string tenant);

/// What was found in a version that was taken from a server.
struct PolicyReport {
    PolicyVersion version;  ///< as far as the file tells: without its policies
    std::string tenant;
    std::vector<bool> valid;  ///< of each of its signatures
    std::vector<TwoTongues> faults;
    std::vector<TwoTongues> notes;  ///< what is worth knowing and breaks nothing
    [[nodiscard]] bool clean() const { return faults.empty(); }
};
/// Checks a version as GET /musubi/v1/policies/{number} tells it, alone: that it has the members
/// that it must and no others, that each signature holds by one of the keys, that who signed are
/// different people, and that its state follows from them. What nobody signs (`endedAt`, and the
/// state but for what follows) is a note.
/// Fails: BadRequest where it is no such version.
Result<PolicyReport> verify_policy_version(const Json& told, const std::vector<PersonKey>& keys);

}  // namespace musubi
