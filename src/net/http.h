#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace musubi {

/// The words of HTTP/1.1 (RFC 9110, 9112), without any meaning of ours.
enum class HttpMethod { Get, Head, Post, Put, Patch, Delete, Options, Other };
[[nodiscard]] std::string_view name_of(HttpMethod method);

using HttpHeader = std::pair<std::string, std::string>;

/// The certificate (RFC 5280) that the peer of a TLS connection showed, and proved to be its own.
struct PeerCertificate {
    std::string thumbprint;  ///< SHA-256 of it, 32 bytes (RFC 8705, 3.1)
    std::string subject;     ///< its distinguished name as RFC 4514 writes it
    Time not_before;
    Time not_after;
    /// Why the authority that the server trusts does not vouch for it, its own times aside; empty:
    /// it does.
    std::string chain_fault;
};

/// A request as it was read. All views live until the response is sent.
struct HttpRequest {
    HttpMethod method = HttpMethod::Get;
    std::string_view target;  ///< as sent: path and query
    std::string_view path;    ///< before '?', still percent-encoded
    std::string_view query;   ///< after '?', without it
    std::vector<std::pair<std::string_view, std::string_view>> headers;
    std::string_view body;
    bool from_loopback = false;
    std::string_view peer;  ///< address of the other end, without its port
    bool secure = false;    ///< it came over TLS
    /// What the peer showed in the handshake; null: none.
    const PeerCertificate* certificate = nullptr;

    /// The first header of that name, letter case ignored; empty where there is none.
    [[nodiscard]] std::string_view header(std::string_view name) const;
    /// How many headers of that name there are.
    [[nodiscard]] std::size_t count(std::string_view name) const;
};

struct HttpResponse {
    int status = 200;
    std::vector<HttpHeader> headers;  ///< Content-Length, Date and Connection are added
    std::string body;
};

/// Percent-decodes (RFC 3986, 2.1); `plus_is_space` for query strings. Fails: BadRequest.
Result<std::string> percent_decode(std::string_view text, bool plus_is_space = false);
[[nodiscard]] std::string percent_encode(std::string_view text);
/// The same for a value in a query string, where more may stand as it is (RFC 3986, 3.4).
[[nodiscard]] std::string encode_query_value(std::string_view text);
/// The decoded name=value pairs of a query string. Fails: BadRequest.
Result<std::vector<std::pair<std::string, std::string>>> parse_query_string(std::string_view query);

/// `scheme://host[:port]/target`, http or https (mqtt is not for this reader). Fails: BadRequest.
struct Url {
    std::string scheme;
    std::string host;  ///< without the brackets of an IPv6 address
    std::uint16_t port = 0;
    std::string target;  ///< path and query, at least "/"
};
Result<Url> parse_url(std::string_view text);

}  // namespace musubi
