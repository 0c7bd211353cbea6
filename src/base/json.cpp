#include "base/json.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

namespace musubi {

double Json::number() const {
    if (const auto* i = std::get_if<std::int64_t>(&data_)) return static_cast<double>(*i);
    return std::get<double>(data_);
}

const Json* Json::find(std::string_view name) const {
    const auto* members = std::get_if<Object>(&data_);
    if (members == nullptr) return nullptr;
    for (const JsonMember& m : *members) {
        if (m.name == name) return &m.value;
    }
    return nullptr;
}

Json* Json::find(std::string_view name) {
    return const_cast<Json*>(std::as_const(*this).find(name));  // NOLINT: the same, not const
}

Json& Json::set(std::string_view name, Json value) {
    if (is_null()) data_ = Object{};
    if (Json* present = find(name)) {
        *present = std::move(value);
    } else {
        object().push_back({std::string(name), std::move(value)});
    }
    return *this;
}

void Json::push_back(Json value) {
    if (is_null()) data_ = Array{};
    array().push_back(std::move(value));
}

std::string text_in(const Json& json, std::string_view name) {
    const std::string* text = find_text(json, name);
    return text != nullptr ? *text : std::string{};
}

const std::string* find_text(const Json& json, std::string_view name) {
    const Json* member = json.find(name);
    return member != nullptr && member->is_string() ? &member->string() : nullptr;
}

double number_in(const Json& json, std::string_view name) {
    const Json* member = json.find(name);
    return member != nullptr && member->is_number() ? member->number() : 0.0;
}

// Whether both hold the same members: in the same order nearly always, else sorted by name.
static bool same_members(const Json::Object& a, const Json::Object& b) {
    if (a.size() != b.size()) return false;
    const auto same = [](const JsonMember& x, const JsonMember& y) {
        return x.name == y.name && x.value == y.value;
    };
    const auto same_name = [](const JsonMember& x, const JsonMember& y) {
        return x.name == y.name;
    };
    if (std::equal(a.begin(), a.end(), b.begin(), same_name)) {
        return std::equal(a.begin(), a.end(), b.begin(), same);
    }
    const auto sorted = [](const Json::Object& object) {
        std::vector<const JsonMember*> members;
        members.reserve(object.size());
        for (const JsonMember& m : object) members.push_back(&m);
        std::sort(members.begin(), members.end(),
                  [](const JsonMember* x, const JsonMember* y) { return x->name < y->name; });
        return members;
    };
    const auto left = sorted(a);
    const auto right = sorted(b);
    return std::equal(left.begin(), left.end(), right.begin(),
                      [&](const JsonMember* x, const JsonMember* y) { return same(*x, *y); });
}

bool operator==(const Json& a, const Json& b) {
    if (a.is_number() && b.is_number()) {
        if (a.is_integer() && b.is_integer()) return a.integer() == b.integer();
        return a.number() == b.number();
    }
    if (a.data_.index() != b.data_.index()) return false;
    if (a.is_array()) return a.array() == b.array();
    if (a.is_object()) return same_members(a.object(), b.object());
    if (a.is_string()) return a.string() == b.string();
    if (a.is_bool()) return a.boolean() == b.boolean();
    return true;  // both null
}

namespace {

// True where none of eight bytes is a control, a quote or a backslash (the tests of zero and less
// of S. E. Anderson, "Bit Twiddling Hacks").
bool is_plain(std::uint64_t bytes) {
    constexpr std::uint64_t kOnes = 0x0101010101010101U;
    constexpr std::uint64_t kHigh = 0x8080808080808080U;
    const auto has_zero = [](std::uint64_t v) { return (v - kOnes) & ~v & kHigh; };
    const std::uint64_t control = (bytes - kOnes * 0x20) & ~bytes & kHigh;
    return (control | has_zero(bytes ^ (kOnes * '"')) | has_zero(bytes ^ (kOnes * '\\'))) == 0;
}

void append_escaped(std::string& out, unsigned char c) {
    static constexpr char kHex[] = "0123456789abcdef";
    switch (c) {
        case '"': out += "\\\""; break;
        case '\\': out += "\\\\"; break;
        case '\n': out += "\\n"; break;
        case '\r': out += "\\r"; break;
        case '\t': out += "\\t"; break;
        default:
            out += "\\u00";
            out += kHex[c >> 4U];
            out += kHex[c & 15U];
    }
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    std::size_t from = 0;
    std::size_t i = 0;
    while (i < text.size()) {
        if (i + sizeof(std::uint64_t) <= text.size()) {
            std::uint64_t bytes = 0;
            std::memcpy(&bytes, text.data() + i, sizeof bytes);
            if (is_plain(bytes)) {
                i += sizeof bytes;
                continue;
            }
        }
        const std::size_t end = std::min(i + sizeof(std::uint64_t), text.size());
        for (; i < end; ++i) {
            const auto c = static_cast<unsigned char>(text[i]);
            if (c >= 0x20 && c != '"' && c != '\\') continue;
            out.append(text, from, i - from);
            from = i + 1;
            append_escaped(out, c);
        }
    }
    out.append(text, from, text.size() - from);
    out += '"';
}

void append_json_number(std::string& out, double value) {
    if (!std::isfinite(value)) {  // JSON has no word for it
        out += "null";
        return;
    }
    if (value == 0 && std::signbit(value)) {  // "-0" would come back as the integer 0
        out += "-0.0";
        return;
    }
    std::array<char, 32> buffer{};
    char* const last = buffer.data() + buffer.size();
    // Without an exponent it would be an integer that no reader of 64 bits takes, ours neither.
    const bool large = std::abs(value) >= 0x1p63;
    const auto end = large
                         ? std::to_chars(buffer.data(), last, value, std::chars_format::scientific)
                         : std::to_chars(buffer.data(), last, value);
    out.append(buffer.data(), static_cast<std::size_t>(end.ptr - buffer.data()));
}

void append_json(std::string& out, const Json& value) {
    if (value.is_null()) {
        out += "null";
    } else if (value.is_bool()) {
        out += value.boolean() ? "true" : "false";
    } else if (value.is_integer()) {
        std::array<char, 24> buffer{};
        const auto end =
            std::to_chars(buffer.data(), buffer.data() + buffer.size(), value.integer()).ptr;
        out.append(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
    } else if (value.is_number()) {
        append_json_number(out, value.number());
    } else if (value.is_string()) {
        append_json_string(out, value.string());
    } else if (value.is_array()) {
        out += '[';
        for (const Json& item : value.array()) {
            if (&item != value.array().data()) out += ',';
            append_json(out, item);
        }
        out += ']';
    } else {
        out += '{';
        for (const JsonMember& m : value.object()) {
            append_member_name(out, m.name);
            append_json(out, m.value);
        }
        out += '}';
    }
}

std::string to_text(const Json& value) {
    std::string out;
    append_json(out, value);
    return out;
}

void append_member_name(std::string& out, std::string_view name) {
    if (out.back() != '{') out += ',';
    append_json_string(out, name);
    out += ':';
}

bool is_utf8(std::string_view text) {
    // An empty text may have no memory, which simdjson must not be given.
    return text.empty() || simdjson::validate_utf8(text.data(), text.size());
}

std::string_view cut_utf8(std::string_view text, std::size_t size) {
    if (text.size() <= size) return text;
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xc0U) == 0x80U) --size;
    return text.substr(0, size);
}

}  // namespace musubi
