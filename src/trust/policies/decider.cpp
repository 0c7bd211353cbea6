#include "trust/policies/decider.h"

#include <algorithm>
#include <map>

#include "trust/keys.h"

namespace musubi {
namespace {

/// One thing that a text says, with the types it is about.
struct Saying {
    std::string text;                // as it is kept
    std::vector<std::string> types;  // empty: all
};
using Sayings = std::map<std::string, Saying>;  // by what names it

Sayings sayings_of(const PolicySet& set) {
    Sayings out;
    const auto kept = [](PolicySet one) { return encode(one); };
    for (const Policy& policy : set.policies) {
        PolicySet one;
        one.policies = {policy};
        out.emplace(policy.id, Saying{kept(std::move(one)), policy.rule.types});
    }
    for (const PersonalType& personal : set.personal) {
        PolicySet one;
        one.personal = {personal};
        out.emplace("personal " + personal.type, Saying{kept(std::move(one)), {personal.type}});
    }
    for (const std::string& type : set.other_digits) {
        out.emplace("my-number " + type, Saying{type, {type}});
    }
    return out;
}

// What `one` says and `other` does not, or otherwise.
Result<void> check_difference(const Sayings& one, const Sayings& other,
                              const std::vector<std::string>& reach) {
    for (const auto& [name, saying] : one) {
        const auto same = other.find(name);
        if (same != other.end() && same->second.text == saying.text) continue;
        if (are_types_within(saying.types, reach)) continue;
        return Error{ErrorCode::Forbidden,
                     "'" + name +
                         "' is about more than the types you answer for: leave it as it "
                         "is in force"};
    }
    return {};
}

}  // namespace

bool decides_policies(Role role) {
    return role == Role::Operator || role == Role::DataOwner || role == Role::PrivacyOfficer;
}

Result<void> may_decide(const Caller& caller, const PolicySet* before, const PolicySet& after) {
    const bool decides = decides_policies(caller.role) && caller.access != nullptr;
    if (!decides || !caller.access->only_scopes.empty()) {
        return Error{ErrorCode::Forbidden,
                     "policies are proposed and signed by operators, data owners and privacy "
                     "officers who are not limited to scopes"};
    }
    if (caller.access->only_types.empty()) return {};
    const Sayings was = before == nullptr ? Sayings{} : sayings_of(*before);
    const Sayings becomes = sayings_of(after);
    TRY(check_difference(becomes, was, caller.access->only_types));
    return check_difference(was, becomes, caller.access->only_types);
}

}  // namespace musubi
