#include "trust/authority.h"

namespace musubi {

Result<Caller> Authority::authenticate(std::string_view token) const {
    return keys_.authenticate(token);
}

void Authority::admit(Caller& /*caller*/) const {}

std::shared_ptr<const AccessFilter> Authority::access(std::string_view subject, Role role,
                                                      std::string_view /*tenant*/) const {
    if (subject.starts_with("key:")) return keys_.access(subject);
    return std::make_shared<const AccessFilter>(access_of(role));
}

std::shared_ptr<const AccessFilter> Authority::access(const Caller& caller) const {
    return access(caller.subject, caller.role, caller.tenant);
}

}  // namespace musubi
