#include "api/session_cookie.h"

#include <algorithm>

#include "api/header_text.h"
#include "net/http_text.h"

namespace musubi {
namespace {

// "https://town.example:8443/x" → "town.example:8443"
std::string_view authority_of(std::string_view url) {
    const std::size_t scheme = url.find("://");
    if (scheme == std::string_view::npos) return {};
    url.remove_prefix(scheme + 3);
    return url.substr(0, url.find('/'));
}

// Scheme and authority.
std::string_view origin_part(std::string_view url) {
    const std::string_view authority = authority_of(url);
    if (authority.empty()) return {};
    return url.substr(0,
                      static_cast<std::size_t>(authority.data() + authority.size() - url.data()));
}

std::string attributes(std::string_view public_url) {
    std::string out = "; Path=/; HttpOnly; SameSite=Strict";
    if (public_url.starts_with("https://")) out += "; Secure";
    return out;
}

}  // namespace

std::string_view cookie_of(const HttpRequest& request, std::string_view wanted) {
    std::string_view found;
    for (const auto& [name, value] : request.headers) {
        if (!same_ignoring_case(name, "Cookie")) continue;
        std::string_view rest = value;
        while (!rest.empty()) {
            const std::size_t end = std::min(rest.find(';'), rest.size());
            const std::string_view pair = without_blanks(rest.substr(0, end));
            rest.remove_prefix(std::min(end + 1, rest.size()));
            const std::size_t is = pair.find('=');
            if (is == std::string_view::npos || pair.substr(0, is) != wanted) continue;
            if (!found.empty()) return {};
            found = pair.substr(is + 1);
        }
    }
    return found;
}

std::string_view session_token(const HttpRequest& request) {
    return cookie_of(request, kSessionCookie);
}

HttpHeader session_cookie(std::string_view token, Duration lasts, std::string_view public_url) {
    std::string value{kSessionCookie};
    value.append("=").append(token);
    value += "; Max-Age=" + std::to_string(lasts.us / 1'000'000) + attributes(public_url);
    return {"Set-Cookie", std::move(value)};
}

HttpHeader no_session_cookie(std::string_view public_url) {
    return {"Set-Cookie", std::string(kSessionCookie) + "=; Max-Age=0" + attributes(public_url)};
}

HttpHeader flow_cookie(std::string_view name, std::string_view value, Duration lasts,
                       std::string_view public_url) {
    std::string text{name};
    text.append("=").append(value);
    text += "; Max-Age=" + std::to_string(lasts.us / 1'000'000);
    text += "; Path=/musubi/v1/openid/; HttpOnly; SameSite=Lax";
    if (public_url.starts_with("https://")) text += "; Secure";
    return {"Set-Cookie", std::move(text)};
}

RequestSource source_of(const HttpRequest& request, std::string_view public_url) {
    // No browser sends one twice: it was added to on its way, and which of them is true?
    if (request.count("Sec-Fetch-Site") > 1 || request.count("Origin") > 1) {
        return RequestSource::Foreign;
    }
    const std::string_view site = request.header("Sec-Fetch-Site");
    if (!site.empty()) {
        return site == "same-origin" ? RequestSource::Own : RequestSource::Foreign;
    }
    const std::string_view origin = request.header("Origin");
    if (origin.empty()) return RequestSource::Untold;
    const bool web = origin.starts_with("http://") || origin.starts_with("https://");
    const std::string_view host = request.header("Host");
    const bool as_asked = !host.empty() && same_ignoring_case(authority_of(origin), host);
    const bool as_public =
        !public_url.empty() && same_ignoring_case(origin, origin_part(public_url));
    return web && (as_asked || as_public) ? RequestSource::Own : RequestSource::Foreign;
}

Result<void> check_own_page(const HttpRequest& request, std::string_view public_url) {
    const bool reads = request.method == HttpMethod::Get || request.method == HttpMethod::Head ||
                       request.method == HttpMethod::Options;
    if (reads || source_of(request, public_url) == RequestSource::Own) return {};
    return Error{ErrorCode::Forbidden,
                 "who is signed in changes things from a page of this server alone: the browser "
                 "says so with Sec-Fetch-Site: same-origin or with Origin; programs send a key",
                 "Origin"};
}

}  // namespace musubi
