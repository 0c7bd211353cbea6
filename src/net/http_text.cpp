#include "net/http_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/beast/http/status.hpp>
#include <charconv>

#include "base/json.h"

namespace musubi {
namespace {

constexpr bool is_token_char(char c) {
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return true;
    return std::string_view{"!#$%&'*+-.^_`|~"}.find(c) != std::string_view::npos;
}

void append_number(std::string& out, std::size_t number) {
    std::array<char, 20> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    out.append(digits.data(), end);
}

std::string_view reason_of(int status) {
    const auto reason =
        boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(status));
    return {reason.data(), reason.size()};
}

void append_status_line(std::string& out, int status) {
    if (status == 200) {
        out += "HTTP/1.1 200 OK\r\n";
        return;
    }
    out += "HTTP/1.1 ";
    append_number(out, static_cast<std::size_t>(std::clamp(status, 100, 999)));
    out += ' ';
    out += reason_of(status);
    out += "\r\n";
}

bool belongs_to_frame(std::string_view name) {
    switch (name.size()) {
        case 4: return same_ignoring_case(name, "Date");
        case 10: return same_ignoring_case(name, "Connection");
        case 14: return same_ignoring_case(name, "Content-Length");
        case 17: return same_ignoring_case(name, "Transfer-Encoding");
        default: return false;
    }
}

void append_length(std::string& out, const HttpResponse& response, const ResponseFrame& frame) {
    if (frame.length == ResponseFrame::Length::Chunked) {
        out += "Transfer-Encoding: chunked\r\n";
        return;
    }
    if (frame.length == ResponseFrame::Length::UntilClose || never_has_body(response.status)) {
        return;
    }
    if (frame.head_only && response.body.empty()) {
        for (const auto& [name, value] : response.headers) {
            if (same_ignoring_case(name, "Content-Length")) {
                append_header(out, "Content-Length", value);
                return;
            }
        }
    }
    out += "Content-Length: ";
    append_number(out, response.body.size());
    out += "\r\n";
}

}  // namespace

bool is_header_value(std::string_view text) {
    return std::ranges::all_of(text, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte >= 0x20 && byte != 0x7f) || c == '\t';
    });
}

bool is_token(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, is_token_char);
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
    const std::size_t start = out.size();
    out += name;
    out += ": ";
    out += value;
    for (std::size_t i = start; i < out.size(); ++i) {
        const auto byte = static_cast<unsigned char>(out[i]);
        if (byte < 0x20 || byte == 0x7f) out[i] = ' ';
    }
    out += "\r\n";
}

void append_response_head(std::string& out, const HttpResponse& response,
                          const ResponseFrame& frame) {
    append_status_line(out, response.status);
    out += "Date: ";
    out += frame.date;
    out += "\r\n";
    append_length(out, response, frame);
    if (!frame.keep_alive) {
        out += "Connection: close\r\n";
    } else if (frame.http_10) {
        out += "Connection: keep-alive\r\n";
    }
    if (frame.secure) out += "Strict-Transport-Security: max-age=31536000\r\n";
    for (const auto& [name, value] : response.headers) {
        if (!belongs_to_frame(name)) append_header(out, name, value);
    }
    out += "\r\n";
}

HttpResponse problem_response(int status, std::string_view detail) {
    HttpResponse response{
        .status = status, .headers = {{"Content-Type", "application/problem+json"}}, .body = {}};
    if (status == 503) response.headers.emplace_back("Retry-After", "1");
    Json problem;
    problem.set("type", status == 400 ? "https://uri.etsi.org/ngsi-ld/errors/BadRequestData"
                                      : "about:blank");
    problem.set("title", reason_of(status));
    problem.set("status", status);
    problem.set("detail", detail);
    append_json(response.body, problem);
    return response;
}

std::string http_date(Time time) {
    static constexpr std::array<const char*, 7> kDays{"Thu", "Fri", "Sat", "Sun",
                                                      "Mon", "Tue", "Wed"};
    static constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const Civil civil = to_civil(time);
    const std::int64_t day = time.us / days(1).us;
    return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                       kDays[static_cast<std::size_t>(day % 7)], civil.day,
                       kMonths[static_cast<std::size_t>(civil.month - 1)], civil.year, civil.hour,
                       civil.minute, civil.second);
}

}  // namespace musubi
