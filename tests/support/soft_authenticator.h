#pragma once

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <cassert>
#include <memory>
#include <string>
#include <string_view>

#include "trust/encoding.h"
#include "trust/passkeys/ceremony.h"
#include "trust/passkeys/cose_key.h"

namespace musubi::testing {

// CBOR, written by hand: as it should be, or not.
inline std::string cbor_head(unsigned major, std::uint64_t number) {
    const auto first = [&](unsigned low) {
        return std::string(1, static_cast<char>(major << 5U | low));
    };
    if (number < 24) return first(static_cast<unsigned>(number));
    std::string out = first(number < 256           ? 24
                            : number < 65536       ? 25
                            : number <= UINT32_MAX ? 26
                                                   : 27);
    const int bytes = number < 256 ? 1 : number < 65536 ? 2 : number <= UINT32_MAX ? 4 : 8;
    for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(number >> (8 * i));
    return out;
}
inline std::string cbor_integer(std::int64_t value) {
    return value >= 0 ? cbor_head(0, static_cast<std::uint64_t>(value))
                      : cbor_head(1, static_cast<std::uint64_t>(-1 - value));
}
inline std::string cbor_bytes(std::string_view bytes) {
    return cbor_head(2, bytes.size()).append(bytes);
}
inline std::string cbor_text(std::string_view text) {
    return cbor_head(3, text.size()).append(text);
}
inline std::string cbor_map(std::size_t members, std::string_view content) {
    return cbor_head(5, members).append(content);
}

/// A key pair as an authenticator has it.
class SoftKey {
public:
    explicit SoftKey(CoseAlgorithm algorithm) : algorithm_{algorithm} {
        if (algorithm == CoseAlgorithm::Es256) {
            key_.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
        } else if (algorithm == CoseAlgorithm::EdDsa) {
            key_.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
        } else {
            key_.reset(EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", static_cast<std::size_t>(2048)));
        }
        assert(key_);
    }
    [[nodiscard]] std::string number(const char* name) const {
        BIGNUM* value = nullptr;
        EVP_PKEY_get_bn_param(key_.get(), name, &value);
        const bool coordinate = algorithm_ == CoseAlgorithm::Es256;
        std::string out(coordinate ? 32 : static_cast<std::size_t>(BN_num_bytes(value)), '\0');
        BN_bn2binpad(value, reinterpret_cast<unsigned char*>(out.data()),
                     static_cast<int>(out.size()));
        BN_free(value);
        return out;
    }
    [[nodiscard]] std::string cose() const {
        const std::string algorithm = cbor_integer(3) + cbor_integer(static_cast<int>(algorithm_));
        if (algorithm_ == CoseAlgorithm::Es256) {
            return cbor_map(5, cbor_integer(1) + cbor_integer(2) + algorithm + cbor_integer(-1) +
                                   cbor_integer(1) + cbor_integer(-2) + cbor_bytes(number("qx")) +
                                   cbor_integer(-3) + cbor_bytes(number("qy")));
        }
        if (algorithm_ == CoseAlgorithm::EdDsa) {
            std::string raw(32, '\0');
            std::size_t size = raw.size();
            EVP_PKEY_get_raw_public_key(key_.get(), reinterpret_cast<unsigned char*>(raw.data()),
                                        &size);
            return cbor_map(4, cbor_integer(1) + cbor_integer(1) + algorithm + cbor_integer(-1) +
                                   cbor_integer(6) + cbor_integer(-2) + cbor_bytes(raw));
        }
        return cbor_map(4, cbor_integer(1) + cbor_integer(3) + algorithm + cbor_integer(-1) +
                               cbor_bytes(number("n")) + cbor_integer(-2) +
                               cbor_bytes(number("e")));
    }
    [[nodiscard]] std::string sign(std::string_view message) const {
        const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(),
                                                                              &EVP_MD_CTX_free};
        const EVP_MD* digest = algorithm_ == CoseAlgorithm::EdDsa ? nullptr : EVP_sha256();
        EVP_DigestSignInit(context.get(), nullptr, digest, nullptr, key_.get());
        std::string out(1024, '\0');
        std::size_t size = out.size();
        const int done =
            EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size,
                           reinterpret_cast<const unsigned char*>(message.data()), message.size());
        assert(done == 1);
        static_cast<void>(done);
        out.resize(size);
        return out;
    }
    [[nodiscard]] CoseAlgorithm algorithm() const { return algorithm_; }

private:
    CoseAlgorithm algorithm_;
    KeyHandle key_;
};

/// An authenticator and the browser before it, as a test wants them: each member may be wrong.
struct SoftAuthenticator {
    explicit SoftAuthenticator(CoseAlgorithm algorithm = CoseAlgorithm::Es256) : key{algorithm} {}

    SoftKey key;
    std::string id = "the id of a credential";
    std::string rp_id = "town.example";
    std::string origin = "https://town.example";
    std::string challenge = std::string(32, 'c');
    std::string type = "webauthn.create";
    std::string more = R"(,"crossOrigin":false)";
    unsigned flags = 1U | 4U;  // UP, UV
    std::uint32_t count = 0;
    std::string format = "none";
    std::string extensions = {};

    [[nodiscard]] std::string client_data() const {
        return R"({"type":")" + type + R"(","challenge":")" + to_base64url(challenge) +
               R"(","origin":")" + origin + "\"" + more + "}";
    }
    [[nodiscard]] std::string head(unsigned more_flags) const {
        std::string out = sha256({rp_id});
        const unsigned extended = extensions.empty() ? 0 : 128U;
        out += static_cast<char>(flags | more_flags | extended);
        for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(count >> shift);
        return out;
    }
    [[nodiscard]] std::string attested_data() const {
        std::string out = head(64U) + std::string(16, '\0');
        out += static_cast<char>(id.size() >> 8U);
        out += static_cast<char>(id.size());
        return out + id + key.cose() + extensions;
    }
    [[nodiscard]] std::string object() const {
        const std::string data = attested_data();
        std::string statement = cbor_map(0, "");
        if (format == "packed") {
            const std::string signature = key.sign(data + sha256({client_data()}));
            statement =
                cbor_map(2, cbor_text("alg") + cbor_integer(static_cast<int>(key.algorithm())) +
                                cbor_text("sig") + cbor_bytes(signature));
        }
        return cbor_map(3, cbor_text("fmt") + cbor_text(format) + cbor_text("attStmt") + statement +
                               cbor_text("authData") + cbor_bytes(data));
    }
    [[nodiscard]] PasskeyCreation registration() const {
        return {id, client_data(), object(), {"internal"}};
    }
    [[nodiscard]] PasskeyProof assertion() const {
        const std::string data = head(0) + extensions;
        const std::string client = client_data();
        return {id, client, data, key.sign(data + sha256({client})), "person-id"};
    }
};

}  // namespace musubi::testing
