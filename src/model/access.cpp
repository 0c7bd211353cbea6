#include "model/access.h"

#include <algorithm>
#include <utility>

namespace musubi {

bool AccessFilter::covers(const std::vector<std::string>& types) const {
    if (only_types.empty()) return true;
    return std::any_of(types.begin(), types.end(), [&](const std::string& type) {
        return std::find(only_types.begin(), only_types.end(), type) != only_types.end();
    });
}

Caller service_caller(std::string tenant, std::string_view service) {
    auto access = std::make_shared<AccessFilter>();
    access->may_read = true;
    access->may_write = true;
    access->may_administer = true;
    Caller caller;
    caller.tenant = std::move(tenant);
    caller.subject = service;
    caller.role = Role::Service;
    caller.access = std::move(access);
    caller.guardian = service;
    return caller;
}

}  // namespace musubi
