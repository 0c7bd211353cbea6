#include "trust/journal/canonical.h"

#include <algorithm>
#include <cassert>

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
std::string& CanonicalMembers::begin(std::string_view name) {
    assert(count_ < kMost);
    place_ = count_++;
    for (; place_ > 0 && name < order_[place_ - 1].name; --place_) {
        order_[place_] = order_[place_ - 1];
    }
    order_[place_] = {.name = name, .begin = static_cast<std::uint32_t>(members_.size())};
    return members_.append(1, '"').append(name).append("\":");
}

void CanonicalMembers::text(std::string_view name, std::string_view value) {
    append_canonical_text(begin(name), value);
    end();
}

void CanonicalMembers::whole(std::string_view name, std::int64_t value) {
    sound_ = sound_ && value <= kMaxWhole && value >= -kMaxWhole;
    begin(name) += std::to_string(value);
    end();
}

void CanonicalMembers::json(std::string_view name, std::string_view value) {
    begin(name) += value;
    end();
}

Result<std::string> CanonicalMembers::str() const {
    // What stands between texts is ASCII, so that they are UTF-8 together or not at all.
    if (!sound_ || !is_utf8(members_)) {
        return Error{ErrorCode::BadRequest,
                     "what is recorded has a text that is no UTF-8, or a "
                     "number beyond 2^53 - 1"};
    }
    std::string out;
    out.reserve(members_.size() + count_ + 2);
    out += '{';
    for (std::size_t i = 0; i < count_; ++i) {
        if (i > 0) out += ',';
        out.append(members_, order_[i].begin, order_[i].end - order_[i].begin);
    }
    out += '}';
    return out;
}

}  // namespace musubi
