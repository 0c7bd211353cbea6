#pragma once

#include "trust/people/person.h"

namespace musubi {

/// True where people can be given the role; services alone have the rest.
[[nodiscard]] bool is_given(Role role);
/// An auditor or the independent body: whom an operator can not overrule.
[[nodiscard]] bool is_independent(Role role);

/// Whether the grant's own time lasts at `now`. What was lent also needs the lender's grant:
/// People::holds.
[[nodiscard]] inline bool is_within_time(const Grant& grant, Time now) {
    return !grant.until || now < *grant.until;
}
/// True for an operator of the installation: of the default tenant, not of some types or scopes
/// alone. They may act in any tenant.
[[nodiscard]] bool operates_all(const Caller& caller);
/// Who watches the whole installation: an independent body or an auditor of the default tenant, not
/// of some types or scopes alone. They look into any tenant.
[[nodiscard]] bool watches_all(const Caller& caller);
/// True where the grant makes somebody the independent body of `tenant` for good and in their own
/// right; that of the installation is that of each tenant.
[[nodiscard]] bool watches_for_good(const Grant& grant, std::string_view tenant);
/// An operator of the whole installation, for good and in their own right: one of them stays.
[[nodiscard]] bool operates_installation(const Grant& grant);

/// Whether the caller is the operator of `tenant`, without limits. An operator of the default
/// tenant who named no other is one of all. Fails: Forbidden.
Result<void> need_operator_of(const Caller& caller, std::string_view tenant);

/// Whether the caller may give this grant: nobody gives more than they have. Operators give any
/// role; a data owner those below their own, within their types. The independent body is named by
/// an operator only where it is not `watched` yet (People::is_watched), and without an end;
/// afterwards by itself, which is people, no key. Fails: Forbidden.
Result<void> may_give(const Caller& caller, const Grant& grant, bool watched);
/// Whether the caller may take it away: an operator, or who gave it; an independent role only who
/// is the independent body, while it lasts. Fails: Forbidden.
Result<void> may_take(const Caller& caller, const Grant& grant, Time now);
/// Whether the caller may change the person (disable, rename, remove, let them choose another
/// password): the operator of all tenants they have a role in; where one of the roles is
/// independent, the independent body. Fails: Forbidden.
Result<void> may_manage(const Caller& caller, const Person& person, Time now);
/// Whether the caller may know of the person: shares a tenant with them that the caller answers
/// for, or is the person.
[[nodiscard]] bool may_see(const Caller& caller, const Person& person);

/// Nobody is watched by themselves: one person is not operator and independent in the same tenant.
/// Fails: Conflict.
Result<void> check_separate(const Person& person, const Grant& grant, Time now);

/// What grants of one tenant let do together.
struct Combined {
    Role role = Role::Citizen;
    std::shared_ptr<const AccessFilter> access;
};
/// Of the strongest role; the types, or the scopes, of all its grants together: where they differ
/// in both, the first given alone. Takes at least one.
[[nodiscard]] Combined combine(const std::vector<const Grant*>& grants);

/// The subject of a person (Caller::subject).
[[nodiscard]] std::string person_subject(std::string_view id);
/// Their id; empty where the subject is no person.
[[nodiscard]] std::string_view person_of(std::string_view subject);

}  // namespace musubi
