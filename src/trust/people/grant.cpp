#include "trust/people/grant.h"

#include <algorithm>
#include <array>

#include "base/both_words.h"
#include "model/scope.h"
#include "trust/keys.h"

namespace musubi {
namespace {

constexpr std::string_view kSubjectPrefix = "person:";

// The strongest first: which role a person acts in who has several.
constexpr std::array kStrength{
    Role::Operator, Role::IndependentBody, Role::Auditor, Role::PrivacyOfficer, Role::DataOwner,
    Role::Member,   Role::Reviewer,        Role::Reader,  Role::Device,         Role::Citizen};

auto place_of(Role role) { return std::find(kStrength.begin(), kStrength.end(), role); }

// What a data owner gives: less than their own role.
bool is_below_data_owner(Role role) { return place_of(role) > place_of(Role::DataOwner); }

bool reaches(const Caller& caller, std::string_view tenant) {
    return caller.tenant.empty() || caller.tenant == tenant;
}

bool is_operator_of(const Caller& caller, std::string_view tenant) {
    return caller.access && caller.access->may_administer && caller.access->has_all_types() &&
           reaches(caller, tenant);
}

bool is_body_of(const Caller& caller, std::string_view tenant) {
    return caller.role == Role::IndependentBody && !person_of(caller.subject).empty() &&
           reaches(caller, tenant);
}

bool is_data_owner_of(const Caller& caller, std::string_view tenant) {
    return caller.role == Role::DataOwner && caller.tenant == tenant;
}

}  // namespace

bool is_given(Role role) { return place_of(role) != kStrength.end(); }

bool is_independent(Role role) { return role == Role::Auditor || role == Role::IndependentBody; }

bool operates_all(const Caller& caller) {
    return caller.tenant.empty() && caller.role == Role::Operator && caller.access != nullptr &&
           caller.access->has_all_types();
}

bool watches_all(const Caller& caller) {
    return caller.tenant.empty() && is_independent(caller.role) && caller.access != nullptr &&
           caller.access->has_all_types();
}

bool watches_for_good(const Grant& grant, std::string_view tenant) {
    return grant.role == Role::IndependentBody && !grant.until && !grant.lender &&
           (grant.tenant.empty() || grant.tenant == tenant);
}

bool operates_installation(const Grant& grant) {
    return grant.role == Role::Operator && grant.tenant.empty() && grant.only_types.empty() &&
           grant.only_scopes.empty() && !grant.until && !grant.lender;
}

Result<void> need_operator_of(const Caller& caller, std::string_view tenant) {
    if (is_operator_of(caller, tenant)) return {};
    return Error{ErrorCode::Forbidden,
                 both_texts("テナントの運用者だけができます", "this is for the tenant's operator")};
}

Result<void> may_give(const Caller& caller, const Grant& grant, bool watched) {
    if (!is_given(grant.role)) {
        return Error{ErrorCode::Forbidden,
                     both_texts("人に与える役割ではありません", "no person has this role"),
                     "/role"};
    }
    if (is_body_of(caller, grant.tenant) && is_independent(grant.role)) return {};
    if (grant.role == Role::IndependentBody && watched) {
        return Error{ErrorCode::Forbidden,
                     both_texts("独立した機関にほかのだれがなるかは、独立した機関が決めます",
                                "who else is the independent body is decided by the independent "
                                "body"),
                     "/role"};
    }
    if (grant.role == Role::IndependentBody && grant.until) {
        return Error{ErrorCode::Forbidden,
                     both_texts("独立した機関の役割に、運用者は終わりを付けられません",
                                "an operator names the independent body without an end"),
                     "/until"};
    }
    if (is_operator_of(caller, grant.tenant)) return {};
    const bool owner = is_data_owner_of(caller, grant.tenant) && is_below_data_owner(grant.role) &&
                       are_types_within(grant.only_types, caller.access->only_types) &&
                       are_within(grant.only_scopes, caller.access->only_scopes);
    if (owner) return {};
    return Error{ErrorCode::Forbidden, both_texts("だれも、自分が持つ以上のものは与えられません",
                                                  "nobody gives more than they have")};
}

Result<void> may_take(const Caller& caller, const Grant& grant, Time now) {
    if (is_independent(grant.role) && is_within_time(grant, now)) {
        if (is_body_of(caller, grant.tenant)) return {};
        return Error{ErrorCode::Forbidden,
                     both_texts("独立した人を解任できるのは、独立した機関だけです",
                                "who is independent is dismissed by the independent body alone")};
    }
    if (is_operator_of(caller, grant.tenant)) return {};
    if (is_data_owner_of(caller, grant.tenant) && grant.given_by == caller.subject) return {};
    return Error{ErrorCode::Forbidden,
                 both_texts("テナントの運用者か、与えた人だけができます",
                            "this is for the tenant's operator, or for who gave it")};
}

Result<void> may_manage(const Caller& caller, const Person& person, Time now) {
    if (person.grants.empty() && !is_operator_of(caller, "")) {
        return Error{ErrorCode::Forbidden,
                     both_texts("設置全体の運用者だけができます",
                                "this is for the operator of the installation")};
    }
    const auto watches = [&](const Grant& grant) {
        return is_independent(grant.role) && is_within_time(grant, now);
    };
    const bool independent = std::any_of(person.grants.begin(), person.grants.end(), watches);
    for (const Grant& grant : person.grants) {
        if (watches(grant)) {
            TRY(may_take(caller, grant, now));
        } else if (!independent && !is_operator_of(caller, grant.tenant)) {
            return Error{
                ErrorCode::Forbidden,
                both_texts(
                    "その人が役割を持つすべてのテナントの運用者だけができます",
                    "this is for the operator of each tenant that the person has a role in")};
        }
    }
    return {};
}

bool may_see(const Caller& caller, const Person& person) {
    if (person_of(caller.subject) == person.id) return true;
    const bool answers = is_operator_of(caller, caller.tenant) ||
                         is_body_of(caller, caller.tenant) || caller.role == Role::Auditor ||
                         caller.role == Role::PrivacyOfficer ||
                         is_data_owner_of(caller, caller.tenant);
    if (!answers) return false;
    if (caller.tenant.empty() &&
        (is_operator_of(caller, "") || caller.role == Role::IndependentBody)) {
        return true;
    }
    return std::any_of(person.grants.begin(), person.grants.end(),
                       [&](const Grant& grant) { return grant.tenant == caller.tenant; });
}

Result<void> check_separate(const Person& person, const Grant& grant, Time now) {
    const auto meet = [](const Grant& one, const Grant& other) {
        if (one.role != Role::Operator || !is_independent(other.role)) return false;
        return one.tenant.empty() || other.tenant.empty() || one.tenant == other.tenant;
    };
    for (const Grant& other : person.grants) {
        if (!is_within_time(other, now)) continue;
        if (meet(grant, other) || meet(other, grant)) {
            return Error{
                ErrorCode::Conflict,
                both_texts(
                    "運用者と独立した役割は、一人では兼ねられません。先にもう一方を外してください",
                    "one person is not both operator and independent: take the other role "
                    "away first")};
        }
    }
    return {};
}

namespace {

// All of several lists; nothing, which stands for all, where one of them is that.
std::vector<std::string> together(const std::vector<const Grant*>& grants,
                                  std::vector<std::string> Grant::*list) {
    std::vector<std::string> all;
    for (const Grant* grant : grants) {
        const std::vector<std::string>& own = grant->*list;
        if (own.empty()) return {};
        all.insert(all.end(), own.begin(), own.end());
    }
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
}

// True where what they reach is what their types, put together, are in their scopes, put together.
bool add_up(const std::vector<const Grant*>& grants) {
    const Grant& first = *grants.front();
    const auto same = [&](std::vector<std::string> Grant::*list) {
        return std::all_of(grants.begin(), grants.end(),
                           [&](const Grant* grant) { return grant->*list == first.*list; });
    };
    return same(&Grant::only_types) || same(&Grant::only_scopes);
}

}  // namespace

Combined combine(const std::vector<const Grant*>& grants) {
    const Grant* strongest = *std::min_element(
        grants.begin(), grants.end(),
        [](const Grant* a, const Grant* b) { return place_of(a->role) < place_of(b->role); });
    std::vector<const Grant*> alike;
    for (const Grant* grant : grants) {
        if (grant->role == strongest->role) alike.push_back(grant);
    }
    const auto whole = std::find_if(alike.begin(), alike.end(), [](const Grant* grant) {
        return grant->only_types.empty() && grant->only_scopes.empty();
    });
    if (whole != alike.end()) {
        alike = {*whole};
    } else if (!add_up(alike)) {
        alike.resize(1);  // else types of the one would be reached in scopes of the other
    }
    return {strongest->role, std::make_shared<const AccessFilter>(
                                 access_of(strongest->role, together(alike, &Grant::only_types),
                                           together(alike, &Grant::only_scopes)))};
}

std::string person_subject(std::string_view id) {
    return std::string(kSubjectPrefix) + std::string(id);
}

std::string_view person_of(std::string_view subject) {
    if (!subject.starts_with(kSubjectPrefix)) return {};
    return subject.substr(kSubjectPrefix.size());
}

}  // namespace musubi
