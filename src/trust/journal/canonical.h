#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/canonical_json.h"

namespace musubi {

/// As the journal writes a JSON value: canonical (RFC 8785), but that numbers are whole, so that
/// no reader has to know how fractions are written; what has one is written as a text.
/// Fails: as append_canonical_json; BadRequest where a number is not whole.
Result<void> append_canonical(std::string& out, const Json& value);

/// The members of an object as canonical text, for what is written often: each straight to text,
/// in any order, no name twice, kMost at most. The names are ASCII without escapes and outlive it.
class CanonicalMembers {
public:
    static constexpr std::size_t kMost = 16;
    CanonicalMembers() { members_.reserve(kRoom); }
    void text(std::string_view name, std::string_view value);
    void whole(std::string_view name, std::int64_t value);
    /// `value` is canonical text.
    void json(std::string_view name, std::string_view value);
    /// Fails: BadRequest where a text was no UTF-8, or a number beyond 2^53 - 1.
    [[nodiscard]] Result<std::string> str() const;

private:
    static constexpr std::size_t kRoom = 400;
    struct Member {
        std::string_view name;
        std::uint32_t begin = 0;  // in `members_`
        std::uint32_t end = 0;
    };
    std::string& begin(std::string_view name);
    void end() { order_[place_].end = static_cast<std::uint32_t>(members_.size()); }

    std::string members_;                // each with its name
    std::array<Member, kMost> order_{};  // of their names
    std::size_t count_ = 0;
    std::size_t place_ = 0;  // in `order_`, of the one being written
    bool sound_ = true;
};

}  // namespace musubi
