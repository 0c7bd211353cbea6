#include "trust/passkeys/cose_key.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <array>
#include <optional>

namespace musubi {
namespace {

constexpr std::size_t kCoordinateBytes = 32;
constexpr std::string_view kExponent{"\x01\x00\x01", 3};
constexpr std::size_t kMinModulus = 256;
constexpr std::size_t kMaxModulus = 512;

// RFC 9053, 7 and RFC 8230, 4.
constexpr std::int64_t kOkp = 1;
constexpr std::int64_t kEc2 = 2;
constexpr std::int64_t kRsa = 3;
constexpr std::int64_t kP256 = 1;
constexpr std::int64_t kEd25519 = 6;

struct FreeContext {
    void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
    void operator()(OSSL_PARAM_BLD* builder) const { OSSL_PARAM_BLD_free(builder); }
    void operator()(OSSL_PARAM* parameters) const { OSSL_PARAM_free(parameters); }
    void operator()(BIGNUM* number) const { BN_free(number); }
};
template <typename T>
using Owned = std::unique_ptr<T, FreeContext>;

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

Error bad_key(std::string detail) {
    return {ErrorCode::BadRequest, "this is no public key that is taken: " + std::move(detail)};
}

// The parameters as they stand, each at most once. -1 and -2 are numbers or bytes, by the kind.
struct Parameters {
    std::optional<std::int64_t> type;
    std::optional<std::int64_t> algorithm;
    std::optional<std::int64_t> curve;        // -1 of OKP and EC2
    std::optional<std::string_view> modulus;  // -1 of RSA
    std::optional<std::string_view> second;   // -2: x, or the exponent
    std::optional<std::string_view> third;    // -3: y
    std::uint64_t count = 0;
};

template <typename T>
Result<void> keep(std::optional<T>& place, T value) {
    if (place) return bad_key("a parameter is there twice");
    place = value;
    return {};
}

Result<void> read_curve_or_modulus(CborReader& reader, Parameters& out) {
    CborReader ahead = reader;
    const CborHead head = TRY(ahead.next());
    if (head.kind != CborHead::Kind::Bytes) return keep(out.curve, TRY(reader.integer()));
    reader = ahead;
    return keep(out.modulus, head.text);
}

Result<Parameters> read_parameters(CborReader& reader) {
    Parameters out;
    out.count = TRY(reader.next(CborHead::Kind::Map)).number;
    for (std::uint64_t i = 0; i < out.count; ++i) {
        switch (TRY(reader.integer())) {
            case 1: TRY(keep(out.type, TRY(reader.integer()))); break;
            case 3: TRY(keep(out.algorithm, TRY(reader.integer()))); break;
            case -1: TRY(read_curve_or_modulus(reader, out)); break;
            case -2: TRY(keep(out.second, TRY(reader.next(CborHead::Kind::Bytes)).text)); break;
            case -3: TRY(keep(out.third, TRY(reader.next(CborHead::Kind::Bytes)).text)); break;
            default: return bad_key("it has a parameter that a public key does not need");
        }
    }
    return out;
}

KeyHandle from_parameters(const char* kind, OSSL_PARAM_BLD* builder) {
    const Owned<OSSL_PARAM> parameters{OSSL_PARAM_BLD_to_param(builder)};
    const Owned<EVP_PKEY_CTX> context{EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr)};
    EVP_PKEY* key = nullptr;
    const bool made =
        parameters && context && EVP_PKEY_fromdata_init(context.get()) == 1 &&
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) == 1;
    return KeyHandle{made ? key : nullptr};
}

Result<KeyHandle> ed25519_key(const Parameters& given) {
    const bool right = given.count == 4 && given.curve == kEd25519 && given.second &&
                       given.second->size() == kCoordinateBytes;
    if (!right) return bad_key("EdDSA needs the curve Ed25519 and 32 bytes of x");
    KeyHandle key{EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(*given.second),
                                              given.second->size())};
    if (!key) return bad_key("it is no key of Ed25519");
    return key;
}

Result<KeyHandle> p256_key(const Parameters& given) {
    const bool right = given.count == 5 && given.curve == kP256 && given.second && given.third &&
                       given.second->size() == kCoordinateBytes &&
                       given.third->size() == kCoordinateBytes;
    if (!right) return bad_key("ES256 needs the curve P-256 and 32 bytes each of x and y");
    std::string point{"\x04"};
    point.append(*given.second).append(*given.third);
    const Owned<OSSL_PARAM_BLD> builder{OSSL_PARAM_BLD_new()};
    OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0);
    OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                     point.size());
    KeyHandle key = from_parameters("EC", builder.get());
    const Owned<EVP_PKEY_CTX> check{key ? EVP_PKEY_CTX_new(key.get(), nullptr) : nullptr};
    if (!check || EVP_PKEY_public_check(check.get()) != 1) {
        return bad_key("its point is not on the curve");
    }
    return key;
}

Result<KeyHandle> rsa_key(const Parameters& given) {
    const bool right = given.count == 4 && given.modulus && given.second == kExponent &&
                       given.modulus->size() >= kMinModulus &&
                       given.modulus->size() <= kMaxModulus && given.modulus->front() != '\0' &&
                       (static_cast<unsigned char>(given.modulus->back()) & 1U) == 1;
    if (!right) return bad_key("RS256 needs 2048 to 4096 bits and the exponent 65537");
    const Owned<BIGNUM> n{
        BN_bin2bn(bytes_of(*given.modulus), static_cast<int>(given.modulus->size()), nullptr)};
    const Owned<BIGNUM> e{BN_bin2bn(bytes_of(kExponent), 3, nullptr)};
    const Owned<OSSL_PARAM_BLD> builder{OSSL_PARAM_BLD_new()};
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get());
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
    KeyHandle key = from_parameters("RSA", builder.get());
    if (!key) return bad_key("it is no key of RSA");
    return key;
}

}  // namespace

Result<CoseKey> CoseKey::read(CborReader& reader) {
    const std::string_view before = reader.left();
    const Parameters given = TRY(read_parameters(reader));
    if (before.size() - reader.left().size() > kMaxBytes) return bad_key("it is too long");
    // The kind of key decides with the algorithm: one of another kind is not tried (mixed up).
    if (given.algorithm == static_cast<int>(CoseAlgorithm::EdDsa) && given.type == kOkp) {
        return CoseKey{CoseAlgorithm::EdDsa, TRY(ed25519_key(given))};
    }
    if (given.algorithm == static_cast<int>(CoseAlgorithm::Es256) && given.type == kEc2) {
        return CoseKey{CoseAlgorithm::Es256, TRY(p256_key(given))};
    }
    if (given.algorithm == static_cast<int>(CoseAlgorithm::Rs256) && given.type == kRsa) {
        return CoseKey{CoseAlgorithm::Rs256, TRY(rsa_key(given))};
    }
    return bad_key("kind and algorithm are not those of EdDSA, ES256 or RS256");
}

Result<CoseKey> CoseKey::parse(std::string_view bytes) {
    CborReader reader{bytes};
    CoseKey key = TRY(read(reader));
    TRY(reader.end());
    return key;
}

bool CoseKey::verify(std::string_view message, std::string_view signature) const {
    const Owned<EVP_MD_CTX> context{EVP_MD_CTX_new()};
    const EVP_MD* digest = algorithm_ == CoseAlgorithm::EdDsa ? nullptr : EVP_sha256();
    return context &&
           EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key_.get()) == 1 &&
           EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(message),
                            message.size()) == 1;
}

}  // namespace musubi
