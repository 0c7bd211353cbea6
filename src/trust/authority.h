#pragma once

#include <atomic>

#include "base/clock.h"
#include "trust/keys.h"
#include "trust/policies/policies.h"

namespace musubi {

class AccessTokens;
class Machines;
class People;
class Sessions;
struct Session;

/// The one place that says who somebody is and what they may do now. A projection of what others
/// keep: what is taken away does not hold at the next request, and what was begun before is held
/// against it once more (`still`). Any thread.
class Authority final : public Projection {
public:
    /// Both must outlive it.
    Authority(const Keys& keys, const Policies& policies) : keys_{keys}, policies_{policies} {}
    /// People are known as well from then on. All must outlive it; before anybody asks.
    void know_people(const People& people, const Sessions& sessions, const Clock& clock) {
        people_ = &people;
        sessions_ = &sessions;
        clock_ = &clock;
    }

    /// Machines are known as well from then on. All must outlive it; before anybody asks.
    void know_machines(const Machines& machines, const AccessTokens& tokens, const Clock& clock) {
        machines_ = &machines;
        tokens_ = &tokens;
        clock_ = &clock;
    }

    /// Follows changes of rights from then on, after those that keep them, and holds each command
    /// against them. Before anybody asks.
    void follow(Store& store);

    /// Who bears this key or access token, in the tenant that is theirs; `admit` says what policies
    /// leave them. `thumbprint`: SHA-256 of the certificate of the connection; empty: none.
    /// Fails: Unauthorized.
    Result<Caller> authenticate(std::string_view token, std::string_view thumbprint = {}) const;
    /// The machine that proved itself by the certificate of its connection. Counts as use.
    /// Fails: Unauthorized where it was taken away or its end has come.
    Result<Caller> authenticate_machine(std::string_view id) const;
    /// Who is signed in by the token of a session, in `tenant` where they have a role there, else
    /// in one that is theirs. Fails: Unauthorized.
    struct SignedIn {
        Caller caller;
        std::shared_ptr<const Session> session;
    };
    Result<SignedIn> authenticate_session(std::string_view token, std::string_view tenant) const;
    /// The caller of a subject ("key:ID", "machine:ID", "person:ID") as they are now, in `tenant`
    /// or one of theirs. Nothing where they are gone.
    [[nodiscard]] std::optional<Caller> caller_of(std::string_view subject,
                                                  std::string_view tenant) const;
    /// How long the right lasts by which the caller decides on the rights of others; nothing: for
    /// good. Fails: Forbidden where they have it lent: who lent it decides.
    Result<std::optional<Time>> reach_of(const Caller& caller) const;
    /// Nobody gives what lasts longer than what they have, and what is lent is not given on.
    /// `until`: the end of what is given; nothing: it has none. Fails: Forbidden.
    Result<void> may_pass_on(const Caller& caller, const std::optional<Time>& until) const;
    /// Leaves the caller what the policies of `caller.tenant` let them do now, for the purpose and
    /// on the ground that they state.
    void admit(Caller& caller) const;
    /// What somebody who asked earlier, with what they stated then, may do now; null where their
    /// key was taken away, or their role in the tenant. For what is done later on behalf of a
    /// caller: of a service, and of who came without a key (`serve --open`), by the role.
    [[nodiscard]] std::shared_ptr<const AccessFilter> access(const Caller& caller) const;

    /// Counts what was taken away from anybody, or may have been. A caller remembers it
    /// (Caller::rights).
    [[nodiscard]] std::uint64_t rights() const { return rights_.load(std::memory_order_acquire); }
    /// Whether what the caller might do when they asked is what they may do now. For whoever acts
    /// or answers later than at once. Fails: Unauthorized (it was taken away, or their sign-in has
    /// ended), Forbidden (it is another now: let them ask again).
    Result<void> still(const Caller& caller) const;

    void apply(const Change* change, const std::vector<RecordChange>& records) override;
    void erase_tenant(TenantId tenant) override;

    /// The same before policies: with their role and what it lets them do; nothing where their key
    /// was taken away, or their role in the tenant.
    [[nodiscard]] std::optional<Caller> standing(const Caller& caller) const;

private:
    const Keys& keys_;
    const Policies& policies_;
    const People* people_ = nullptr;
    const Sessions* sessions_ = nullptr;
    const Machines* machines_ = nullptr;
    const AccessTokens* tokens_ = nullptr;
    const Clock* clock_ = nullptr;
    std::atomic<std::uint64_t> rights_{1};
};

}  // namespace musubi
