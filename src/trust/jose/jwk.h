#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace musubi {

/// The algorithms of RFC 7518, 3.1, that signatures are taken and made with: those whose key has
/// two halves. "none" and the ones with a shared secret are no value of it, so that nothing can ask
/// for them (RFC 8725, 3.1 and 3.2).
enum class JwsAlgorithm : std::uint8_t { Rs256, Ps256, Es256, Es384 };
/// As `alg` writes it.
[[nodiscard]] std::string_view name_of(JwsAlgorithm algorithm);
/// Nothing where it is none of them.
[[nodiscard]] std::optional<JwsAlgorithm> read_jws_algorithm(std::string_view name);

/// The half of a key that everybody may know (RFC 7517), which checks signatures. Cheap to copy;
/// safe from any thread.
class Jwk {
public:
    static constexpr std::size_t kMinRsaBits = 2048;  ///< RFC 7518, 3.3
    static constexpr std::size_t kMaxRsaBits = 8192;
    static constexpr std::size_t kMaxIdBytes = 256;

    /// A key of kty RSA, or EC with P-256 or P-384, that is for signatures. Of a private key the
    /// public half is taken. Fails: BadRequest, naming the member; Unsupported (another kind of
    /// key, or another use).
    static Result<Jwk> read(const Json& json);

    /// `kid`; empty where it has none.
    [[nodiscard]] const std::string& id() const { return id_; }
    /// Whether signatures of that algorithm are made with such a key, and its `alg` allows it.
    [[nodiscard]] bool fits(JwsAlgorithm algorithm) const;
    /// Whether the signature of this JWS in compact form (RFC 7515, 7.1) was made by the algorithm
    /// with the other half. Its header is the caller's to check.
    [[nodiscard]] bool verify(JwsAlgorithm algorithm, std::string_view jws) const;
    /// Its members: kty and what the thumbprint is made of (RFC 7638), kid and alg where they are.
    [[nodiscard]] const Json& members() const { return members_; }

private:
    enum class Kind : std::uint8_t { Rsa, P256, P384 };
    Jwk() = default;
    Result<void> read_rsa(const Json& json);
    Result<void> read_curve(const Json& json);
    Result<void> import_key();

    std::string id_;
    Kind kind_ = Kind::Rsa;
    std::size_t signature_bytes_ = 0;
    std::optional<JwsAlgorithm> only_;
    Json members_;
    std::shared_ptr<const void> key_;  // the library's
};

/// The keys that somebody signs with (RFC 7517, 5).
class JwkSet {
public:
    static constexpr std::size_t kMaxKeys = 64;
    static constexpr std::size_t kMaxBytes = 128U << 10U;

    JwkSet() = default;
    /// Keys that are not understood, or not for signatures, are left out, as the RFC asks.
    /// Fails: BadRequest (no JSON, no "keys"), TooLarge.
    static Result<JwkSet> parse(std::string_view text);
    static Result<JwkSet> read(const Json& json);

    /// The one key that a signature of this `kid` (empty: it names none) and algorithm can be from.
    /// Fails: NotFound (no key of this id), Unauthorized (the key is for another algorithm; several
    /// keys fit).
    Result<Jwk> find(std::string_view kid, JwsAlgorithm algorithm) const;
    [[nodiscard]] const std::vector<Jwk>& keys() const { return keys_; }

private:
    std::vector<Jwk> keys_;
};

}  // namespace musubi
