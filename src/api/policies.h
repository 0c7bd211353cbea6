#pragma once

#include "api/call.h"

namespace musubi::api {

/// Fails: Forbidden unless the caller may know why something is refused.
Result<void> need_insight(const ApiCall& call);

/// Fails: Forbidden unless the caller operates the whole tenant or watches over it (auditors, the
/// independent body): for what tells how it is run. Those who watch change nothing of it.
Result<void> need_overview(const ApiCall& call);

}  // namespace musubi::api
