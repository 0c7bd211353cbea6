#include "store/policy_check.h"

#include "model/my_number.h"

namespace musubi {
namespace {

// What refuses, for those who may know.
std::string named(const Caller& caller, const Governance::Verdict& verdict) {
    if (!caller.access->may_know_why) return {};
    if (verdict.because().empty()) return " (no policy permits it)";
    return " (policy " + verdict.because().front()->policy + ")";
}

// The prohibition that stands for purpose and ground (trust/policies/compile.cpp).
constexpr std::string_view kPersonal = "personal";

}  // namespace

bool lacks_ground(const Governance::Verdict& verdict) {
    if (verdict.passes() || verdict.because().empty()) return false;
    const AccessRule& rule = *verdict.because().front();
    return !rule.permits && rule.policy == kPersonal && rule.actions.all() &&
           rule.types.size() == 1 && !rule.is_conditional();
}

Result<void> by_policy(const Caller& caller, AccessAction action, const Entity& entity) {
    if (caller.access->governance == nullptr) return {};
    const auto verdict = caller.access->governance->decide(action, entity);
    if (verdict.passes()) return {};
    if (lacks_ground(verdict)) {
        return Error{ErrorCode::Forbidden,
                     "the type is personal: state the purpose and the ground of this use with the "
                     "headers Musubi-Purpose and Musubi-Ground",
                     entity.id};
    }
    const char* what = action == AccessAction::Delete
                           ? "a policy does not let you delete this entity"
                           : "a policy does not let you change this entity";
    return Error{ErrorCode::Forbidden, what + named(caller, verdict), entity.id};
}

Result<void> by_policy(const Caller& caller, const Governance::Verdict& verdict,
                       std::string_view attribute) {
    if (!verdict.hides(attribute)) return {};
    return Error{ErrorCode::Forbidden,
                 "a policy does not let you change this attribute" + named(caller, verdict),
                 std::string(attribute)};
}

Result<void> no_my_number(const Caller& caller, const std::vector<std::string>& types,
                          const Attribute& attribute) {
    if (caller.role == Role::Service || !holds_my_number(attribute)) return {};
    const bool excepted = caller.access->governance != nullptr &&
                          caller.access->governance->takes_twelve_digits(types);
    if (excepted) return {};
    return Error{ErrorCode::BadRequest,
                 "the text is an Individual Number (My Number), which is not kept here; leave it "
                 "out. Where twelve digits of this type are something else, the policies say so "
                 "under [my-number]",
                 attribute.name};
}

}  // namespace musubi
