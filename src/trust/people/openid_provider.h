#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "trust/jose/jwt_signer.h"

namespace musubi {

/// How surely a sign-in is of its person, from 1: password, recovery code, invitation 1; passkey 2;
/// of a provider of OpenID Connect as its `acr` says.
inline constexpr std::uint8_t kLeastAssurance = 1;
inline constexpr std::uint8_t kMostAssurance = 3;

/// Where a provider is asked (OpenID Connect Discovery 1.0, 3).
struct OpenIdEndpoints {
    std::string authorization;
    std::string token;
    std::string keys;         ///< jwks_uri
    std::string end_session;  ///< RP-Initiated Logout 1.0; empty: it has none
    /// Its answers always carry `iss` (RFC 9207, 3).
    bool sends_issuer = false;
};

/// How we prove to a provider who we are (OpenID Connect Core 1.0, 9).
enum class OpenIdClientProof : std::uint8_t { SecretBasic, SecretPost, PrivateKeyJwt };

/// A provider of OpenID Connect as the configuration names it.
struct OpenIdProvider {
    std::string id;      ///< in paths: a-z, 0-9 and '-'
    std::string ja;      ///< its name on the button
    std::string en;      ///< the same
    std::string issuer;  ///< exactly as its tokens have it
    std::string client;  ///< client_id
    OpenIdClientProof proof = OpenIdClientProof::SecretBasic;
    std::string secret;                         ///< of the two first proofs
    std::shared_ptr<const JwtSigner> signer{};  ///< of the third
    std::vector<std::string> scopes{"openid"};
    std::vector<std::string> acr_values;  ///< asked for, the most wanted first
    /// Which assurance an `acr` is; of one that is not listed it is the least.
    std::vector<std::pair<std::string, std::uint8_t>> assurance;
    std::vector<JwsAlgorithm> algorithms{JwsAlgorithm::Rs256, JwsAlgorithm::Ps256,
                                         JwsAlgorithm::Es256, JwsAlgorithm::Es384};
    bool creates = false;      ///< somebody unknown gets an account, without a role
    bool own_network = false;  ///< its addresses may be private ones
    std::string ca_file;       ///< whose certificates are believed; empty: the system's list
    std::optional<OpenIdEndpoints> endpoints{};  ///< by hand; nothing: by discovery

    [[nodiscard]] std::uint8_t assurance_of(std::string_view acr) const;
    /// The least that the acr_values ask for; zero where none of them is in the list.
    [[nodiscard]] std::uint8_t asked_assurance() const;
};

/// Who signed in at a provider.
struct OpenIdIdentity {
    static constexpr std::size_t kMaxSubjectBytes = 255;  ///< OpenID Connect Core 1.0, 2
    std::string subject;                                  ///< `sub`
    std::string acr;                                      ///< empty: not told
    std::string name;                                     ///< empty: not told
};

/// The ID Token that came straight from the token endpoint, checked as OpenID Connect Core 1.0,
/// 3.1.3.7 asks: issuer, audience and azp, signature, exp, iat, nonce. Fails: as verify_jwt
/// (NotFound: fetching the keys anew may help); Unauthorized (nonce, sub).
Result<OpenIdIdentity> read_id_token(const OpenIdProvider& provider, std::string_view token,
                                     const JwkSet& keys, std::string_view nonce, Time now);

/// The JWT by which we prove who we are (OpenID Connect Core 1.0, 9; RFC 7523, 3), for this token
/// endpoint, good for a minute. `id`: its jti, which nobody can guess. Fails: Internal.
Result<std::string> client_assertion(const OpenIdProvider& provider, const OpenIdEndpoints& at,
                                     std::string_view id, Time now);

}  // namespace musubi
