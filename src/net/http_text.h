#pragma once

#include <string>
#include <string_view>

#include "base/time.h"
#include "net/http.h"

namespace musubi {

constexpr char ascii_lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

constexpr bool same_ignoring_case(std::string_view a, std::string_view b) noexcept {
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (ascii_lower(a[i]) != ascii_lower(b[i])) return false;
    }
    return true;
}

/// How the head of an answer is written.
struct ResponseFrame {
    enum class Length { Known, Chunked, UntilClose };
    std::string_view date;  ///< RFC 9110, 5.6.7
    Length length = Length::Known;
    bool http_10 = false;
    bool keep_alive = true;
    bool head_only = false;  ///< the request was HEAD
    bool secure = false;     ///< over TLS: says that it is to be used from now on (RFC 6797)
};

/// Appends the status line and headers up to the empty line (RFC 9112, 4 and 5). Content-Length,
/// Transfer-Encoding, Connection and Date are the frame's: any that `response` carries is left
/// out (but the Content-Length of an answer to HEAD that has no body, which names the body that GET
/// would have had). Control characters in the response's headers become spaces, so that no value
/// can forge a header.
void append_response_head(std::string& out, const HttpResponse& response,
                          const ResponseFrame& frame);

/// True where an answer of this status has no body, whatever it carries (RFC 9110, 6.4.1).
[[nodiscard]] constexpr bool never_has_body(int status) noexcept {
    return status == 204 || status == 304 || status / 100 == 1;
}

/// A refusal by the transport itself, as application/problem+json (RFC 9457).
[[nodiscard]] HttpResponse problem_response(int status, std::string_view detail);

/// Appends `name: value` and the line's end, control characters as spaces.
void append_header(std::string& out, std::string_view name, std::string_view value);
/// True where the text can stand in a header's value: no control character but the tab.
[[nodiscard]] bool is_header_value(std::string_view text);
/// True where the text is a token (RFC 9110, 5.6.2): can be a header's name.
[[nodiscard]] bool is_token(std::string_view text);

/// `Sun, 06 Nov 1994 08:49:37 GMT`.
[[nodiscard]] std::string http_date(Time time);

}  // namespace musubi
