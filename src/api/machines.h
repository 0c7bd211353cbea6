#pragma once

#include "api/call.h"

/// The handlers of machines and of the tokens they ask for, beside those of handlers.h.
namespace musubi::api {

// machines.cpp
Result<Answer> list_machines(const App& app, const ApiCall& call);
Result<Answer> post_machine(const App& app, const ApiCall& call);
Result<Answer> remove_machine(const App& app, const ApiCall& call);

// token.cpp
Result<Answer> post_token(const App& app, const ApiCall& call);
Result<Answer> get_oauth_metadata(const App& app, const ApiCall& call);

}  // namespace musubi::api
