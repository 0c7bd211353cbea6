#pragma once

#include "api/call.h"

namespace musubi {

/// Names the snapshot that an operation is about (GS CIM 009 v1.9.1, 6.3.22).
inline constexpr std::string_view kSnapshotHeader = "NGSILD-Snapshot";

/// The subject of who shows no key and is not signed in.
inline constexpr std::string_view kNobody = "nobody";

/// What a use of personal data states (ours): why, on which ground, and who decided on it where it
/// is outside the purpose.
inline constexpr std::string_view kPurposeHeader = "Musubi-Purpose";
inline constexpr std::string_view kGroundHeader = "Musubi-Ground";
inline constexpr std::string_view kDecidedByHeader = "Musubi-Decided-By";

/// Who asks.
struct Asker {
    Caller caller;
    std::shared_ptr<const Session> session;  ///< of a person who is signed in; null: a key
};
/// Who asks: the key or access token of Authorization; without one the person whose session the
/// cookie names; without either the machine whose certificate the connection has; on an open
/// server, where nothing is sent, an operator. What lets people and machines in (signing in,
/// accepting an invitation, asking for a token) is open to everybody. Fails: Unauthorized, also
/// where a certificate and what was sent are not of the same machine; Forbidden where a cookie
/// would change something for another site's page.
Result<Asker> authenticate(const App& app, const HttpRequest& request);

/// The tenant of a call: the one that NGSILD-Tenant names, else the key's own. An operator of the
/// default tenant may act in any, and makes one by writing into it (GS CIM 009 v1.9.1, 5.5.10);
/// everybody else acts in the key's own. Where NGSILD-Snapshot names a snapshot of it, that stands
/// in its place. Fails: Forbidden, NoTenant, NotFound, BadRequest, Unsupported.
Result<void> choose_tenant(const App& app, const HttpRequest& request, ApiCall& call);

/// Makes the tenant of a call that makes one; one that somebody else has made by now will do.
/// Waits. Fails: BadRequest (name), TooLarge (cap), Io.
Result<void> make_tenant(const App& app, const ApiCall& call);

}  // namespace musubi
