#pragma once

#include "api/call.h"

// The handlers of passkeys; the others stand in handlers.h.
namespace musubi::api {

// passkeys.cpp
Result<Answer> post_session_options(const App& app, const ApiCall& call);
Result<Answer> list_passkeys(const App& app, const ApiCall& call);
Result<Answer> post_passkey_options(const App& app, const ApiCall& call);
Result<Answer> post_passkey(const App& app, const ApiCall& call);
Result<Answer> patch_passkey(const App& app, const ApiCall& call);
Result<Answer> remove_passkey(const App& app, const ApiCall& call);
Result<Answer> remove_own_password(const App& app, const ApiCall& call);

// invitations.cpp
Result<Answer> post_invitation_options(const App& app, const ApiCall& call);

}  // namespace musubi::api
