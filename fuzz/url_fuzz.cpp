// Reads the bytes as a URL, a query string and percent-encoded text; what is accepted must survive
// being written and read again.

#include <cstdint>
#include <cstdlib>
#include <string>

#include "net/address_policy.h"
#include "net/http.h"

namespace {

void check(bool holds) {
    if (!holds) std::abort();
}

void check_url(std::string_view text) {
    const auto url = musubi::parse_url(text);
    if (!url) return check(!url.error().detail.empty());
    check(url->scheme == "http" || url->scheme == "https");
    check(!url->host.empty() && url->port != 0);
    check(url->target.starts_with('/') && url->target.find('#') == std::string::npos);
    const bool is_v6 = url->host.find(':') != std::string::npos;
    const std::string written = url->scheme + "://" + (is_v6 ? "[" : "") + url->host +
                                (is_v6 ? "]:" : ":") + std::to_string(url->port) + url->target;
    const auto again = musubi::parse_url(written);
    if (written.size() > 8192) return;
    check(again && again->host == url->host && again->port == url->port &&
          again->target == url->target);
    boost::system::error_code ec;
    const auto address = boost::asio::ip::make_address(url->host, ec);
    if (!ec && address.is_loopback()) check(!musubi::is_public_address(address));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text{reinterpret_cast<const char*>(data), size};
    check_url(text);
    check_url("http://" + std::string{text});
    check(musubi::percent_decode(musubi::percent_encode(text)).value() == text);
    if (const auto pairs = musubi::parse_query_string(text)) {
        std::string written;
        for (const auto& [name, value] : *pairs) {
            written += musubi::percent_encode(name) + '=' + musubi::percent_encode(value) + '&';
        }
        check(musubi::parse_query_string(written).value() == *pairs);
    }
    return 0;
}
