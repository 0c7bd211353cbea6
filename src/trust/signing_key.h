#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

struct evp_pkey_st;  // OpenSSL's

namespace musubi {

struct FreeKey {
    void operator()(evp_pkey_st* key) const;
};
using KeyHandle = std::unique_ptr<evp_pkey_st, FreeKey>;

/// The half of an Ed25519 key (RFC 8032) that everybody may know.
class PublicKey {
public:
    static constexpr std::string_view kPrefix = "ed25519:";
    /// `ed25519:` and the 32 bytes in base64url. Fails: BadRequest.
    static Result<PublicKey> parse(std::string_view text);
    /// As `parse` reads it.
    [[nodiscard]] std::string text() const { return std::string(kPrefix) + x_; }
    /// Its bytes in base64url: `x` of a JSON Web Key (RFC 8037).
    [[nodiscard]] const std::string& x() const { return x_; }
    /// By what it is named: its thumbprint (RFC 7638), 43 signs.
    [[nodiscard]] const std::string& id() const { return id_; }
    /// Whether `signature` (base64url) was made of these bytes with the other half.
    [[nodiscard]] bool verify(std::string_view message, std::string_view signature) const;
    friend bool operator==(const PublicKey& a, const PublicKey& b) { return a.x_ == b.x_; }

private:
    explicit PublicKey(std::string x);
    std::string x_;
    std::string id_;
};

/// An Ed25519 key that signs. Never in a log; its text is for its own file alone.
class SigningKey {
public:
    static SigningKey generate();
    /// PKCS #8 in PEM, without a password. Fails: Corrupt.
    static Result<SigningKey> parse(std::string_view pem);
    /// Reads the key of that file, or makes one: mode 0600, synced, there whole or not at all.
    /// Fails: Io, Corrupt, Conflict (others may read the file).
    static Result<SigningKey> load_or_make(const std::string& file);

    [[nodiscard]] std::string pem() const;
    [[nodiscard]] const PublicKey& public_key() const { return public_; }
    /// The signature of these bytes in base64url: 86 signs. Safe from any thread.
    [[nodiscard]] std::string sign(std::string_view message) const;

private:
    SigningKey(KeyHandle key, PublicKey half) : key_{std::move(key)}, public_{std::move(half)} {}
    KeyHandle key_;
    PublicKey public_;
};

}  // namespace musubi
