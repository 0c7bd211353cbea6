#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "trust/passkeys/cbor.h"
#include "trust/signing_key.h"

namespace musubi {

/// The algorithms that are asked for and taken (RFC 9053, RFC 8812), the ones preferred first.
enum class CoseAlgorithm : int { EdDsa = -8, Es256 = -7, Rs256 = -257 };

/// A public key as authenticators give it (COSE_Key, RFC 9052, 7; WebAuthn, 6.5.1.1): EdDSA with
/// Ed25519, ES256 with P-256 uncompressed, RS256 with 2048 to 4096 bits and the exponent 65537.
class CoseKey {
public:
    static constexpr std::size_t kMaxBytes = 600;
    /// Reads the key that comes next. Fails: BadRequest where it has other parameters than its kind
    /// needs, of another algorithm than its kind, twice, or a point that is not on the curve.
    static Result<CoseKey> read(CborReader& reader);
    /// The same of bytes that hold nothing else.
    static Result<CoseKey> parse(std::string_view bytes);

    [[nodiscard]] CoseAlgorithm algorithm() const { return algorithm_; }
    /// Whether `signature` was made of these bytes with the other half, by the key's own algorithm
    /// (ECDSA's in DER: WebAuthn, 6.5.5).
    [[nodiscard]] bool verify(std::string_view message, std::string_view signature) const;

private:
    CoseKey(CoseAlgorithm algorithm, KeyHandle key) : algorithm_{algorithm}, key_{std::move(key)} {}
    CoseAlgorithm algorithm_;
    KeyHandle key_;
};

}  // namespace musubi
