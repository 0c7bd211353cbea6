#include "trust/signing/sealing_secret.h"

#include <sodium.h>

#include <cassert>
#include <filesystem>

#include "trust/encoding.h"
#include "trust/secret.h"
#include "trust/synced_file.h"

namespace musubi {
namespace {

constexpr std::size_t kSecretBytes = crypto_aead_xchacha20poly1305_ietf_KEYBYTES;
constexpr std::size_t kNonceBytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagBytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t kMaxFile = 256;

unsigned char* writable(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
const unsigned char* readable(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

std::string chance(std::size_t size) {
    const int ready = sodium_init();
    assert(ready >= 0);  // the machine gives randomness
    std::string bytes(size, '\0');
    randombytes_buf(bytes.data(), bytes.size());
    return bytes;
}

}  // namespace

SealingSecret SealingSecret::generate() { return SealingSecret{chance(kSecretBytes)}; }

SealingSecret::~SealingSecret() { wipe(bytes_); }

Result<SealingSecret> SealingSecret::parse(std::string_view text) {
    while (text.ends_with('\n')) text.remove_suffix(1);
    if (text.starts_with(kPrefix)) {
        auto bytes = from_base64url(text.substr(kPrefix.size()));
        if (bytes && bytes->size() == kSecretBytes) return SealingSecret{*std::move(bytes)};
    }
    return Error{ErrorCode::Corrupt,
                 "it is no sealing secret; put the one of a backup in its place"};
}

Result<SealingSecret> SealingSecret::load_or_make(const std::string& file) {
    std::string text =
        TRY(read_or_make_private_file(file, kMaxFile, [] { return generate().text(); }));
    auto secret = parse(text);
    wipe(text);
    if (secret) return secret;
    return Error{secret.error().code, secret.error().detail, file};
}

std::string SealingSecret::text() const {
    return std::string(kPrefix) + to_base64url(bytes_) + "\n";
}

std::string SealingSecret::seal(std::string_view bytes, std::string_view place) const {
    std::string out = chance(kNonceBytes);
    std::string sealed(bytes.size() + kTagBytes, '\0');
    crypto_aead_xchacha20poly1305_ietf_encrypt(writable(sealed), nullptr, readable(bytes),
                                               bytes.size(), readable(place), place.size(), nullptr,
                                               readable(out), readable(bytes_));
    out += sealed;
    return out;
}

Result<std::string> SealingSecret::open(std::string_view sealed, std::string_view place) const {
    if (sealed.size() >= kNonceBytes + kTagBytes) {
        const std::string_view nonce = sealed.substr(0, kNonceBytes);
        const std::string_view body = sealed.substr(kNonceBytes);
        std::string bytes(body.size() - kTagBytes, '\0');
        if (crypto_aead_xchacha20poly1305_ietf_decrypt(
                writable(bytes), nullptr, nullptr, readable(body), body.size(), readable(place),
                place.size(), readable(nonce), readable(bytes_)) == 0) {
            return bytes;
        }
    }
    return Error{ErrorCode::Corrupt,
                 "what is sealed can not be opened with the sealing secret of this server"};
}

std::string sealing_secret_file(const std::string& data) { return data + "/sealing-secret"; }

Result<void> restore_sealing_secret(const std::string& backup, const std::string& data) {
    std::error_code failure;
    if (!std::filesystem::exists(sealing_secret_file(backup), failure)) return {};
    std::string text = TRY(read_file_bytes(sealing_secret_file(backup), kMaxFile));
    const SealingSecret secret = TRY(SealingSecret::parse(text));
    wipe(text);
    return write_synced_file(sealing_secret_file(data), secret.text(), 0600);
}

}  // namespace musubi
