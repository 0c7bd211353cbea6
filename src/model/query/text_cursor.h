#pragma once

#include <fmt/format.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace musubi {

/// A place in a query's text, and the small steps its parsers share. Spaces between the parts of
/// a query mean nothing.
class TextCursor {
public:
    explicit TextCursor(std::string_view text) : text_{text} {}

    [[nodiscard]] bool at_end() const { return pos_ >= text_.size(); }
    [[nodiscard]] std::size_t pos() const { return pos_; }
    [[nodiscard]] std::string_view text() const { return text_; }
    [[nodiscard]] std::string_view rest() const { return text_.substr(pos_); }
    [[nodiscard]] std::string_view since(std::size_t start) const {
        return text_.substr(start, pos_ - start);
    }
    /// The next character; NUL at the end.
    [[nodiscard]] char peek() const { return at_end() ? '\0' : text_[pos_]; }
    void advance(std::size_t n = 1) { pos_ += n; }
    void skip_spaces() {
        while (peek() == ' ') ++pos_;
    }
    /// Takes `token` where it comes next, after spaces.
    bool take(std::string_view token) {
        skip_spaces();
        if (!rest().starts_with(token)) return false;
        pos_ += token.size();
        return true;
    }
    [[nodiscard]] Error bad(std::string detail) const {
        return {ErrorCode::BadRequest, std::move(detail), fmt::format("byte {}", pos_)};
    }
    [[nodiscard]] Error too_complex(std::string detail) const {
        return {ErrorCode::TooComplexQuery, std::move(detail), fmt::format("byte {}", pos_)};
    }

private:
    std::string_view text_;
    std::size_t pos_ = 0;
};

}  // namespace musubi
