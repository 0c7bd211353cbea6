#include "trust/authority.h"

namespace musubi {

Result<Caller> Authority::authenticate(std::string_view token) const {
    return keys_.authenticate(token);
}

void Authority::admit(Caller& caller) const { caller.access = policies_.bound(caller); }

std::optional<Caller> Authority::standing(const Caller& caller) const {
    Caller now = caller;
    if (caller.subject.starts_with("key:")) {
        const auto bearer = keys_.bearer(caller.subject);
        if (!bearer) return std::nullopt;
        now.role = bearer->role;
        now.access = bearer->access;
    } else {
        now.access = std::make_shared<const AccessFilter>(access_of(caller.role));
    }
    return now;
}

std::shared_ptr<const AccessFilter> Authority::access(const Caller& caller) const {
    auto now = standing(caller);
    if (!now) return nullptr;
    admit(*now);
    return now->access;
}

}  // namespace musubi
