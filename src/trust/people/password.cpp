#include "trust/people/password.h"

#include <argon2.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/both_words.h"
#include "model/normal_text.h"
#include "trust/secret.h"

namespace musubi {
namespace {

// Of twelve characters or more, from what is published of stolen passwords; shorter ones are
// refused for their length.
constexpr std::array<std::string_view, 30> kCommonest{
    "password1234", "password12345", "password123456", "passwordpassword", "1q2w3e4r5t6y",
    "1qaz2wsx3edc", "qwertyuiop12",  "qwertyuiop123",  "qwertyuiopasdf",   "q1w2e3r4t5y6",
    "qwerty123456", "qwerty1234567", "asdfghjkl123",   "zxcvbnm12345",     "iloveyou1234",
    "admin1234567", "administrator", "administrator1", "letmein12345",     "welcome12345",
    "passw0rd1234", "p@ssw0rd1234",  "abcd12345678",   "a123456789012",    "changeme1234",
    "sunshine1234", "princess1234",  "123qweasdzxc",   "1qazxsw23edc",     "musubimusubi"};

bool is_letter_or_beyond(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte | 0x20U) >= 'a' && ((byte | 0x20U) <= 'z' || byte >= 0x80);
}

// Without the digits and signs before and behind it, which people add to a word.
std::string_view core_of(std::string_view text) {
    while (!text.empty() && !is_letter_or_beyond(text.front())) text.remove_prefix(1);
    while (!text.empty() && !is_letter_or_beyond(text.back())) text.remove_suffix(1);
    return text;
}

// "abababababab", "aaaaaaaaaaaa": a part of up to four bytes again and again.
bool is_repetition(std::string_view text) {
    for (std::size_t unit = 1; unit <= 4; ++unit) {
        bool same = true;
        for (std::size_t i = unit; i < text.size() && same; ++i) same = text[i] == text[i - unit];
        if (same) return true;
    }
    return false;
}

// "123456789012", "abcdefghijkl", downwards too.
bool is_row(std::string_view text) {
    const auto steps = [&](int step) {
        for (std::size_t i = 1; i < text.size(); ++i) {
            const bool wraps = (text[i - 1] == '9' && text[i] == '0' && step == 1) ||
                               (text[i - 1] == '0' && text[i] == '9' && step == -1);
            if (text[i] - text[i - 1] != step && !wraps) return false;
        }
        return true;
    };
    return steps(1) || steps(-1);
}

bool is_too_common(std::string_view folded, std::string_view name) {
    const std::string_view core = core_of(folded);
    return std::find(kCommonest.begin(), kCommonest.end(), folded) != kCommonest.end() ||
           is_repetition(folded) || is_row(folded) || core == "password" ||
           core == "passwordpassword" ||
           (!name.empty() && (core == name || folded == std::string(name) + std::string(name)));
}

Error is_corrupt() { return {ErrorCode::Corrupt, "the record of a password is malformed"}; }

// Takes `prefix` and a number off the text.
bool take_number(std::string_view& text, std::string_view prefix, std::uint32_t& number) {
    if (!text.starts_with(prefix)) return false;
    text.remove_prefix(prefix.size());
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec != std::errc{}) return false;
    text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()));
    return true;
}

}  // namespace

Result<std::string> normal_password(std::string_view password) {
    // NFKC makes at most 18 bytes of one character: what is longer can not fit.
    if (password.size() > 4 * kMaxPasswordBytes) {
        return Error{
            ErrorCode::TooLarge,
            both_texts("パスワードは 256 バイトまでです", "a password has at most 256 bytes"),
            "/password"};
    }
    auto normal = to_nfkc(password);
    if (!normal) return Error{ErrorCode::BadRequest, normal.error().detail, "/password"};
    if (normal->size() > kMaxPasswordBytes) {
        return Error{
            ErrorCode::TooLarge,
            both_texts("パスワードは 256 バイトまでです", "a password has at most 256 bytes"),
            "/password"};
    }
    return normal;
}

Result<void> check_password(std::string_view normal, std::string_view name) {
    if (count_characters(normal) < kMinPasswordCharacters) {
        return Error{
            ErrorCode::BadRequest,
            both_texts("パスワードは 12 文字以上です。言葉をいくつか並べたもので構いません",
                       "a password has at least 12 characters; a few words in a row are fine"),
            "/password"};
    }
    const std::string folded = TRY(to_nfkc_casefold(normal));
    if (is_too_common(folded, TRY(to_nfkc_casefold(name)))) {
        return Error{
            ErrorCode::BadRequest,
            both_texts(
                "最初に試されるパスワードの一つです。つながりのない言葉をいくつか並べてください",
                "this password is among the first that are tried; take a few words that do "
                "not belong together"),
            "/password"};
    }
    return {};
}

Result<Argon2Cost> read_argon2_cost(std::string_view stored) {
    Argon2Cost cost;
    std::uint32_t version = 0;
    const bool read = take_number(stored, "$argon2id$v=", version) &&
                      take_number(stored, "$m=", cost.memory_kib) &&
                      take_number(stored, ",t=", cost.passes) &&
                      take_number(stored, ",p=", cost.lanes) && stored.starts_with('$');
    constexpr Argon2Cost kMost = PasswordHasher::kMost;
    if (!read || version != ARGON2_VERSION_13 || cost.memory_kib > kMost.memory_kib ||
        cost.passes > kMost.passes || cost.lanes > kMost.lanes) {
        return is_corrupt();
    }
    return cost;
}

PasswordHasher::PasswordHasher(Argon2Cost cost) : cost_{cost} {
    // A hash of zeros: to find a password that has it is as hard as any.
    nobody_ = "$argon2id$v=19$m=" + std::to_string(cost.memory_kib) +
              ",t=" + std::to_string(cost.passes) + ",p=" + std::to_string(cost.lanes) + "$" +
              std::string(22, 'A') + "$" + std::string(43, 'A');
}

Result<std::string> PasswordHasher::hash(std::string_view normal, Random& random) const {
    const std::string salt = random_bytes(random, kSaltBytes);
    std::string out(argon2_encodedlen(cost_.passes, cost_.memory_kib, cost_.lanes, kSaltBytes,
                                      kHashBytes, Argon2_id),
                    '\0');
    ++computations_;
    const int done = argon2id_hash_encoded(cost_.passes, cost_.memory_kib, cost_.lanes,
                                           normal.data(), normal.size(), salt.data(), salt.size(),
                                           kHashBytes, out.data(), out.size());
    if (done != ARGON2_OK) {
        return Error{
            ErrorCode::Busy,
            both_texts("今はパスワードを計算するメモリーがありません。もう一度試してください",
                       "there is no memory for a password now; try again")};
    }
    out.resize(out.find('\0'));
    return out;
}

bool PasswordHasher::verify(std::string_view normal, const std::string& stored) const {
    const bool known = !stored.empty() && read_argon2_cost(stored).has_value();
    const std::string& text = known ? stored : nobody_;
    ++computations_;
    const int same = argon2id_verify(text.c_str(), normal.data(), normal.size());
    return known && same == ARGON2_OK;
}

bool PasswordHasher::is_outdated(std::string_view stored) const {
    const auto cost = read_argon2_cost(stored);
    return !cost || cost->memory_kib < cost_.memory_kib || cost->passes < cost_.passes;
}

}  // namespace musubi
