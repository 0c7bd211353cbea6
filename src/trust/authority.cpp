#include "trust/authority.h"

#include "store/tenants.h"
#include "trust/people/grant.h"
#include "trust/people/sessions.h"

namespace musubi {

Result<Caller> Authority::authenticate(std::string_view token) const {
    return keys_.authenticate(token);
}

Result<Authority::SignedIn> Authority::authenticate_session(std::string_view token,
                                                            std::string_view tenant) const {
    const Error over{ErrorCode::Unauthorized, "you are not signed in, or no longer; sign in"};
    if (sessions_ == nullptr) return over;
    const Time now = clock_->now();
    auto session = sessions_->find(token, now);
    if (!session) return over;
    auto caller = people_->caller(session->person, tenant, now);
    if (!caller) return over;
    return SignedIn{std::move(*caller), std::make_shared<const Session>(std::move(*session))};
}

std::optional<Caller> Authority::caller_of(std::string_view subject,
                                           std::string_view tenant) const {
    const std::string_view person = person_of(subject);
    if (person.empty()) return keys_.bearer(subject);
    if (people_ == nullptr) return std::nullopt;
    return people_->caller(person, tenant, clock_->now());
}

void Authority::admit(Caller& caller) const { caller.access = policies_.bound(caller); }

std::optional<Caller> Authority::standing(const Caller& caller) const {
    Caller now = caller;
    const bool is_person = !person_of(caller.subject).empty();
    if (!is_person && !caller.subject.starts_with("key:")) {
        now.access = std::make_shared<const AccessFilter>(access_of(caller.role));
        return now;
    }
    const auto inner = InnerTenant::parse(caller.tenant);
    const std::string_view tenant = inner ? inner->owner : std::string_view(caller.tenant);
    const auto known = caller_of(caller.subject, tenant);
    if (!known) return std::nullopt;
    const bool of_all = known->tenant.empty() && known->role == Role::Operator;
    if (is_person && known->tenant != tenant && !of_all) return std::nullopt;
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
