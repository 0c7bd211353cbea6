#pragma once

#include "trust/keys.h"
#include "trust/policies/policies.h"

namespace musubi {

/// The one place that says who somebody is and what they may do now. Any thread.
class Authority {
public:
    /// Both must outlive it.
    Authority(const Keys& keys, const Policies& policies) : keys_{keys}, policies_{policies} {}

    /// Who bears this token, in the tenant that is theirs; `admit` says what policies leave them.
    /// Fails: Unauthorized.
    Result<Caller> authenticate(std::string_view token) const;
    /// Leaves the caller what the policies of `caller.tenant` let them do now, for the purpose and
    /// on the ground that they state.
    void admit(Caller& caller) const;
    /// What somebody who asked earlier, with what they stated then, may do now; null where their
    /// key was taken away. For what is done later on behalf of a caller: of a service, and of who
    /// came without a key (`serve --open`), by the role.
    [[nodiscard]] std::shared_ptr<const AccessFilter> access(const Caller& caller) const;

    /// The same before policies: with their role and what it lets them do; nothing where their key
    /// was taken away.
    [[nodiscard]] std::optional<Caller> standing(const Caller& caller) const;

private:
    const Keys& keys_;
    const Policies& policies_;
};

}  // namespace musubi
