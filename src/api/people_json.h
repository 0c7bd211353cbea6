#pragma once

#include "api/call.h"
#include "broker/member_reader.h"
#include "trust/people/invitations.h"
#include "trust/people/sessions.h"

namespace musubi {

/// A list of texts.
[[nodiscard]] Json texts(const std::vector<std::string>& all);
/// The same of names, short.
[[nodiscard]] Json compacted(const Context& context, const std::vector<std::string>& names);

/// A session as its person sees it, with who they are.
[[nodiscard]] Json session_view(const App& app, const Context& context, const Session& session,
                                const Person& person, const Caller& caller);
/// A line of the list of sessions.
[[nodiscard]] Json session_line(const App& app, const Session& session);
/// A person as `caller` may see them: of their grants those of the caller's tenant.
[[nodiscard]] Json person_view(const App& app, const Context& context, const Person& person,
                               const Caller& caller);
[[nodiscard]] Json grant_view(const App& app, const Context& context, const Person& person,
                              const Grant& grant);
/// What is known of an invitation, without its code.
[[nodiscard]] Json invitation_view(const App& app, const Context& context,
                                   const Invitation& invitation);
[[nodiscard]] Json organisation_view(const Organisation& organisation);

/// The list of scopes "scopes", each as they are kept; none where it is absent. Fails: BadRequest.
Result<std::vector<std::string>> read_scopes(const MemberReader& reader);
/// As it is answered: absent where there is none.
void set_scopes(Json& out, const std::vector<std::string>& scopes);
/// {"role", "tenant", "types", "scopes", "until"}; the tenant is the caller's own where none is
/// named. Fails: BadRequest with the place, NoTenant.
Result<Grant> read_grant_body(const App& app, const ApiCall& call, const Json& json,
                              const std::string& place);
/// A text that must be there. Fails: BadRequest.
Result<std::string> need_text(const MemberReader& reader, std::string_view name);
/// A moment to come. Fails: BadRequest.
Result<Time> read_end(const App& app, const Json& member, const std::string& place);

}  // namespace musubi
