#include "trust/journal/canonical.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace musubi {
namespace {

constexpr std::int64_t kMaxWhole = (std::int64_t{1} << 53) - 1;

bool is_whole(const Json& value) {
    if (value.is_object()) {
        return std::all_of(value.object().begin(), value.object().end(),
                           [](const JsonMember& member) { return is_whole(member.value); });
    }
    if (value.is_array()) {
        return std::all_of(value.array().begin(), value.array().end(), is_whole);
    }
    return !value.is_number() || value.is_integer();
}

}  // namespace

Result<void> append_canonical(std::string& out, const Json& value) {
    const std::size_t before = out.size();
    TRY(append_canonical_json(out, value));  // bounds the depth
    if (is_whole(value)) return {};
    out.resize(before);
    return Error{ErrorCode::BadRequest,
                 "numbers in the journal are whole and within 2^53 - 1; write others as texts"};
}

// There are few, and most come in order.
void CanonicalMembers::end(std::string_view name, std::size_t begin) {
    auto at = members_.end();
    while (at != members_.begin() && CanonicalLess{}(name, (at - 1)->name)) --at;
    members_.insert(at, {name, begin, values_.size() - begin});
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
    std::string out;
    out.reserve(values_.size() + members_.size() * 20);
    out += '{';
    for (const Member& member : members_) {
        if (out.size() > 1) out += ',';
        append_canonical_text(out, member.name);
        out += ':';
        out.append(values_, member.begin, member.bytes);
    }
    out += '}';
    return out;
}

}  // namespace musubi
