#pragma once

#include "base/clock.h"
#include "trust/keys.h"
#include "trust/policies/policies.h"

namespace musubi {

class People;
class Sessions;
struct Session;

/// The one place that says who somebody is and what they may do now. Any thread.
class Authority {
public:
    /// Both must outlive it.
    Authority(const Keys& keys, const Policies& policies) : keys_{keys}, policies_{policies} {}
    /// People are known as well from then on. All must outlive it; before anybody asks.
    void know_people(const People& people, const Sessions& sessions, const Clock& clock) {
        people_ = &people;
        sessions_ = &sessions;
        clock_ = &clock;
    }

    /// Who bears this token, in the tenant that is theirs; `admit` says what policies leave them.
    /// Fails: Unauthorized.
    Result<Caller> authenticate(std::string_view token) const;
    /// Who is signed in by the token of a session, in `tenant` where they have a role there, else
    /// in one that is theirs. Fails: Unauthorized.
    struct SignedIn {
        Caller caller;
        std::shared_ptr<const Session> session;
    };
    Result<SignedIn> authenticate_session(std::string_view token, std::string_view tenant) const;
    /// The caller of a subject ("key:ID", "person:ID") as they are now, in `tenant` or one of
    /// theirs. Nothing where they are gone.
    [[nodiscard]] std::optional<Caller> caller_of(std::string_view subject,
                                                  std::string_view tenant) const;
    /// Leaves the caller what the policies of `caller.tenant` let them do now, for the purpose and
    /// on the ground that they state.
    void admit(Caller& caller) const;
    /// What somebody who asked earlier, with what they stated then, may do now; null where their
    /// key was taken away, or their role in the tenant. For what is done later on behalf of a
    /// caller: of a service, and of who came without a key (`serve --open`), by the role.
    [[nodiscard]] std::shared_ptr<const AccessFilter> access(const Caller& caller) const;

    /// The same before policies: with their role and what it lets them do; nothing where their key
    /// was taken away, or their role in the tenant.
    [[nodiscard]] std::optional<Caller> standing(const Caller& caller) const;

private:
    const Keys& keys_;
    const Policies& policies_;
    const People* people_ = nullptr;
    const Sessions* sessions_ = nullptr;
    const Clock* clock_ = nullptr;
};

}  // namespace musubi
