#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "sense/config/feed_config.h"

namespace musubi {

/// Makes UTF-8 of the text of a source. Not for several threads.
class TextDecoder {
public:
    explicit TextDecoder(TextEncoding encoding);
    TextDecoder(TextDecoder&&) noexcept;
    TextDecoder& operator=(TextDecoder&&) noexcept;
    ~TextDecoder();

    /// Decides `auto` from the first bytes of a source: UTF-8 where they have its byte order mark
    /// or no fewer lines are well-formed than not, else cp932. While they are plain ASCII nothing
    /// is decided.
    void look_at(std::string_view beginning);
    /// The text as UTF-8; a view of `bytes` where nothing had to change, else of an own buffer
    /// that lives until the next call. Nothing where the bytes are not of the encoding.
    std::optional<std::string_view> decode(std::string_view bytes);

private:
    struct Converter;
    std::optional<std::string_view> from_cp932(std::string_view bytes);
    TextEncoding encoding_;
    std::unique_ptr<Converter> converter_;
    std::string buffer_;
};

/// The bytes of a UTF-8 byte order mark at the beginning, or 0.
[[nodiscard]] std::size_t byte_order_mark(std::string_view beginning);
/// `bytes` with what is not UTF-8, and control characters, replaced by U+FFFD.
[[nodiscard]] std::string readable(std::string_view bytes);

}  // namespace musubi
