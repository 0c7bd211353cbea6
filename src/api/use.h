#pragma once

#include "api/call.h"

namespace musubi {

/// Begins a use of data: refuses one of a personal type that states neither purpose nor ground, and
/// notes it for the dry runs of policies. `types`: as the request selects them; none: of any type.
/// `follows`: it also looks at what entities link to, of any type. Counts a use of permissions with
/// a limit. Fails: Forbidden, saying which headers are missing; MustWait, Busy, Io.
Result<void> begin_use(const App& app, const ApiCall& call, AccessAction action,
                       const std::optional<TypeSelection>& types, bool follows = false);
/// The same of one entity that was asked for by its id; `shown`: what is shown of it, null:
/// nothing. Fails: Forbidden as above where it is there and personal, NotFound where nothing is
/// shown.
Result<void> begin_use(const App& app, const ApiCall& call, std::string_view id,
                       const EntityPtr& shown);

/// Writes into the journal what leaves of personal data, before it does: which entities, for which
/// purpose, on which ground, who decided. Nothing where none of them is of a personal type.
/// Fails: Io: then nothing may leave.
Result<void> record_access(const App& app, const ApiCall& call,
                           const std::vector<EntityPtr>& entities);
/// The same of what leaves without a request: `way` says how.
Result<void> record_access(const App& app, const Caller& caller, TenantId owner,
                           std::string_view way, const std::vector<EntityPtr>& entities);

}  // namespace musubi
