#pragma once

#include "trust/keys.h"

namespace musubi {

/// The one place that says who somebody is and what they may do now. Any thread.
class Authority {
public:
    /// It must outlive this.
    explicit Authority(const Keys& keys) : keys_{keys} {}

    /// Who bears this token, in the tenant that is theirs; `admit` says what it lets them do.
    /// Fails: Unauthorized.
    Result<Caller> authenticate(std::string_view token) const;
    /// Gives the caller what they may do in `caller.tenant`, now and for the purpose they state.
    void admit(Caller& caller) const;
    /// What a subject (Caller::subject) may do now in a tenant; null where the key was taken away.
    /// For what is done later on behalf of a caller. `role`: of a service, or of who came without a
    /// key (`serve --open`).
    [[nodiscard]] std::shared_ptr<const AccessFilter> access(std::string_view subject, Role role,
                                                             std::string_view tenant) const;

    /// The same of one who asked earlier, with what they stated then.
    [[nodiscard]] std::shared_ptr<const AccessFilter> access(const Caller& caller) const;

private:
    const Keys& keys_;
};

}  // namespace musubi
