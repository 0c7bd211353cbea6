// The browser comes back from a provider (OpenID Connect Core 1.0, 3.1.2.5).
#include <algorithm>

#include "api/handlers.h"
#include "api/openid/openid_messages.h"
#include "api/openid/openid_sign_in.h"
#include "api/session_cookie.h"
#include "api/sign_in.h"
#include "trust/secret.h"

namespace musubi::api {
namespace {

using namespace openid_refusal;

constexpr std::size_t kMaxParameter = 4096;

// A parameter that is there once and not too long (RFC 6749, 3.1); empty: it is not.
std::string once(const ApiCall& call, std::string_view name) {
    const auto named = [&](const auto& item) { return item.first == name; };
    const auto found = std::find_if(call.params.begin(), call.params.end(), named);
    if (std::count_if(call.params.begin(), call.params.end(), named) != 1) return {};
    return found->second.size() > kMaxParameter ? std::string{} : found->second;
}

Answer refuse(const OpenIdReturnPtr& back, std::string_view word, const Error& fault) {
    return refuse_openid(*back, word, fault);
}

// It answered what is not to be believed, or did not answer.
std::string_view word_of_refusal(const Error& error) {
    return error.code == ErrorCode::Unsupported ? kProvider : kSilent;
}

Error fault(std::string why) { return {ErrorCode::Unauthorized, std::move(why)}; }

Result<Answer> check_token(const OpenIdReturnPtr& back, const OpenIdEndpoints& at,
                           const std::string& token) {
    return back->client.with_keys(
        at, back->anew, [back, at, token](const Result<JwkSet>& keys) -> Result<Answer> {
            if (!keys) return refuse(back, word_of_refusal(keys.error()), keys.error());
            auto identity = read_id_token(back->provider(), token, *keys, back->pending.nonce,
                                          back->app.clock.now());
            if (identity) {
                back->identity = std::move(identity).value();
                return conclude_openid(back);
            }
            // Signed by a key that came after we last looked: once more, with the keys of now.
            if (identity.error().code == ErrorCode::NotFound && !back->anew) {
                back->anew = true;
                return check_token(back, at, token);
            }
            return refuse(back, kToken, identity.error());
        });
}

Result<Answer> ask_for_token(const OpenIdReturnPtr& back, const OpenIdEndpoints& at) {
    const App& app = back->app;
    const OpenIdProvider& provider = back->provider();
    std::string assertion;
    if (provider.proof == OpenIdClientProof::PrivateKeyJwt) {
        assertion = TRY(client_assertion(provider, at, long_token(app.random), app.clock.now()));
    }
    const std::string redirect = redirect_uri(app.public_url, provider);
    std::string form = token_form(provider, {.code = back->code,
                                             .verifier = back->pending.verifier,
                                             .redirect = redirect,
                                             .assertion = assertion});
    return back->client.with_token(
        at, std::move(form), [back, at](const Result<std::string>& token) -> Result<Answer> {
            if (token) return check_token(back, at, *token);
            return refuse(back, word_of_refusal(token.error()), token.error());
        });
}

}  // namespace

// GET /musubi/v1/openid/{id}/callback
Result<Answer> finish_openid(const App& app, const ApiCall& call) {
    const std::string address = source_address(app, call.request);
    OpenIdClient* const client = app.openid.find(call.path.front());
    const std::string state = once(call, "state");
    const std::string browser{cookie_of(call.request, openid_cookie_name(state))};
    auto pending = app.openid.pendings.take(state, browser);
    if (client == nullptr || !pending) {
        const std::string_view id = client == nullptr ? std::string_view{} : client->provider().id;
        return Answer{refuse_openid(app, id, address, kExpired)};
    }
    const auto back = std::make_shared<OpenIdReturn>(
        OpenIdReturn{.app = app, .client = *client, .pending = std::move(*pending)});
    back->state = state;
    back->code = once(call, "code");
    back->browser = call.request.header("User-Agent");
    if (back->pending.provider != client->provider().id) {
        return refuse(back, kMixedUp, fault("another provider than the one asked sent it back"));
    }
    const std::string error = once(call, "error");
    // Who answers is whom we asked (RFC 9207, 2.4): looked at before all else that came.
    return client->with_endpoints(
        [back, error, issuer = once(call, "iss"), named = call.param("iss") != nullptr](
            const Result<OpenIdEndpoints>& at) -> Result<Answer> {
            if (!at) return refuse(back, word_of_refusal(at.error()), at.error());
            const bool right = named ? issuer == back->provider().issuer : !at->sends_issuer;
            if (!right) return refuse(back, kMixedUp, fault("`iss` is not of the provider asked"));
            if (error == "access_denied") return refuse(back, kDenied, fault("access_denied"));
            if (!error.empty() || back->code.empty()) {
                return refuse(back, kProvider, fault("the provider sent an error, or no code"));
            }
            return ask_for_token(back, *at);
        });
}

}  // namespace musubi::api
