#include "trust/authority.h"

#include <algorithm>

#include "store/tenants.h"
#include "trust/machines/access_tokens.h"
#include "trust/machines/machines.h"
#include "trust/people/grant.h"
#include "trust/people/people.h"
#include "trust/people/sessions.h"

namespace musubi {

namespace {

// What is new takes nothing away; a key or a sign-in that goes does, and so may whatever is done to
// a person's roles or to policies.
bool takes_away(const RecordChange& record) {
    if (record.kind == Keys::kKind || record.kind == Sessions::kKind ||
        record.kind == Machines::kKind) {
        return !record.value;
    }
    return record.kind == People::kKind || record.kind == Policies::kKind ||
           record.kind == Policies::kHaltKind;
}

}  // namespace

void Authority::follow(Store& store) {
    store.add_projection(*this);
    store.set_gate({.still = [this](const Caller& caller) { return still(caller); },
                    .kinds = {Keys::kKind, Machines::kKind, Sessions::kKind, People::kKind,
                              Policies::kKind, Policies::kHaltKind}});
}

void Authority::apply(const Change* /*change*/, const std::vector<RecordChange>& records) {
    if (std::none_of(records.begin(), records.end(), takes_away)) return;
    rights_.fetch_add(1, std::memory_order_acq_rel);
}

void Authority::erase_tenant(TenantId /*tenant*/) {
    rights_.fetch_add(1, std::memory_order_acq_rel);
}

Result<void> Authority::still(const Caller& caller) const {
    if (caller.rights == 0 || caller.rights == rights()) return {};
    const auto now = access(caller);
    if (now == nullptr) {
        return Error{ErrorCode::Unauthorized,
                     "what you may do here was taken away while this was under way"};
    }
    if (caller.access != nullptr && now->reaches_as(*caller.access)) return {};
    return Error{ErrorCode::Forbidden,
                 "what you may do here has changed while this was under way; ask again"};
}

Result<Caller> Authority::authenticate(std::string_view token, std::string_view thumbprint) const {
    const std::uint64_t before = rights();
    if (tokens_ == nullptr || !token.starts_with(AccessTokens::kPrefix)) {
        auto caller = keys_.authenticate(token);
        if (caller) caller->rights = before;
        return caller;
    }
    const std::string machine = TRY(tokens_->find(token, thumbprint, clock_->monotonic()));
    return authenticate_machine(machine);
}

Result<Caller> Authority::authenticate_machine(std::string_view id) const {
    const std::uint64_t before = rights();
    auto caller = machines_ == nullptr ? std::nullopt : machines_->caller(id);
    if (!caller) {
        return Error{ErrorCode::Unauthorized, "the machine was removed, or its end has come"};
    }
    machines_->note_use(id);
    caller->rights = before;
    return std::move(*caller);
}

Result<Authority::SignedIn> Authority::authenticate_session(std::string_view token,
                                                            std::string_view tenant) const {
    const Error over{ErrorCode::Unauthorized, "you are not signed in, or no longer; sign in"};
    if (sessions_ == nullptr) return over;
    const Time now = clock_->now();
    const std::uint64_t before = rights();
    auto session = sessions_->find(token, now);
    if (!session) return over;
    auto caller = people_->caller(session->person, tenant, now);
    if (!caller) return over;
    caller->assurance = std::to_string(session->assurance);
    caller->session = session->id;
    caller->rights = before;
    return SignedIn{std::move(*caller), std::make_shared<const Session>(std::move(*session))};
}

std::optional<Caller> Authority::caller_of(std::string_view subject,
                                           std::string_view tenant) const {
    const std::string_view person = person_of(subject);
    if (!machine_of(subject).empty()) {
        return machines_ == nullptr ? std::nullopt : machines_->bearer(subject);
    }
    if (person.empty()) return keys_.bearer(subject);
    if (people_ == nullptr) return std::nullopt;
    return people_->caller(person, tenant, clock_->now());
}

Result<std::optional<Time>> Authority::reach_of(const Caller& caller) const {
    if (machines_ != nullptr && !machine_of(caller.subject).empty()) {
        return machines_->end_of(caller.subject);
    }
    const std::string_view person = person_of(caller.subject);
    if (person.empty()) return keys_.end_of(caller.subject);
    const auto own = people_->own_right(person, caller, clock_->now());
    if (own) return own->until;
    return Error{
        ErrorCode::Forbidden,
        "what is lent is not given on: who lent it decides on roles, keys and invitations"};
}

Result<void> Authority::may_pass_on(const Caller& caller, const std::optional<Time>& until) const {
    const std::optional<Time> own = TRY(reach_of(caller));
    if (!own || (until && *until <= *own)) return {};
    return Error{ErrorCode::Forbidden,
                 "nobody gives more than they have: state an end, at the latest " + to_iso(*own) +
                     ", when your own right ends",
                 "/until"};
}

void Authority::admit(Caller& caller) const { caller.access = policies_.bound(caller); }

std::optional<Caller> Authority::standing(const Caller& caller) const {
    Caller now = caller;
    if (!caller.session.empty() && !sessions_->lasts(caller.session, clock_->now())) {
        return std::nullopt;
    }
    const bool is_person = !person_of(caller.subject).empty();
    const bool is_machine = !machine_of(caller.subject).empty();
    if (!is_person && !is_machine && !caller.subject.starts_with("key:")) {
        now.access = std::make_shared<const AccessFilter>(access_of(caller.role));
        return now;
    }
    const auto inner = InnerTenant::parse(caller.tenant);
    const std::string_view tenant = inner ? inner->owner : std::string_view(caller.tenant);
    const auto known = caller_of(caller.subject, tenant);
    if (!known) return std::nullopt;
    const bool reaches = known->tenant == tenant || operates_all(*known) || watches_all(*known);
    if (is_person && !reaches) return std::nullopt;
    now.role = known->role;
    now.organisation = known->organisation;
    now.access = known->access;
    return now;
}

std::shared_ptr<const AccessFilter> Authority::access(const Caller& caller) const {
    auto now = standing(caller);
    if (!now) return nullptr;
    admit(*now);
    return now->access;
}

}  // namespace musubi
