#include "model/my_number.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>

namespace musubi {
namespace {

constexpr std::size_t kDigits = 12;
constexpr std::size_t kMostBytes = 256;  // of a text that is looked at: a sign has up to four

// Blanks of any kind, what is not seen, and dashes part digits wherever they stand; other marks
// where a card parts them, after four digits and after eight, and around them all; commas as
// numbers have them.
bool parts_digits(UChar32 sign, std::size_t after) {
    const auto kind = static_cast<UCharCategory>(u_charType(sign));
    if (u_isUWhiteSpace(sign) != 0 || kind == U_FORMAT_CHAR || kind == U_CONTROL_CHAR ||
        kind == U_DASH_PUNCTUATION || sign == 0x2212 || sign == 0x30FC) {
        return true;
    }
    if (sign == ',' || sign == 0xFF0C) return after % 3 == 0 || after % 4 == 0;
    if (after == 0 || after == kDigits) return u_ispunct(sign) != 0;  // no +: a telephone number
    return u_isalnum(sign) == 0 && (after == 4 || after == 8);
}

bool holds_one(const Json& value) {
    if (value.is_string()) return is_my_number(value.string());
    if (value.is_array()) {
        return std::any_of(value.array().begin(), value.array().end(), holds_one);
    }
    if (!value.is_object()) return false;
    return std::any_of(value.object().begin(), value.object().end(), [](const JsonMember& member) {
        return is_my_number(member.name) || holds_one(member.value);
    });
}

bool ends_in_one(std::string_view iri) {
    return is_my_number(iri.substr(iri.find_last_of("/#:") + 1));
}

// Words of a vocabulary and objects are IRIs: what was written is the last part.
bool end_in_one(const Json& iris) {
    if (iris.is_array()) {
        return std::any_of(iris.array().begin(), iris.array().end(), end_in_one);
    }
    return iris.is_string() && ends_in_one(iris.string());
}

bool has_iris(AttributeKind kind) {
    return kind == AttributeKind::VocabProperty || kind == AttributeKind::Relationship ||
           kind == AttributeKind::ListRelationship;
}

}  // namespace

bool is_my_number(std::string_view text) {
    if (text.size() < kDigits || text.size() > kMostBytes) return false;
    std::array<int, kDigits> digits{};
    std::size_t count = 0;
    const auto bytes = static_cast<int32_t>(text.size());
    for (int32_t at = 0; at < bytes;) {
        UChar32 sign = 0;
        U8_NEXT(text.data(), at, bytes, sign);
        if (sign < 0) return false;
        const int32_t digit = u_charDigitValue(sign);
        if (digit < 0) {
            if (parts_digits(sign, count)) continue;
            return false;
        }
        if (count == kDigits) return false;
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

std::string without_my_numbers(std::string_view line) {
    constexpr std::string_view kParts = ",;\t|\"'{}[]:\n\r";
    std::string out;
    while (true) {
        const std::string_view cell = line.substr(0, line.find_first_of(kParts));
        out += is_my_number(cell) ? std::string_view("************") : cell;
        if (cell.size() == line.size()) return out;
        out += line[cell.size()];
        line.remove_prefix(cell.size() + 1);
    }
}

bool holds_my_number(const Attribute& attribute) {
    return holds_one(attribute.value) ||
           (has_iris(attribute.kind) && end_in_one(attribute.value)) ||
           ends_in_one(attribute.name) || ends_in_one(attribute.dataset_id) ||
           is_my_number(attribute.unit_code) ||
           std::any_of(attribute.sub.begin(), attribute.sub.end(), holds_my_number);
}

}  // namespace musubi
