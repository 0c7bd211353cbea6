#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "trust/passkeys/passkey.h"
#include "trust/passkeys/relying_party.h"

namespace musubi {

/// What the browser says of a ceremony (WebAuthn, 5.8.1), as far as it is looked at.
struct ClientData {
    static constexpr std::size_t kMaxBytes = 3072;
    std::string type;
    std::string challenge;  ///< the bytes
    std::string origin;
    bool cross_origin = false;    ///< asked for from within another site's page
    bool has_top_origin = false;  ///< likewise
};
/// Steps 5 and 6 of 7.1, 8 and 9 of 7.2. Fails: BadRequest, TooLarge.
Result<ClientData> read_client_data(std::string_view json);

/// A new credential as the browser sends it; bytes, not base64url.
struct PasskeyCreation {
    std::string credential_id;
    std::string client_data;  ///< as it stands: it is hashed
    std::string attestation_object;
    std::vector<std::string> transports;
};
/// WebAuthn Level 3, 7.1, steps 7 to 25 but for the challenge, which `Challenges` has looked up,
/// and uniqueness, which is decided when it is kept. Gives the passkey without id, name and time.
/// Fails: BadRequest (malformed, an algorithm that is not taken), Forbidden (a step does not hold).
Result<Passkey> verify_registration(const PasskeyCreation& given, const ClientData& client,
                                    const RelyingParty& party);

/// A proof by a passkey as the browser sends it; bytes.
struct PasskeyProof {
    std::string credential_id;
    std::string client_data;
    std::string authenticator_data;
    std::string signature;
    std::string user_handle;  ///< whose the authenticator says it is
};
/// What the authenticator says of itself this time.
struct Asserted {
    std::uint32_t sign_count = 0;
    bool backup_eligible = false;
    bool backed_up = false;
};
/// WebAuthn Level 3, 7.2, steps 10 to 18: what can be told before it is known whose passkey it is.
/// Fails: as verify_registration.
Result<Asserted> verify_circumstances(const PasskeyProof& given, const ClientData& client,
                                      const RelyingParty& party);
/// Steps 19 to 21: whether it is this passkey's, by its signature.
[[nodiscard]] bool verify_signature(const PasskeyProof& given, const Asserted& asserted,
                                    const Passkey& passkey);
/// Step 22. False where the counter did not grow: there may be a copy of the authenticator.
[[nodiscard]] bool counter_holds(const Passkey& passkey, const Asserted& asserted);

}  // namespace musubi
