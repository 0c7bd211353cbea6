#pragma once

#include "api/call.h"
#include "trust/policies/policies.h"

/// What people see of what is held about themselves, and of who looked (docs/citizens.md).
namespace musubi {

/// Who asks about their own data, in a tenant where they have a role.
struct OwnAsker {
    std::string id;  ///< of the person
    /// Them as readers of their own data: purpose and ground, and what the policies permit for it.
    Caller caller;
    std::shared_ptr<const PolicySet> set;  ///< in force; null: none
};
/// Fails: Forbidden (a key, a role in no tenant or in another).
Result<OwnAsker> own_asker(const App& app, const ApiCall& call);

/// Link to where the list goes on (RFC 8288).
void add_next_link(HttpResponse& response, const std::string& path);

}  // namespace musubi
