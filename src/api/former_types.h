#pragma once

#include "api/call.h"

namespace musubi {

/// What leaves with the history of an entity: it, with the types that it had when parts of what is
/// shown were recorded as well, so that what was personal then is recorded as such. The same
/// pointer where there are none, or nothing would be recorded. Fails: Io, Corrupt.
Result<EntityPtr> with_former_types(const App& app, const ApiCall& call, EntityPtr entity);

}  // namespace musubi
