#include "trust/secret.h"

#include <openssl/crypto.h>

namespace musubi {
namespace {

constexpr std::string_view kCrockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

// The plain sign of a full-width one (U+FF01..FF5E), which Japanese keyboards give; takes it off
// `text`. Others come back as they are.
char next_sign(std::string_view& text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const bool wide = text.size() >= 3 && byte(0) == 0xef && (byte(1) == 0xbc || byte(1) == 0xbd) &&
                      byte(2) >= 0x80 && byte(2) <= 0xbf;
    if (!wide) {
        const char sign = text.front();
        text.remove_prefix(1);
        return sign;
    }
    const unsigned code = ((byte(1) & 0x3fU) << 6U) | (byte(2) & 0x3fU);  // of 0xf000
    text.remove_prefix(3);
    return code >= 0xf01 && code <= 0xf5e ? static_cast<char>(code - 0xf01 + 0x21) : '\0';
}

}  // namespace

bool same_secret(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string long_token(Random& random) { return random_token(random) + random_token(random); }

std::string random_bytes(Random& random, std::size_t size) {
    std::string out;
    while (out.size() < size) {
        std::uint64_t bits = random.next();
        for (int i = 0; i < 8 && out.size() < size; ++i) {
            out += static_cast<char>(bits & 0xffU);
            bits >>= 8U;
        }
    }
    return out;
}

void wipe(std::string& secret) {
    OPENSSL_cleanse(secret.data(), secret.size());
    secret.clear();
}

std::string typed_code(Random& random, std::size_t groups) {
    constexpr std::size_t kGroup = 4;
    std::string out;
    for (std::size_t group = 0; group < groups; ++group) {
        if (group > 0) out += '-';
        std::uint64_t bits = random.next();
        for (std::size_t i = 0; i < kGroup; ++i) {
            out += kCrockford[bits & 31U];
            bits >>= 5U;
        }
    }
    return out;
}

std::optional<std::string> read_typed_code(std::string_view typed) {
    if (typed.size() > kMaxCodeBytes) return std::nullopt;
    std::string out;
    while (!typed.empty()) {
        if (typed.starts_with("\u3000")) {  // the blank of Japanese keyboards
            typed.remove_prefix(3);
            continue;
        }
        char sign = next_sign(typed);
        if (sign == '-' || sign == ' ') continue;
        if (sign >= 'a' && sign <= 'z') sign = static_cast<char>(sign - 'a' + 'A');
        if (sign == 'O') sign = '0';
        if (sign == 'I' || sign == 'L') sign = '1';
        if (sign == '\0' || kCrockford.find(sign) == std::string_view::npos) return std::nullopt;
        out += sign;
    }
    return out;
}

}  // namespace musubi
