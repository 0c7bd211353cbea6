#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "net/http.h"

namespace musubi {

/// The cookie that holds the token of a session (RFC 6265): for this host alone, out of reach of
/// scripts, never sent with a request from another site, and only over TLS where the server is
/// reached by it.
inline constexpr std::string_view kSessionCookie = "musubi_session";

/// The value of a cookie of the request; empty where there is none, or more than one.
[[nodiscard]] std::string_view cookie_of(const HttpRequest& request, std::string_view wanted);
/// The token in the request's cookies; empty where there is none, or more than one.
[[nodiscard]] std::string_view session_token(const HttpRequest& request);
/// Sets the cookie. `public_url`: how others call the server, empty where it is not told.
[[nodiscard]] HttpHeader session_cookie(std::string_view token, Duration lasts,
                                        std::string_view public_url);
/// Makes the browser forget it.
[[nodiscard]] HttpHeader no_session_cookie(std::string_view public_url);

/// A cookie for the browser that signs in at a provider: it comes back with the provider's answer,
/// which is another site's request, and with nothing else. Without a value the browser forgets it.
[[nodiscard]] HttpHeader flow_cookie(std::string_view name, std::string_view value, Duration lasts,
                                     std::string_view public_url);

/// Whether a page of this server sent the request, as the browser says: Sec-Fetch-Site (Fetch
/// Metadata) decides, where it is not sent Origin (RFC 6454), whose host and port must be those
/// that were asked, or those of `public_url`.
enum class RequestSource {
    Own,      ///< a page of this server
    Foreign,  ///< another page
    Untold,   ///< no browser, or an old one
};
[[nodiscard]] RequestSource source_of(const HttpRequest& request, std::string_view public_url);
/// Fails: Forbidden for a request that changes something, by a cookie, and that no page of this
/// server sent: the browser adds the cookie whoever asks (cross-site request forgery).
Result<void> check_own_page(const HttpRequest& request, std::string_view public_url);

}  // namespace musubi
