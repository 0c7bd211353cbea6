#include "trust/jose/jwt_signer.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <algorithm>
#include <array>
#include <utility>

#include "trust/encoding.h"
#include "trust/jose/signature.h"
#include "trust/signing_key.h"

namespace musubi {
namespace {

struct FreeBio {
    void operator()(BIO* bio) const { BIO_free(bio); }
};
struct FreeNumber {
    void operator()(BIGNUM* number) const { BN_clear_free(number); }
};

Error no_key(std::string detail) { return {ErrorCode::BadRequest, std::move(detail)}; }

// A key with a password can not be asked for it: OpenSSL would ask the terminal.
int no_password(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*data*/) { return -1; }

// One number of the key, as a member of a JWK: highest byte first, of at least `bytes`.
bool set_number(Json& jwk, const EVP_PKEY* key, std::pair<const char*, const char*> names,
                int bytes = 0) {
    BIGNUM* read = nullptr;
    if (EVP_PKEY_get_bn_param(key, names.second, &read) != 1) return false;
    const std::unique_ptr<BIGNUM, FreeNumber> number{read};
    std::string text(static_cast<std::size_t>(std::max(BN_num_bytes(number.get()), bytes)), '\0');
    const int size = static_cast<int>(text.size());
    if (BN_bn2binpad(number.get(), reinterpret_cast<unsigned char*>(text.data()), size) != size) {
        return false;
    }
    jwk.set(names.first, to_base64url(text));
    OPENSSL_cleanse(text.data(), text.size());
    return true;
}

Result<Json> rsa_jwk(const EVP_PKEY* key) {
    Json jwk;
    jwk.set("kty", "RSA");
    constexpr std::array<std::pair<const char*, const char*>, 8> kMembers{
        {{"n", OSSL_PKEY_PARAM_RSA_N},
         {"e", OSSL_PKEY_PARAM_RSA_E},
         {"d", OSSL_PKEY_PARAM_RSA_D},
         {"p", OSSL_PKEY_PARAM_RSA_FACTOR1},
         {"q", OSSL_PKEY_PARAM_RSA_FACTOR2},
         {"dp", OSSL_PKEY_PARAM_RSA_EXPONENT1},
         {"dq", OSSL_PKEY_PARAM_RSA_EXPONENT2},
         {"qi", OSSL_PKEY_PARAM_RSA_COEFFICIENT1}}};
    for (const auto& names : kMembers) {
        if (!set_number(jwk, key, names)) return no_key("the key has no private half");
    }
    return jwk;
}

Result<Json> curve_jwk(const EVP_PKEY* key) {
    std::array<char, 64> name{};
    std::size_t length = 0;
    if (EVP_PKEY_get_group_name(key, name.data(), name.size(), &length) != 1) {
        return no_key("the key is of no named curve");
    }
    const std::string_view curve{name.data(), length};
    const bool small = curve == "prime256v1";
    if (!small && curve != "secp384r1") return no_key("the curve is not P-256 or P-384");
    Json jwk;
    jwk.set("kty", "EC");
    jwk.set("crv", small ? "P-256" : "P-384");
    constexpr std::array<std::pair<const char*, const char*>, 3> kMembers{
        {{"x", OSSL_PKEY_PARAM_EC_PUB_X},
         {"y", OSSL_PKEY_PARAM_EC_PUB_Y},
         {"d", OSSL_PKEY_PARAM_PRIV_KEY}}};
    for (const auto& names : kMembers) {
        if (!set_number(jwk, key, names, small ? 32 : 48)) {
            return no_key("the key has no private half");
        }
    }
    return jwk;
}

Result<Json> read_pem(std::string_view text) {
    const std::unique_ptr<BIO, FreeBio> bio{
        BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
    if (!bio) return Error{ErrorCode::Busy, "there is no memory for a key"};
    const KeyHandle key{PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr)};
    if (!key) return no_key("it is no private key in PEM without a password");
    switch (EVP_PKEY_get_base_id(key.get())) {
        case EVP_PKEY_RSA: return rsa_jwk(key.get());
        case EVP_PKEY_EC: return curve_jwk(key.get());
        default: return no_key("the key is neither RSA nor EC");
    }
}

}  // namespace

Result<JwtSigner> JwtSigner::read(const Json& jwk, std::string_view algorithm) {
    if (jwk.find("d") == nullptr) return no_key("the key has no private half");
    JwtSigner signer{TRY(Jwk::read(jwk))};
    const Json* named = jwk.find("alg");  // a text: Jwk has read it
    const std::string_view wanted =
        !algorithm.empty() || named == nullptr ? algorithm : std::string_view(named->string());
    bool fits = false;
    for (const JwsAlgorithm known :
         {JwsAlgorithm::Es256, JwsAlgorithm::Es384, JwsAlgorithm::Rs256, JwsAlgorithm::Ps256}) {
        if (fits || !signer.half_.fits(known)) continue;
        if (!wanted.empty() && wanted != name_of(known)) continue;
        signer.algorithm_ = known;
        fits = true;
    }
    if (!fits) {
        return Error{ErrorCode::Unsupported,
                     "the algorithm is not of this key; RSA has RS256 and PS256, P-256 ES256, "
                     "P-384 ES384",
                     "/alg"};
    }
    signer.id_ = signer.half_.id();
    if (signer.id_.empty()) {
        Json bare = signer.half_.members();  // in the order of RFC 7638
        std::erase_if(bare.object(), [](const JsonMember& member) { return member.name == "alg"; });
        signer.id_ = to_base64url(sha256({to_text(bare)}));
    }
    signer.key_ = jose::import_key(to_text(jwk));
    if (!signer.key_) return no_key("these numbers are no key");
    return signer;
}

Result<JwtSigner> JwtSigner::parse(std::string_view text, std::string_view algorithm) {
    if (text.size() > kMaxBytes) return Error{ErrorCode::TooLarge, "a key has at most 32 kB"};
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first != std::string_view::npos && text[first] == '{') {
        constexpr int kDepth = 8;
        return read(TRY(parse_json(text, {.max_bytes = kMaxBytes, .max_depth = kDepth})),
                    algorithm);
    }
    return read(TRY(read_pem(text)), algorithm);
}

Json JwtSigner::public_jwk() const {
    Json out = half_.members();
    out.set("kid", id_);
    out.set("alg", name_of(algorithm_));
    out.set("use", "sig");
    return out;
}

Result<std::string> JwtSigner::sign(std::string_view payload, std::string_view type) const {
    std::string jws = jose::sign(
        key_.get(), {.algorithm = name_of(algorithm_), .key = id_, .type = type}, payload);
    if (!jws.empty()) return jws;
    return Error{ErrorCode::Internal, "the library could not sign"};
}

}  // namespace musubi
