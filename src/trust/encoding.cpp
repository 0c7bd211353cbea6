#include "trust/encoding.h"

#include <openssl/evp.h>

#include <algorithm>
#include <cassert>
#include <memory>

namespace musubi {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::string_view kBase64Url =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

struct FreeDigest {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

// Looked up once: it takes longer than the digest of a short text.
const EVP_MD* algorithm() {
    static const EVP_MD* const kSha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    return kSha256;
}

// Of a hex digit as to_hex writes it; -1: it is none.
int digit_of(char sign) {
    if (sign >= '0' && sign <= '9') return sign - '0';
    return sign >= 'a' && sign <= 'f' ? sign - 'a' + 10 : -1;
}

constexpr std::size_t kDigest = 32;

void digest_to(char* to, std::initializer_list<std::string_view> parts) {
    // One a thread: to make one takes longer than the digest of a short text.
    thread_local const std::unique_ptr<EVP_MD_CTX, FreeDigest> context{EVP_MD_CTX_new()};
    bool good = context && EVP_DigestInit_ex2(context.get(), algorithm(), nullptr) == 1;
    for (const std::string_view part : parts) {
        good = good && EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1;
    }
    good = good &&
           EVP_DigestFinal_ex(context.get(), reinterpret_cast<unsigned char*>(to), nullptr) == 1;
    assert(good);
}

}  // namespace

std::string sha256(std::initializer_list<std::string_view> parts) {
    std::string digest(kDigest, '\0');
    digest_to(digest.data(), parts);
    return digest;
}

HexDigest sha256_hex(std::initializer_list<std::string_view> parts) {
    std::array<char, kDigest> digest{};
    digest_to(digest.data(), parts);
    HexDigest hex{};
    write_hex({digest.data(), digest.size()}, hex.data());
    return hex;
}

void write_hex(std::string_view bytes, char* to) {
    for (const char byte : bytes) {
        *to++ = kHex[static_cast<unsigned char>(byte) >> 4U];
        *to++ = kHex[static_cast<unsigned char>(byte) & 15U];
    }
}

std::string to_hex(std::string_view bytes) {
    std::string text(bytes.size() * 2, '\0');
    write_hex(bytes, text.data());
    return text;
}

std::optional<std::string> from_hex(std::string_view text) {
    if (text.size() % 2 != 0) return std::nullopt;
    std::string bytes;
    bytes.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const int high = digit_of(text[i]);
        const int low = digit_of(text[i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        bytes += static_cast<char>(high * 16 + low);
    }
    return bytes;
}

std::optional<std::string> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
    std::string url;
    for (const char sign : text) {
        if (sign == '-' || sign == '_') return std::nullopt;
        url += sign == '+' ? '-' : sign == '/' ? '_' : sign;
    }
    return from_base64url(url);
}

std::string to_base64url(std::string_view bytes) {
    std::string text;
    text.reserve(bytes.size() * 4 / 3 + 2);
    std::uint32_t bits = 0;
    unsigned held = 0;
    for (const char byte : bytes) {
        bits = bits << 8U | static_cast<unsigned char>(byte);
        for (held += 8; held >= 6; held -= 6) text += kBase64Url[bits >> (held - 6) & 63U];
    }
    if (held > 0) text += kBase64Url[bits << (6 - held) & 63U];
    return text;
}

std::optional<std::string> from_base64url(std::string_view text) {
    std::string bytes;
    bytes.reserve(text.size() * 3 / 4);
    std::uint32_t bits = 0;
    unsigned held = 0;
    for (const char sign : text) {
        const std::size_t value = kBase64Url.find(sign);
        if (value == std::string_view::npos) return std::nullopt;
        bits = bits << 6U | static_cast<std::uint32_t>(value);
        held += 6;
        if (held >= 8) {
            held -= 8;
            bytes += static_cast<char>(bits >> held & 255U);
        }
    }
    const bool only_one = held >= 6 || (bits & ((1U << held) - 1U)) != 0;
    if (only_one) return std::nullopt;
    return bytes;
}

}  // namespace musubi
