#pragma once

#include <string>

#include "cli/client.h"
#include "trust/policies/policy_signature.h"

namespace musubi {

// The policies of a tenant, on a running server. All return an exit code.
int list_policies(const ServerAccess& access);
/// A version's text, or the same as a Set of ODRL 2.2.
int show_policies(const ServerAccess& access, const std::string& number, bool odrl);
int propose_policies(const ServerAccess& access, const std::string& file, const std::string& note);
/// Who would gain or lose what, of the uses of the last month.
int try_policies(const ServerAccess& access, const std::string& file);
/// `what`: "sign" or "withdraw".
int decide_policies(const ServerAccess& access, const std::string& number, const std::string& what);
/// What a subject (empty: the key itself) may do with an entity, and why.
int explain_access(const ServerAccess& access, const std::string& entity, const std::string& action,
                   const std::string& subject);

/// `musubi policy verify`: works alone, on a version as GET /musubi/v1/policies/{number} tells it
/// and the list of GET /musubi/v1/signing-keys.
int verify_policy_file(const std::string& file, const std::string& keys,
                       const std::string& language);
/// What was found, for people.
[[nodiscard]] std::string to_text(const PolicyReport& report, bool japanese);

}  // namespace musubi
