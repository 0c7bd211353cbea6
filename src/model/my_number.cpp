#include "model/my_number.h"

#include <algorithm>
#include <array>

namespace musubi {
namespace {

constexpr std::size_t kDigits = 12;
constexpr std::size_t kMostBytes = 64;  // full-width digits and separators take three each

// Takes one sign off `text`: its digit, -1 for a blank or hyphen, -2 for anything else.
int take_sign(std::string_view& text) {
    constexpr int kSeparator = -1;
    constexpr int kOther = -2;
    const auto first = static_cast<unsigned char>(text.front());
    if (first < 0x80) {
        text.remove_prefix(1);
        if (first >= '0' && first <= '9') return first - '0';
        return first == ' ' || first == '-' ? kSeparator : kOther;
    }
    constexpr std::string_view kFullWidthDigits = "\xEF\xBC";  // U+FF10 to U+FF19
    for (const std::string_view separator : {"　", "－", "‐", "−", "ー"}) {
        if (!text.starts_with(separator)) continue;
        text.remove_prefix(separator.size());
        return kSeparator;
    }
    if (text.size() < 3 || !text.starts_with(kFullWidthDigits)) return kOther;
    const int digit = static_cast<unsigned char>(text[2]) - 0x90;
    text.remove_prefix(3);
    return digit >= 0 && digit <= 9 ? digit : kOther;
}

bool holds(const Json& value) {
    if (value.is_string()) return is_my_number(value.string());
    if (value.is_array()) {
        return std::any_of(value.array().begin(), value.array().end(), holds);
    }
    if (!value.is_object()) return false;
    return std::any_of(value.object().begin(), value.object().end(),
                       [](const JsonMember& member) { return holds(member.value); });
}

}  // namespace

bool is_my_number(std::string_view text) {
    if (text.size() < kDigits || text.size() > kMostBytes) return false;
    std::array<int, kDigits> digits{};
    std::size_t count = 0;
    while (!text.empty()) {
        const int digit = take_sign(text);
        if (digit == -1) continue;
        if (digit < 0 || count == kDigits) return false;
        digits[count++] = digit;
    }
    if (count != kDigits) return false;
    int sum = 0;
    for (int n = 1; n <= 11; ++n) {  // counted from the right, the check digit left out
        sum += digits[static_cast<std::size_t>(11 - n)] * (n <= 6 ? n + 1 : n - 5);
    }
    const int rest = sum % 11;
    return digits.back() == (rest <= 1 ? 0 : 11 - rest);
}

bool holds_my_number(const Attribute& attribute) {
    return holds(attribute.value) ||
           std::any_of(attribute.sub.begin(), attribute.sub.end(), holds_my_number);
}

}  // namespace musubi
