#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "trust/policies/policy.h"
#include "trust/signing/person_key.h"

namespace musubi {

/// One text of policies on its way: proposed, signed by two people, in force, then a former one.
/// None is ever changed or deleted; to go back is to propose a former text again.
struct PolicyVersion {
    enum class State : std::uint8_t { Proposed = 0, InForce = 1, Former = 2, Withdrawn = 3 };
    std::uint32_t number = 0;  ///< from 1, in the tenant
    State state = State::Proposed;
    std::string text;  ///< as it was proposed
    std::string note;  ///< why
    PolicySet set;
    std::string proposed_by;  ///< the subject: a person, or a key
    Time proposed_at;
    /// What policy_statement says of it, by people; without a key where they had none yet.
    std::vector<PersonSignature> signatures;
    std::optional<Time> in_force_at;
    std::optional<Time> ended_at;
};
[[nodiscard]] std::string_view name_of(PolicyVersion::State state);

[[nodiscard]] std::string encode(const PolicyVersion& version);
/// Fails: Corrupt.
Result<PolicyVersion> decode_policy_version(std::string_view bytes);

}  // namespace musubi
