#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/call.h"
#include "base/guarded.h"
#include "net/http_client.h"
#include "trust/people/openid_links.h"
#include "trust/people/openid_pending.h"
#include "trust/people/openid_provider.h"

namespace musubi {

/// One provider at work: what is known of it for a while, and the client that asks it. Any thread.
class OpenIdClient {
public:
    static constexpr Duration kKnownFor = hours(1);        ///< endpoints and keys
    static constexpr Duration kRefetchPause = minutes(1);  ///< between looks for an unknown key
    static constexpr Duration kFailurePause = seconds(5);  ///< after it could not be asked
    static constexpr Duration kTimeout = seconds(10);      ///< of one exchange
    static constexpr std::size_t kMaxAnswerBytes = JwkSet::kMaxBytes;

    OpenIdClient(OpenIdProvider provider, const Clock& clock, Log& log, Metrics& metrics);
    [[nodiscard]] const OpenIdProvider& provider() const { return provider_; }

    template <typename T>
    using Next = std::function<Result<Answer>(Result<T>)>;
    /// Each goes on with what is known, or asks first; no thread waits. What comes is bounded in
    /// size and time. Fails, in `next`, in words for who runs this server: Unsupported (what it
    /// answers is not to be believed), or as HttpClient::send (it can not be asked).
    Result<Answer> with_endpoints(const Next<OpenIdEndpoints>& next);
    /// `anew`: those that are known did not do. Asked for at most once in kRefetchPause.
    Result<Answer> with_keys(const OpenIdEndpoints& at, bool anew, const Next<JwkSet>& next);
    /// The ID Token for the code (OpenID Connect Core 1.0, 3.1.3).
    Result<Answer> with_token(const OpenIdEndpoints& at, std::string form,
                              const Next<std::string>& next);
    /// What is known of its endpoints now.
    [[nodiscard]] std::optional<OpenIdEndpoints> endpoints() const;
    /// What waits is told so; nothing is asked from then on.
    void stop() { http_->stop(); }

private:
    struct Known {
        std::optional<OpenIdEndpoints> endpoints;
        std::optional<JwkSet> keys;
        Duration endpoints_until{};
        Duration keys_until{};
        Duration refetch_from{};
        Duration silent_until{};
    };
    [[nodiscard]] HttpClientRequest get(const std::string& url) const;
    Result<Answer> ask(HttpClientRequest request, std::function<Result<Answer>(Result<Json>)> next);
    [[nodiscard]] Result<Json> read_answer(Result<HttpResponse> response);
    [[nodiscard]] std::optional<JwkSet> known_keys(bool anew);

    OpenIdProvider provider_;
    const Clock& clock_;
    std::unique_ptr<HttpClient> http_;
    Guarded<Known> known_;
};

/// All that signing in by OpenID Connect works with.
struct OpenIdParts {
    std::vector<std::unique_ptr<OpenIdClient>> clients;
    OpenIdLinks& links;
    OpenIdPendings& pendings;
    /// Null where there is none of this id.
    [[nodiscard]] OpenIdClient* find(std::string_view id) const;
};

}  // namespace musubi
