#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/canonical_json.h"

namespace musubi {

/// As the journal writes a JSON value: canonical (RFC 8785), but that numbers are whole, so that
/// no reader has to know how fractions are written; what has one is written as a text.
/// Fails: as append_canonical_json; BadRequest where a number is not whole.
Result<void> append_canonical(std::string& out, const Json& value);

/// The members of an object as canonical text, for what is written often: each straight to text,
/// in any order, no name twice. The names outlive it.
class CanonicalMembers {
public:
    CanonicalMembers() {
        values_.reserve(400);
        members_.reserve(12);
    }
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
    std::vector<Member> members_;  // in the order of their names
    bool sound_ = true;
};

}  // namespace musubi
