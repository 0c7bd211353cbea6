#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace musubi {

/// The one way in which the journal writes a JSON value: RFC 8785, members in the order of their
/// names' UTF-16 code units. Numbers are whole and within 2^53 - 1, so that every reader means the
/// same; what has a fraction is written as a text.
/// Fails: BadRequest where a number is not whole or a text no UTF-8; TooLarge nested deeper than
/// kMaxCanonicalDepth.
Result<void> append_canonical(std::string& out, const Json& value);
void append_canonical_text(std::string& out, std::string_view text);
inline constexpr int kMaxCanonicalDepth = 16;

/// The order of names: as their UTF-16 code units are (RFC 8785, 3.2.3).
struct CanonicalLess {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const;
};

/// The members of an object as canonical text, for what is written often: each straight to text,
/// in any order, no name twice. The names outlive it.
class CanonicalMembers {
public:
    void text(std::string_view name, std::string_view value);
    void whole(std::string_view name, std::int64_t value);
    /// `value` is canonical text.
    void json(std::string_view name, std::string_view value);
    /// Fails: BadRequest where a text was no UTF-8, or a number beyond 2^53 - 1.
    [[nodiscard]] Result<std::string> str() const;

private:
    struct Member {
        std::string_view name;
        std::size_t begin = 0;  // in `values_`
        std::size_t bytes = 0;
    };
    void end(std::string_view name, std::size_t begin);

    std::string values_;
    std::vector<Member> members_;
    bool sound_ = true;
};

}  // namespace musubi
