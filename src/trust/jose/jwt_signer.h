#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "trust/jose/jwk.h"

namespace musubi {

/// A key of ours that signs tokens. Its private half is in no log and leaves through nothing.
class JwtSigner {
public:
    static constexpr std::size_t kMaxBytes = 32U << 10U;

    /// Reads a private key: PEM (PKCS #8, or the older forms, without a password) or a JWK. The
    /// algorithm is the one asked for, else that of the JWK, else ES256, ES384 or RS256 by the kind
    /// of key. Its id is the JWK's, else the thumbprint (RFC 7638). Fails: BadRequest (no private
    /// key, one that Jwk would not take), Unsupported (the algorithm is not of this key), TooLarge.
    static Result<JwtSigner> parse(std::string_view text, std::string_view algorithm = {});

    [[nodiscard]] JwsAlgorithm algorithm() const { return algorithm_; }
    [[nodiscard]] const std::string& id() const { return id_; }
    /// The other half, for who checks: a JWK with kid, alg and use.
    [[nodiscard]] Json public_jwk() const;
    /// The compact JWS of these bytes, with alg, kid and typ in its header. Safe from any thread.
    /// Fails: Internal (the library).
    Result<std::string> sign(std::string_view payload, std::string_view type) const;

private:
    explicit JwtSigner(Jwk half) : half_{std::move(half)} {}
    static Result<JwtSigner> read(const Json& jwk, std::string_view algorithm);

    Jwk half_;
    std::string id_;
    JwsAlgorithm algorithm_ = JwsAlgorithm::Es256;
    std::shared_ptr<const void> key_;
};

}  // namespace musubi
