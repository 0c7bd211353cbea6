#include "trust/passkeys/relying_party.h"

#include <algorithm>

namespace musubi {
namespace {

constexpr std::string_view kLocal = "localhost";

std::string in_small_letters(std::string_view text) {
    std::string out{text};
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return out;
}

struct Host {
    std::string name;
    std::string port;  // with its colon; empty: none
};

// A name of letters, digits, hyphens and dots that is no address (RFC 952, RFC 1123). "" of others.
Host split(std::string_view authority) {
    const std::size_t colon = std::min(authority.find(':'), authority.size());
    Host out{in_small_letters(authority.substr(0, colon)), std::string(authority.substr(colon))};
    const bool plain = std::all_of(out.name.begin(), out.name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
    });
    const std::string_view last = std::string_view(out.name).substr(out.name.rfind('.') + 1);
    const bool number =
        std::all_of(last.begin(), last.end(), [](char c) { return c >= '0' && c <= '9'; });
    const bool port = std::all_of(out.port.begin() + (out.port.empty() ? 0 : 1), out.port.end(),
                                  [](char c) { return c >= '0' && c <= '9'; });
    if (!plain || number || !port) return {};  // a last part of digits alone: IPv4
    return out;
}

std::string origin(std::string_view scheme, const Host& host) {
    const bool standard = (scheme == "https" && host.port == ":443") ||
                          (scheme == "http" && host.port == ":80") || host.port == ":";
    return std::string(scheme) + "://" + host.name + (standard ? std::string{} : host.port);
}

}  // namespace

Result<RelyingParty> relying_party(std::string_view public_url, std::string_view host) {
    const Error nameless{
        ErrorCode::Conflict,
        "passkeys are made for a name, and this server has none here: set public_url to "
        "https://NAME, or on this machine open the page as http://localhost:PORT; a password "
        "works everywhere",
        "Host"};
    if (public_url.empty()) {
        const Host local = split(host);
        if (local.name != kLocal) return nameless;
        return RelyingParty{local.name, {origin("http", local), origin("https", local)}};
    }
    const std::size_t scheme = public_url.find("://");
    if (scheme == std::string_view::npos) return nameless;
    const std::string_view rest = public_url.substr(scheme + 3);
    const Host known = split(rest.substr(0, rest.find('/')));
    const std::string kind = in_small_letters(public_url.substr(0, scheme));
    // Browsers offer passkeys over TLS alone, but for the machine itself.
    const bool safe = kind == "https" || (kind == "http" && known.name == kLocal);
    if (known.name.empty() || !safe) return nameless;
    return RelyingParty{known.name, {origin(kind, known)}};
}

}  // namespace musubi
