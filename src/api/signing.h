#pragma once

#include "api/call.h"

/// The handlers of signing keys, beside those of handlers.h.
namespace musubi::api {

Result<Answer> list_signing_keys(const App& app, const ApiCall& call);
Result<Answer> list_own_signing_keys(const App& app, const ApiCall& call);
Result<Answer> post_own_signing_key(const App& app, const ApiCall& call);

}  // namespace musubi::api
