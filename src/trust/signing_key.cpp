#include "trust/signing_key.h"

#include <openssl/evp.h>
#include <openssl/pem.h>

#include <array>
#include <cassert>

#include "trust/encoding.h"
#include "trust/secret.h"
#include "trust/synced_file.h"

namespace musubi {
namespace {

constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kSignatureBytes = 64;
constexpr std::size_t kMaxPem = 4096;

struct FreeContext {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using DigestContext = std::unique_ptr<EVP_MD_CTX, FreeContext>;
struct FreeBio {
    void operator()(BIO* bio) const { BIO_free(bio); }
};
using Bio = std::unique_ptr<BIO, FreeBio>;

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string public_bytes(const evp_pkey_st* key) {
    std::array<unsigned char, kKeyBytes> raw{};
    std::size_t size = raw.size();
    const int done = EVP_PKEY_get_raw_public_key(key, raw.data(), &size);
    assert(done == 1 && size == kKeyBytes);
    return {reinterpret_cast<const char*>(raw.data()), size};
}

}  // namespace

void FreeKey::operator()(evp_pkey_st* key) const { EVP_PKEY_free(key); }

PublicKey::PublicKey(std::string x)
    : x_{std::move(x)},
      id_{to_base64url(sha256({R"({"crv":"Ed25519","kty":"OKP","x":")", x_, R"("})"}))} {}

Result<PublicKey> PublicKey::parse(std::string_view text) {
    if (text.starts_with(kPrefix)) {
        const std::string_view x = text.substr(kPrefix.size());
        const auto bytes = from_base64url(x);
        if (bytes && bytes->size() == kKeyBytes) return PublicKey{std::string(x)};
    }
    return Error{ErrorCode::BadRequest,
                 "a public key is `ed25519:` and 43 signs of base64url; GET "
                 "/musubi/v1/signing-keys tells the server's"};
}

bool PublicKey::verify(std::string_view message, std::string_view signature) const {
    const auto bytes = from_base64url(signature);
    const auto raw = from_base64url(x_);
    if (!bytes || bytes->size() != kSignatureBytes) return false;
    const KeyHandle key{
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(*raw), raw->size())};
    const DigestContext context{EVP_MD_CTX_new()};
    return key && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
           EVP_DigestVerify(context.get(), bytes_of(*bytes), bytes->size(), bytes_of(message),
                            message.size()) == 1;
}

SigningKey SigningKey::generate() {
    KeyHandle key{EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")};
    assert(key != nullptr);
    PublicKey half =
        *PublicKey::parse(std::string(PublicKey::kPrefix) + to_base64url(public_bytes(key.get())));
    return {std::move(key), std::move(half)};
}

Result<SigningKey> SigningKey::parse(std::string_view pem) {
    const Bio bio{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()))};
    // A password is not asked for: a server starts alone.
    const auto no_password = [](char*, int, int, void*) { return -1; };
    KeyHandle key{PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr)};
    if (!key || EVP_PKEY_get_id(key.get()) != EVP_PKEY_ED25519) {
        return Error{ErrorCode::Corrupt, "it is no Ed25519 key in PEM (PKCS #8, no password)"};
    }
    PublicKey half =
        *PublicKey::parse(std::string(PublicKey::kPrefix) + to_base64url(public_bytes(key.get())));
    return SigningKey{std::move(key), std::move(half)};
}

Result<SigningKey> SigningKey::load_or_make(const std::string& file) {
    std::string pem =
        TRY(read_or_make_private_file(file, kMaxPem, [] { return generate().pem(); }));
    auto key = parse(pem);
    wipe(pem);
    if (key) return key;
    return Error{key.error().code, key.error().detail, file};
}

std::string SigningKey::pem() const {
    const Bio bio{BIO_new(BIO_s_secmem())};
    const int done =
        PEM_write_bio_PKCS8PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
    assert(done == 1);
    char* text = nullptr;
    const long size = BIO_get_mem_data(bio.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

std::string SigningKey::sign(std::string_view message) const {
    const DigestContext context{EVP_MD_CTX_new()};
    std::string signature(kSignatureBytes, '\0');
    std::size_t size = signature.size();
    const bool done =
        EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) == 1 &&
        EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                       bytes_of(message), message.size()) == 1;
    assert(done && size == kSignatureBytes);
    return to_base64url(signature);
}

}  // namespace musubi
