#include "net/http.h"

#include <fmt/format.h>

#include <algorithm>

#include "net/http_text.h"

namespace musubi {
namespace {

constexpr std::size_t kMaxUrlBytes = 8192;

Error bad_url(std::string detail) { return {ErrorCode::BadRequest, std::move(detail)}; }

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool is_unreserved(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

Result<std::uint16_t> parse_port(std::string_view text) {
    unsigned port = 0;
    if (text.empty() || text.size() > 5)
        return bad_url("the URL's port is not a number up to 65535");
    for (const char c : text) {
        if (c < '0' || c > '9') return bad_url("the URL's port is not a number up to 65535");
        port = port * 10 + static_cast<unsigned>(c - '0');
    }
    if (port == 0 || port > 65535) return bad_url("the URL's port is not a number from 1 to 65535");
    return static_cast<std::uint16_t>(port);
}

/// Reads `host`, `host:port` or `[IPv6]:port` into `url`.
Result<void> read_authority(std::string_view authority, Url& url) {
    if (authority.find('@') != std::string_view::npos) {
        return bad_url("the URL carries a user name; send credentials in a header");
    }
    std::string_view rest;
    if (!authority.empty() && authority.front() == '[') {
        const std::size_t end = authority.find(']');
        if (end == std::string_view::npos) return bad_url("the URL's IPv6 address lacks its ']'");
        url.host = authority.substr(1, end - 1);
        rest = authority.substr(end + 1);
        const auto fits = [](char c) { return hex_digit(c) >= 0 || c == ':' || c == '.'; };
        if (url.host.find(':') == std::string::npos || !std::ranges::all_of(url.host, fits)) {
            return bad_url("the URL's brackets hold no IPv6 address");
        }
    } else {
        const std::size_t colon = std::min(authority.find(':'), authority.size());
        url.host = authority.substr(0, colon);
        rest = authority.substr(colon);
        if (url.host.empty() || !std::ranges::all_of(url.host, is_unreserved)) {
            return bad_url("the URL's host is empty or has characters that no host name has");
        }
        if (url.host.size() > 253) return bad_url("the URL's host is longer than 253 characters");
    }
    for (char& c : url.host) c = ascii_lower(c);
    if (rest.empty()) {
        url.port = url.scheme == "https" ? 443 : 80;
        return {};
    }
    if (rest.front() != ':') return bad_url("the URL has text between its host and its path");
    url.port = TRY(parse_port(rest.substr(1)));
    return {};
}

}  // namespace

std::string_view name_of(HttpMethod method) {
    switch (method) {
        case HttpMethod::Get: return "GET";
        case HttpMethod::Head: return "HEAD";
        case HttpMethod::Post: return "POST";
        case HttpMethod::Put: return "PUT";
        case HttpMethod::Patch: return "PATCH";
        case HttpMethod::Delete: return "DELETE";
        case HttpMethod::Options: return "OPTIONS";
        case HttpMethod::Other: break;
    }
    return "OTHER";
}

std::string_view HttpRequest::header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
        if (same_ignoring_case(key, name)) return value;
    }
    return {};
}

std::size_t HttpRequest::count(std::string_view name) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        headers, [&](const auto& header) { return same_ignoring_case(header.first, name); }));
}

Result<std::string> percent_decode(std::string_view text, bool plus_is_space) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '+' && plus_is_space) {
            out += ' ';
        } else if (c != '%') {
            out += c;
        } else {
            const int high = i + 1 < text.size() ? hex_digit(text[i + 1]) : -1;
            const int low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
            if (high < 0 || low < 0) {
                return Error{ErrorCode::BadRequest,
                             "a '%' must be followed by two hexadecimal digits (write %25 for it)",
                             fmt::format("byte {}", i)};
            }
            out += static_cast<char>(high * 16 + low);
            i += 2;
        }
    }
    return out;
}

namespace {

template <typename Stays>
std::string encode(std::string_view text, const Stays& stays) {
    static constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        if (stays(c)) {
            out += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out += '%';
            out += kDigits[byte >> 4U];
            out += kDigits[byte & 15U];
        }
    }
    return out;
}

}  // namespace

std::string percent_encode(std::string_view text) {
    return encode(text, [](char c) { return is_unreserved(c); });
}

std::string encode_query_value(std::string_view text) {
    constexpr std::string_view kAlso = ":/?@!$'()*,;=";
    return encode(
        text, [&](char c) { return is_unreserved(c) || kAlso.find(c) != std::string_view::npos; });
}

Result<std::vector<std::pair<std::string, std::string>>> parse_query_string(
    std::string_view query) {
    std::vector<std::pair<std::string, std::string>> pairs;
    while (!query.empty()) {
        const std::size_t end = std::min(query.find('&'), query.size());
        const std::string_view piece = query.substr(0, end);
        query.remove_prefix(std::min(end + 1, query.size()));
        if (piece.empty()) continue;
        const std::size_t equals = std::min(piece.find('='), piece.size());
        std::string name = TRY(percent_decode(piece.substr(0, equals), true));
        const std::string_view value = piece.substr(std::min(equals + 1, piece.size()));
        pairs.emplace_back(std::move(name), TRY(percent_decode(value, true)));
    }
    return pairs;
}

Result<Url> parse_url(std::string_view text) {
    if (text.size() > kMaxUrlBytes) return bad_url("the URL is longer than 8192 bytes");
    const auto is_graphic = [](char c) { return c > ' ' && c < '\x7f'; };
    if (!std::ranges::all_of(text, is_graphic)) {
        return bad_url("a URL has only visible ASCII characters; percent-encode the others");
    }
    const std::size_t colon = text.find("://");
    if (colon == std::string_view::npos) return bad_url("a URL starts with http:// or https://");
    Url url;
    url.scheme = text.substr(0, colon);
    for (char& c : url.scheme) c = ascii_lower(c);
    if (url.scheme != "http" && url.scheme != "https") {
        return bad_url("a URL starts with http:// or https://");
    }
    std::string_view rest = text.substr(colon + 3);
    rest = rest.substr(0, rest.find('#'));
    const std::size_t end = std::min(rest.find_first_of("/?"), rest.size());
    TRY(read_authority(rest.substr(0, end), url));
    const std::string_view target = rest.substr(end);
    if (target.empty() || target.front() == '?') url.target += '/';
    url.target += target;
    return url;
}

}  // namespace musubi
