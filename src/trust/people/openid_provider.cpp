#include "trust/people/openid_provider.h"

#include <algorithm>

#include "trust/jose/jwt.h"
#include "trust/secret.h"

namespace musubi {

std::uint8_t OpenIdProvider::assurance_of(std::string_view acr) const {
    const auto found = std::find_if(assurance.begin(), assurance.end(),
                                    [&](const auto& entry) { return entry.first == acr; });
    return found == assurance.end() || acr.empty() ? kLeastAssurance : found->second;
}

std::uint8_t OpenIdProvider::asked_assurance() const {
    std::uint8_t least = 0;
    for (const auto& [acr, level] : assurance) {
        if (std::find(acr_values.begin(), acr_values.end(), acr) == acr_values.end()) continue;
        least = least == 0 ? level : std::min(least, level);
    }
    return least;
}

Result<OpenIdIdentity> read_id_token(const OpenIdProvider& provider, std::string_view token,
                                     const JwkSet& keys, std::string_view nonce, Time now) {
    Expected expected;
    expected.issuer = provider.issuer;
    expected.audiences = {provider.client};
    expected.party = provider.client;
    expected.algorithms = provider.algorithms;
    expected.now = now;
    expected.needs_issued_at = true;
    const Jwt jwt = TRY(verify_jwt(token, keys, expected));
    if (nonce.empty() || !same_secret(jwt.text("nonce"), nonce)) {
        return Error{ErrorCode::Unauthorized, "it answers another sign-in", "/nonce"};
    }
    OpenIdIdentity identity;
    identity.subject = jwt.text("sub");
    identity.acr = jwt.text("acr");
    identity.name = jwt.text("name");
    if (identity.subject.empty() || identity.subject.size() > OpenIdIdentity::kMaxSubjectBytes) {
        return Error{ErrorCode::Unauthorized, "it does not say who signed in", "/sub"};
    }
    return identity;
}

Result<std::string> client_assertion(const OpenIdProvider& provider, const OpenIdEndpoints& at,
                                     std::string_view id, Time now) {
    constexpr std::int64_t kLasts = 60;
    const std::int64_t second = now.us / 1'000'000;
    Json claims;
    claims.set("iss", provider.client);
    claims.set("sub", provider.client);
    claims.set("aud", at.token);
    claims.set("jti", id);
    claims.set("iat", second);
    claims.set("exp", second + kLasts);
    return sign_jwt(claims, *provider.signer);
}

}  // namespace musubi
