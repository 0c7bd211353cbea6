#pragma once

#include <string>
#include <string_view>

#include "trust/people/openid_pending.h"
#include "trust/people/openid_provider.h"

namespace musubi {

// What is said to a provider of OpenID Connect, and how its answers are read. No I/O.

/// True where the URL is of this machine.
[[nodiscard]] bool is_loopback_url(std::string_view url);
/// A URL that a provider is asked at: https; http on this machine alone; no fragment. Fails:
/// BadRequest.
Result<void> check_provider_url(std::string_view url);

/// Where the provider describes itself (OpenID Connect Discovery 1.0, 4).
[[nodiscard]] std::string discovery_url(const OpenIdProvider& provider);
/// Its description (OpenID Connect Discovery 1.0, 3 and 4.3): of the issuer that was asked, with
/// endpoints that can be used, the code flow, and the proof that was configured. Fails:
/// Unsupported.
Result<OpenIdEndpoints> read_discovery(const OpenIdProvider& provider, const Json& answer);

/// Where the provider sends the browser back to: one for each of them. `public_url`: how others
/// call this server.
[[nodiscard]] std::string redirect_uri(std::string_view public_url, const OpenIdProvider& provider);
/// The question that the browser brings to the provider (OpenID Connect Core 1.0, 3.1.2.1), with
/// PKCE (RFC 7636, 4.3).
[[nodiscard]] std::string authentication_url(const OpenIdProvider& provider,
                                             const OpenIdEndpoints& at,
                                             const OpenIdPendings::Begun& begun,
                                             std::string_view redirect);
/// The form that asks for the tokens (OpenID Connect Core 1.0, 3.1.3.1; RFC 7636, 4.5).
/// `assertion`: the JWT by which we prove who we are, empty with the other proofs.
struct TokenQuestion {
    std::string_view code;
    std::string_view verifier;
    std::string_view redirect;
    std::string_view assertion;
};
[[nodiscard]] std::string token_form(const OpenIdProvider& provider, const TokenQuestion& question);
/// Authorization of client_secret_basic (RFC 6749, 2.3.1).
[[nodiscard]] std::string basic_credentials(const OpenIdProvider& provider);
/// The ID Token of the answer (OpenID Connect Core 1.0, 3.1.3.3). Fails: Unsupported.
Result<std::string> read_token_answer(const Json& answer);
/// Where one signs out at the provider as well (RP-Initiated Logout 1.0, 2); empty: it has no such
/// place.
[[nodiscard]] std::string sign_out_url(const OpenIdProvider& provider, const OpenIdEndpoints& at,
                                       std::string_view public_url);

/// Whether it is a path of ours, to which a browser may be sent: no other site's, however it is
/// written.
[[nodiscard]] bool is_own_path(std::string_view path);

}  // namespace musubi
