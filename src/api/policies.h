#pragma once

#include "api/call.h"

namespace musubi::api {

/// Fails: Forbidden unless the caller may know why something is refused.
Result<void> need_insight(const ApiCall& call);

}  // namespace musubi::api
