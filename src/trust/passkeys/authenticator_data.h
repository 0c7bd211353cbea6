#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "trust/passkeys/cose_key.h"

namespace musubi {

/// What an authenticator says (WebAuthn, 6.1). Views are within the bytes that were read.
struct AuthenticatorData {
    static constexpr std::size_t kMaxBytes = 3072;
    static constexpr std::size_t kMaxCredentialId = 1023;  ///< bytes (WebAuthn, 7.1, step 25)

    std::string_view rp_id_hash;   ///< SHA-256 of the id of the relying party: 32 bytes
    bool user_present = false;     ///< UP
    bool user_verified = false;    ///< UV
    bool backup_eligible = false;  ///< BE: it may be on several devices
    bool backed_up = false;        ///< BS: it is
    std::uint32_t sign_count = 0;

    /// Of a new credential (6.5.1).
    struct Attested {
        std::string_view credential_id;
        std::string_view public_key;  ///< the COSE_Key as it stands
        CoseKey key;
    };
    std::optional<Attested> attested;
};

/// Fails: BadRequest where it is cut off, something follows, or a part is malformed; TooLarge.
Result<AuthenticatorData> read_authenticator_data(std::string_view bytes);

/// What is sent of a new credential (6.5.4).
struct AttestationObject {
    static constexpr std::size_t kMaxBytes = 3072;
    std::string_view format;
    std::string_view authenticator_data;
    /// Of `packed`: what it is signed by and the signature; nothing where the statement is empty.
    struct Statement {
        std::int64_t algorithm = 0;
        std::string_view signature;
    };
    std::optional<Statement> statement;
};

/// Reads the object with the formats `none` and `packed` without a certificate: no other
/// attestation is asked for. Fails: BadRequest, TooLarge.
Result<AttestationObject> read_attestation_object(std::string_view bytes);

}  // namespace musubi
