#pragma once

#include "api/app.h"

namespace musubi {

struct Grant;
struct Invitation;
struct Organisation;
struct PersonKey;

/// Writes into the journal what somebody does about people, within the command that does it: what
/// can not be recorded is not done. `change`: a word, such as "disabled"; `more`: what else is told
/// of it. No secret, no code and no name of a person is in it. Fails: Io.
Result<void> record_person(const App& app, const Caller& caller, std::string_view person,
                           std::string_view change, Json more = {});
/// The same of a role, with all that it lets do and until when; `change`: "given", "taken", "lent",
/// "returned".
Result<void> record_role(const App& app, const Caller& caller, std::string_view person,
                         const Grant& grant, std::string_view change);
/// An invitation was given, or taken back (`change`): itself, and each role that it brings.
Result<void> record_invitation(const App& app, const Caller& caller, const Invitation& invitation,
                               std::string_view change);
/// The same of what people belong to; `change`: "made", "renamed", "removed". `former`: what it was
/// called before, where it had another name.
Result<void> record_organisation(const App& app, const Caller& caller,
                                 const Organisation& organisation, std::string_view change,
                                 const Organisation* former = nullptr);
/// The same of a passkey, named by its id; `change`: "passkey-added", "passkey-removed".
Result<void> record_passkey(const App& app, const Caller& caller, std::string_view person,
                            std::string_view passkey, std::string_view change);
/// A person has a signing key from now on; `former`: id of the one that it takes the place of,
/// empty: there was none. Fails: Io.
Result<void> record_signing_key(const App& app, const Caller& caller, const PersonKey& key,
                                std::string_view former);
/// Somebody has signed in. Fails: Io.
Result<void> record_sign_in(const App& app, const Session& session);
/// An account at a provider was linked to the person, or is no longer; `change`: "openid-linked",
/// "openid-unlinked". Fails: Io.
Result<void> record_link(const App& app, std::string_view person, std::string_view provider,
                         std::string_view change);
/// A sign-in at a provider came to nothing.
struct RefusedOpenId {
    std::string_view what;      ///< "sign-in", "link", "accept"
    std::string_view provider;  ///< id; empty: it is not known
    std::string_view why;       ///< a word of openid_refusal
    std::string_view at;        ///< the claim or member that did not hold; empty: none
    std::string_view address;
};
void note_refused_openid(const App& app, const RefusedOpenId& refused);
/// Somebody did not prove who they are; `person`: whose account it was, empty where there is none.
void note_refused_sign_in(const App& app, std::string_view person, std::string_view method,
                          std::string_view address);
/// A passkey was right but its counter did not grow: there may be a copy of the authenticator.
void note_copied_passkey(const App& app, std::string_view person, std::string_view passkey,
                         std::string_view address);

}  // namespace musubi
