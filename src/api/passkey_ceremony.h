#pragma once

#include "api/call.h"
#include "trust/passkeys/ceremony.h"
#include "trust/passkeys/challenges.h"

namespace musubi {

class MemberReader;
struct Person;

/// What a browser is to be asked so that it makes a passkey for `person` (WebAuthn Level 3, 5.1.9:
/// PublicKeyCredentialCreationOptionsJSON), with a challenge for this ceremony alone.
/// Fails: Conflict where the server has no name to make passkeys for.
Result<Json> passkey_creation_options(const App& app, const ApiCall& call, const Ceremony& ceremony,
                                      const Person& person);
/// The same to sign in by one that its owner chooses (5.1.10): it names no passkey, so it tells
/// nobody who is known here. Fails: Conflict.
Result<Json> passkey_request_options(const App& app, const ApiCall& call);

/// A passkey that a browser made (RegistrationResponseJSON), and what its challenge was made for,
/// which is used up. Without id, name and time. Fails: BadRequest, TooLarge, Forbidden, with the
/// place within `passkey`.
struct NewPasskey {
    Passkey passkey;
    Ceremony ceremony;
};
Result<NewPasskey> read_new_passkey(const App& app, const ApiCall& call, const Json& json,
                                    Ceremony::Purpose purpose);

/// A proof as the browser sends it (AuthenticationResponseJSON); nothing of it is verified yet.
/// Fails: BadRequest, TooLarge.
Result<PasskeyProof> read_assertion(const Json& json);
/// Uses its challenge up and verifies all but whose it is. Fails: as read_new_passkey.
Result<Asserted> verify_proof(const App& app, const ApiCall& call, const PasskeyProof& given);

/// A passkey that was made is named and kept.
void finish_passkey(Passkey& passkey, std::string name, const App& app);
/// What a person calls a passkey, in this member of theirs; it may be absent. Fails: BadRequest.
Result<std::string> read_passkey_name(const MemberReader& reader, std::string_view member);
/// As its person sees it.
[[nodiscard]] Json passkey_view(const Passkey& passkey);
/// Said where a ceremony is not the one that its challenge was made for.
[[nodiscard]] Error other_ceremony();

}  // namespace musubi
