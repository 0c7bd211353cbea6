#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "api/call.h"
#include "api/openid/openid_client.h"
#include "trust/people/sessions.h"

namespace musubi {

/// Why a sign-in at a provider came to nothing: a word that the page has sentences for. All other
/// words of the answer stay here.
namespace openid_refusal {
inline constexpr std::string_view kExpired = "expired";    ///< too late, twice, another browser
inline constexpr std::string_view kDenied = "denied";      ///< by the person, at the provider
inline constexpr std::string_view kProvider = "provider";  ///< it refused, or is not to be believed
inline constexpr std::string_view kSilent = "silent";      ///< it can not be asked
inline constexpr std::string_view kMixedUp = "mixed-up";   ///< another provider answered
inline constexpr std::string_view kToken = "token";        ///< its ID Token does not hold
inline constexpr std::string_view kUnknown = "unknown";    ///< nobody here, or disabled
inline constexpr std::string_view kTaken = "taken";        ///< it opens another account here
inline constexpr std::string_view kSession = "session";    ///< who wanted to link has signed out
inline constexpr std::string_view kInvitation = "invitation";  ///< it is over, or was used
inline constexpr std::string_view kName = "name";              ///< somebody has it by now
}  // namespace openid_refusal

/// One sign-in at a provider, from the browser's return to the session. Lives until it is answered.
struct OpenIdReturn {
    const App& app;
    OpenIdClient& client;
    OpenIdPending pending;
    std::string state;
    std::string code;
    std::string browser;  ///< as it calls itself
    OpenIdIdentity identity = {};
    Sessions::Begun begun = {};
    bool anew = false;  ///< the provider's keys were looked for once more

    [[nodiscard]] const OpenIdProvider& provider() const { return client.provider(); }
};
using OpenIdReturnPtr = std::shared_ptr<OpenIdReturn>;

/// What is done once the provider has said who it is: signs in, links, or accepts an invitation.
Result<Answer> conclude_openid(const OpenIdReturnPtr& back);

/// Sends the browser to a page of ours that tells the person why it came to nothing and what to do,
/// and notes it in the journal. `fault`: what was wrong, for the log of who runs the server.
[[nodiscard]] HttpResponse refuse_openid(const OpenIdReturn& back, std::string_view word,
                                         const Error& fault);
/// The same where it is not known what had begun.
[[nodiscard]] HttpResponse refuse_openid(const App& app, std::string_view provider,
                                         std::string_view address, std::string_view word);

/// The cookie by which the browser that began is known again; it goes with the state that it is of.
[[nodiscard]] std::string openid_cookie_name(std::string_view state);
[[nodiscard]] HttpHeader openid_cookie(const OpenIdPendings::Begun& begun,
                                       std::string_view public_url);
[[nodiscard]] HttpHeader no_openid_cookie(std::string_view state, std::string_view public_url);

}  // namespace musubi
