#include "trust/journal/canonical.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace musubi {
namespace {

constexpr std::int64_t kMaxWhole = (std::int64_t{1} << 53) - 1;

Result<void> append(std::string& out, const Json& value, int depth);

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
        if (!is_utf8(member->name)) return Error{ErrorCode::BadRequest, "a name is no UTF-8"};
        append_canonical_text(out, member->name);
        out += ':';
        TRY(append(out, member->value, depth + 1));
    }
    out += '}';
    return {};
}

Result<void> append(std::string& out, const Json& value, int depth) {
    if (depth > kMaxCanonicalDepth) {
        return Error{ErrorCode::TooLarge, "an entry of the journal is nested too deeply"};
    }
    if (value.is_object()) return append_object(out, value.object(), depth);
    if (value.is_array()) {
        out += '[';
        for (const Json& item : value.array()) {
            if (&item != value.array().data()) out += ',';
            TRY(append(out, item, depth + 1));
        }
        out += ']';
        return {};
    }
    if (value.is_string()) {
        if (!is_utf8(value.string())) return Error{ErrorCode::BadRequest, "a text is no UTF-8"};
        append_canonical_text(out, value.string());
        return {};
    }
    if (value.is_number()) {
        if (!value.is_integer() || value.integer() > kMaxWhole || value.integer() < -kMaxWhole) {
            return Error{ErrorCode::BadRequest,
                         "numbers in the journal are whole and within 2^53 - 1; write others as "
                         "texts"};
        }
    }
    append_json(out, value);
    return {};
}

}  // namespace

// The order of UTF-8 is that of its bytes, but that what
// needs two units (a first byte of F0 and above) comes before U+E000 and above (EE, EF).
bool CanonicalLess::operator()(std::string_view a, std::string_view b) const {
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

Result<void> append_canonical(std::string& out, const Json& value) { return append(out, value, 0); }

void CanonicalMembers::end(std::string_view name, std::size_t begin) {
    members_.push_back({name, begin, values_.size() - begin});
}

void CanonicalMembers::text(std::string_view name, std::string_view value) {
    sound_ = sound_ && is_utf8(value);
    const std::size_t begin = values_.size();
    append_canonical_text(values_, value);
    end(name, begin);
}

void CanonicalMembers::whole(std::string_view name, std::int64_t value) {
    sound_ = sound_ && value <= kMaxWhole && value >= -kMaxWhole;
    const std::size_t begin = values_.size();
    values_ += std::to_string(value);
    end(name, begin);
}

void CanonicalMembers::json(std::string_view name, std::string_view value) {
    const std::size_t begin = values_.size();
    values_ += value;
    end(name, begin);
}

Result<std::string> CanonicalMembers::str() const {
    if (!sound_) {
        return Error{ErrorCode::BadRequest,
                     "what is recorded has a text that is no UTF-8, or a "
                     "number beyond 2^53 - 1"};
    }
    std::vector<Member> members = members_;
    std::sort(members.begin(), members.end(),
              [](const Member& a, const Member& b) { return CanonicalLess{}(a.name, b.name); });
    std::string out;
    out.reserve(values_.size() + members.size() * 20);
    out += '{';
    for (const Member& member : members) {
        if (out.size() > 1) out += ',';
        append_canonical_text(out, member.name);
        out += ':';
        out.append(values_, member.begin, member.bytes);
    }
    out += '}';
    return out;
}

}  // namespace musubi
