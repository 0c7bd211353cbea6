#include "base/canonical_json.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <vector>

namespace musubi {
namespace {

constexpr std::int64_t kMaxWhole = (std::int64_t{1} << 53) - 1;

Result<void> append(std::string& out, const Json& value, int depth);

Result<void> append_text(std::string& out, std::string_view text) {
    if (!is_utf8(text)) return Error{ErrorCode::BadRequest, "a text is no UTF-8"};
    append_canonical_text(out, text);
    return {};
}

Result<void> append_object(std::string& out, const Json::Object& object, int depth) {
    std::vector<const JsonMember*> members;
    members.reserve(object.size());
    for (const JsonMember& member : object) members.push_back(&member);
    std::sort(members.begin(), members.end(), [](const JsonMember* a, const JsonMember* b) {
        return CanonicalLess{}(a->name, b->name);
    });
    out += '{';
    for (const JsonMember* member : members) {
        if (member != members.front()) out += ',';
        TRY(append_text(out, member->name));
        out += ':';
        TRY(append(out, member->value, depth + 1));
    }
    out += '}';
    return {};
}

Result<void> append_number(std::string& out, const Json& value) {
    // Beyond that every double is whole, and not every whole number is a double.
    if (!(std::abs(value.number()) <= static_cast<double>(kMaxWhole))) {
        return Error{ErrorCode::BadRequest,
                     "a number is not finite, or beyond 2^53 - 1: write it as a text"};
    }
    append_canonical_number(out, value.number());
    return {};
}

Result<void> append(std::string& out, const Json& value, int depth) {
    if (depth > kMaxCanonicalDepth) {
        return Error{ErrorCode::TooLarge, "a value is nested too deeply"};
    }
    if (value.is_object()) return append_object(out, value.object(), depth);
    if (value.is_string()) return append_text(out, value.string());
    if (value.is_number()) return append_number(out, value);
    if (!value.is_array()) {
        append_json(out, value);
        return {};
    }
    out += '[';
    for (const Json& item : value.array()) {
        if (&item != value.array().data()) out += ',';
        TRY(append(out, item, depth + 1));
    }
    out += ']';
    return {};
}

}  // namespace

// The order of UTF-8 is that of its bytes, but that what needs two units (a first byte of F0 and
// above) comes before U+E000 and above (EE, EF).
bool CanonicalLess::operator()(std::string_view a, std::string_view b) const {
    if (a == b) return false;
    const auto [x, y] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
    if (x == a.end() || y == b.end()) return a.size() < b.size();
    const auto first = static_cast<unsigned char>(*x);
    const auto second = static_cast<unsigned char>(*y);
    if (first >= 0xf0 && (second == 0xee || second == 0xef)) return true;
    if (second >= 0xf0 && (first == 0xee || first == 0xef)) return false;
    return first < second;
}

void append_canonical_text(std::string& out, std::string_view text) {
    // These two have a short form in RFC 8785 that our other JSON does not use.
    const auto has = [&](char c) { return text.find(c) != std::string_view::npos; };
    if (!has('\b') && !has('\f')) return append_json_string(out, text);
    out += '"';
    for (const char c : text) {
        if (c == '\b' || c == '\f') {
            out += c == '\b' ? "\\b" : "\\f";
            continue;
        }
        std::string one;
        append_json_string(one, {&c, 1});
        out.append(one, 1, one.size() - 2);
    }
    out += '"';
}

void append_canonical_number(std::string& out, double value) {
    if (value == 0) {
        out += '0';
        return;
    }
    std::array<char, 40> buffer{};
    const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), std::abs(value),
                                   std::chars_format::scientific);
    std::string_view text{buffer.data(), static_cast<std::size_t>(end.ptr - buffer.data())};
    const std::size_t mark = text.find('e');
    int exponent = 0;
    const bool minus = text[mark + 1] == '-';
    std::from_chars(text.data() + mark + 2, end.ptr, exponent);
    std::string digits{text.substr(0, 1)};
    if (mark > 2) digits += text.substr(2, mark - 2);
    const int count = static_cast<int>(digits.size());
    const int point = (minus ? -exponent : exponent) + 1;  // where it stands in the digits
    constexpr int kMostPlain = 21;
    constexpr int kLeastPlain = -6;
    if (value < 0) out += '-';
    if (count <= point && point <= kMostPlain) {
        out.append(digits).append(static_cast<std::size_t>(point - count), '0');
    } else if (0 < point && point <= kMostPlain) {
        out.append(digits, 0, static_cast<std::size_t>(point)).append(1, '.');
        out.append(digits, static_cast<std::size_t>(point));
    } else if (kLeastPlain < point && point <= 0) {
        out.append("0.").append(static_cast<std::size_t>(-point), '0').append(digits);
    } else {
        out += digits.front();
        if (count > 1) out.append(1, '.').append(digits, 1);
        out.append(point > 0 ? "e+" : "e-").append(std::to_string(std::abs(point - 1)));
    }
}

Result<void> append_canonical_json(std::string& out, const Json& value) {
    return append(out, value, 0);
}

Result<std::string> canonical_json(const Json& value) {
    std::string out;
    TRY(append_canonical_json(out, value));
    return out;
}

}  // namespace musubi
