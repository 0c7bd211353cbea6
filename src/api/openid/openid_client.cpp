#include "api/openid/openid_client.h"

#include <algorithm>

#include "api/openid/openid_messages.h"

namespace musubi {
namespace {

constexpr int kDepth = 16;

HttpClientOptions options_of(const OpenIdProvider& provider) {
    HttpClientOptions options;
    options.allow_private_addresses = provider.own_network || is_loopback_url(provider.issuer);
    options.max_connections_per_host = 4;
    options.max_waiting_per_host = 64;
    options.ca_file = provider.ca_file;
    return options;
}

// What an exchange answered, kept from the client's thread to the worker's.
using Kept = std::shared_ptr<std::optional<Result<HttpResponse>>>;

// The word by which a provider says why it refused (RFC 6749, 5.2), where it is one.
std::string refusal_word(const Json& body) {
    const Json* word = body.find("error");
    const bool good = word != nullptr && word->is_string() && word->string().size() <= 40 &&
                      std::all_of(word->string().begin(), word->string().end(),
                                  [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
    return good ? word->string() : std::string{"no reason"};
}

}  // namespace

OpenIdClient::OpenIdClient(OpenIdProvider provider, const Clock& clock, Log& log, Metrics& metrics)
    : provider_{std::move(provider)},
      clock_{clock},
      http_{HttpClient::create(options_of(provider_), log, metrics)} {}

HttpClientRequest OpenIdClient::get(const std::string& url) const {
    HttpClientRequest request;
    request.url = url;
    request.headers.emplace_back("Accept", "application/json");
    return request;
}

Result<Json> OpenIdClient::read_answer(Result<HttpResponse> response) {
    if (!response) {
        known_.with([&](Known& known) { known.silent_until = clock_.monotonic() + kFailurePause; });
        return std::move(response).error();
    }
    const auto bad = [](std::string why) { return Error{ErrorCode::Unsupported, std::move(why)}; };
    auto json = parse_json(response->body, {.max_bytes = kMaxAnswerBytes, .max_depth = kDepth});
    if (response->status != 200) {
        return bad("it answered " + std::to_string(response->status) + ": " +
                   (json ? refusal_word(*json) : std::string{"no JSON"}));
    }
    if (!json || !json->is_object()) return bad("its answer is no JSON object");
    return json;
}

Result<Answer> OpenIdClient::ask(HttpClientRequest request,
                                 std::function<Result<Answer>(Result<Json>)> next) {
    const Duration now = clock_.monotonic();
    if (known_.with([&](const Known& known) { return now < known.silent_until; })) {
        return next(Error{ErrorCode::Unavailable, "it did not answer a moment ago"});
    }
    request.timeout = kTimeout;
    request.max_response_bytes = kMaxAnswerBytes;
    const auto kept = std::make_shared<std::optional<Result<HttpResponse>>>();
    const auto later = std::make_shared<Later>();
    later->start = [this, kept, request = std::move(request)](std::function<void()> ready) {
        http_->send(request, [kept, ready = std::move(ready)](Result<HttpResponse> response) {
            kept->emplace(std::move(response));
            ready();
        });
    };
    later->finish = [this, kept, next = std::move(next)] {
        return next(read_answer(std::move(kept->value())));
    };
    return Answer{later};
}

std::optional<OpenIdEndpoints> OpenIdClient::endpoints() const {
    if (provider_.endpoints) return provider_.endpoints;
    const Duration now = clock_.monotonic();
    return known_.with([&](const Known& known) -> std::optional<OpenIdEndpoints> {
        if (now < known.endpoints_until) return known.endpoints;
        return std::nullopt;
    });
}

Result<Answer> OpenIdClient::with_endpoints(const Next<OpenIdEndpoints>& next) {
    if (const auto known = endpoints()) return next(*known);
    return ask(get(discovery_url(provider_)), [this, next](Result<Json> answer) -> Result<Answer> {
        if (!answer) return next(std::move(answer).error());
        auto found = read_discovery(provider_, *answer);
        if (!found) return next(std::move(found).error());
        known_.with([&](Known& known) {
            known.endpoints = *found;
            known.endpoints_until = clock_.monotonic() + kKnownFor;
        });
        return next(std::move(found));
    });
}

std::optional<JwkSet> OpenIdClient::known_keys(bool anew) {
    const Duration now = clock_.monotonic();
    return known_.with([&](Known& known) -> std::optional<JwkSet> {
        if (!known.keys || now >= known.keys_until) return std::nullopt;
        if (!anew || now < known.refetch_from) return known.keys;
        known.refetch_from = now + kRefetchPause;
        return std::nullopt;
    });
}

Result<Answer> OpenIdClient::with_keys(const OpenIdEndpoints& at, bool anew,
                                       const Next<JwkSet>& next) {
    if (const auto known = known_keys(anew)) return next(*known);
    return ask(get(at.keys), [this, next](Result<Json> answer) -> Result<Answer> {
        if (!answer) return next(std::move(answer).error());
        auto keys = JwkSet::read(*answer);
        if (!keys) return next(Error{ErrorCode::Unsupported, "its keys are no JWK Set"});
        known_.with([&](Known& known) {
            known.keys = *keys;
            known.keys_until = clock_.monotonic() + kKnownFor;
        });
        return next(std::move(keys));
    });
}

Result<Answer> OpenIdClient::with_token(const OpenIdEndpoints& at, std::string form,
                                        const Next<std::string>& next) {
    HttpClientRequest request = get(at.token);
    request.method = HttpMethod::Post;
    request.body = std::move(form);
    request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
    if (provider_.proof == OpenIdClientProof::SecretBasic) {
        request.headers.emplace_back("Authorization", basic_credentials(provider_));
    }
    return ask(std::move(request), [next](Result<Json> answer) -> Result<Answer> {
        if (!answer) return next(std::move(answer).error());
        return next(read_token_answer(*answer));
    });
}

OpenIdClient* OpenIdParts::find(std::string_view id) const {
    const auto found = std::find_if(clients.begin(), clients.end(), [&](const auto& client) {
        return client->provider().id == id;
    });
    return found == clients.end() ? nullptr : found->get();
}

}  // namespace musubi
