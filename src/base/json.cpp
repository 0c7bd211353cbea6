#include "base/json.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <unordered_set>

#include "base/json_fault.h"

namespace musubi {
namespace {

using simdjson::dom::element;
using simdjson::dom::element_type;

// The error, with the place it is at seen from one level further out (RFC 6901).
Error inside(std::string_view name, Error error) {
    std::string pointer = "/";
    for (const char c : name) {
        if (c == '~') {
            pointer += "~0";
        } else if (c == '/') {
            pointer += "~1";
        } else {
            pointer += c;
        }
    }
    error.where.insert(0, pointer);
    return error;
}

// Builds our value from simdjson's document. The depth is bounded by the parser's own limit.
Result<Json> convert(const element& e) {
    switch (e.type()) {
        case element_type::NULL_VALUE: return Json{};
        case element_type::BOOL: return Json{bool{e.get_bool().value_unsafe()}};
        case element_type::INT64: return Json{std::int64_t{e.get_int64().value_unsafe()}};
        case element_type::UINT64: return Json{static_cast<double>(e.get_uint64().value_unsafe())};
        case element_type::DOUBLE: return Json{double{e.get_double().value_unsafe()}};
        case element_type::STRING: return Json{std::string_view{e.get_string().value_unsafe()}};
        case element_type::ARRAY: {
            const simdjson::dom::array source = e.get_array().value_unsafe();
            Json::Array out;
            out.reserve(source.size());
            for (const element item : source) {
                auto value = convert(item);
                if (!value) return inside(std::to_string(out.size()), std::move(value).error());
                out.push_back(std::move(value).value());
            }
            return Json{std::move(out)};
        }
        case element_type::OBJECT: {
            const simdjson::dom::object source = e.get_object().value_unsafe();
            Json::Object out;
            out.reserve(source.size());
            std::unordered_set<std::string_view> seen;  // the names, where there are many
            for (const auto& [name, value] : source) {
                const auto same = [&member = name](const JsonMember& m) {
                    return m.name == member;
                };
                if (source.size() <= 64 ? std::any_of(out.begin(), out.end(), same)
                                        : !seen.insert(name).second) {
                    return inside(name, {ErrorCode::BadRequest, "the member '" + std::string(name) +
                                                                    "' is written twice"});
                }
                auto item = convert(value);
                if (!item) return inside(name, std::move(item).error());
                out.push_back({std::string(name), std::move(item).value()});
            }
            return Json{std::move(out)};
        }
    }
    return Error{ErrorCode::Internal, "a JSON value of no known kind"};
}

// How many bytes of well-formed UTF-8 `text` begins with (RFC 3629, 4): simdjson does not say.
std::size_t well_formed_bytes(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    std::size_t i = 0;
    while (i < text.size()) {
        const unsigned lead = byte(i);
        const std::size_t more = lead < 0x80                    ? 0
                                 : lead >= 0xc2 && lead <= 0xdf ? 1
                                 : lead >= 0xe0 && lead <= 0xef ? 2
                                 : lead >= 0xf0 && lead <= 0xf4 ? 3
                                                                : 4;
        if (more == 4 || i + more >= text.size()) return i;
        const unsigned least = lead == 0xe0 ? 0xa0U : lead == 0xf0 ? 0x90U : 0x80U;
        const unsigned most = lead == 0xed ? 0x9fU : lead == 0xf4 ? 0x8fU : 0xbfU;
        for (std::size_t k = 1; k <= more; ++k) {
            const unsigned next = byte(i + k);
            if (next < (k == 1 ? least : 0x80U) || next > (k == 1 ? most : 0xbfU)) return i;
        }
        i += more + 1;
    }
    return i;
}

Error parse_error(simdjson::error_code code, std::string_view text) {
    if (code == simdjson::UTF8_ERROR) {
        return {ErrorCode::BadRequest, "the text is not UTF-8",
                "byte " + std::to_string(well_formed_bytes(text))};
    }
    if (code == simdjson::DEPTH_ERROR) {
        return {ErrorCode::TooLarge, "the JSON is nested too deeply"};
    }
    if (code == simdjson::CAPACITY || code == simdjson::MEMALLOC) {
        return {ErrorCode::TooLarge, "the JSON is too large"};
    }
    if (code == simdjson::EMPTY) return {ErrorCode::BadRequest, "the body is empty"};
    const JsonFault fault = find_json_fault(text);
    if (fault.what.empty()) {
        return {ErrorCode::BadRequest,
                std::string("malformed JSON: ") + simdjson::error_message(code)};
    }
    return {ErrorCode::BadRequest, std::string("malformed JSON: ").append(fault.what),
            "byte " + std::to_string(fault.at)};
}

}  // namespace

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

Result<Json> parse_json(std::string_view text, const JsonLimits& limits) {
    if (text.size() > limits.max_bytes) {
        return Error{ErrorCode::TooLarge,
                     "the JSON is larger than " + std::to_string(limits.max_bytes) + " bytes"};
    }
    // One parser a thread: its buffers are reused, and it holds nothing between calls.
    thread_local simdjson::dom::parser parser;
    thread_local std::size_t depth = 0;
    if (depth != static_cast<std::size_t>(limits.max_depth)) {
        depth = static_cast<std::size_t>(limits.max_depth);
        if (parser.allocate(std::max<std::size_t>(text.size(), 4096), depth) != simdjson::SUCCESS) {
            return Error{ErrorCode::TooLarge, "no memory to read the JSON"};
        }
    }
    const auto document = parser.parse(text.data(), text.size(), true);
    Result<Json> value = document.error() == simdjson::SUCCESS
                             ? convert(document.value_unsafe())
                             : parse_error(document.error(), text);
    if (parser.capacity() > (4U << 20U)) {  // a rare large body must not keep its buffers
        parser = simdjson::dom::parser{};
        depth = 0;
    }
    return value;
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

bool is_utf8(std::string_view text) { return simdjson::validate_utf8(text.data(), text.size()); }

}  // namespace musubi
