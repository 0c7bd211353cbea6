#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "trust/jose/jwk.h"
#include "trust/jose/jwt_signer.h"

namespace musubi {

/// A JSON Web Token (RFC 7519) in the compact form of a JWS (RFC 7515, 7.1).
struct Jwt {
    static constexpr std::size_t kMaxBytes = 16U << 10U;
    Json header;
    Json claims;  ///< an object
    /// A claim that is a text; empty where it is not.
    [[nodiscard]] std::string text(std::string_view claim) const;
};

/// How far the clock of who issued a token may be from ours.
inline constexpr Duration kClockLeeway = minutes(2);

/// What a token has to be to be believed. Each field that stands empty asks for nothing, but the
/// algorithms: without any no token is right.
struct Expected {
    std::string issuer;
    std::vector<std::string> audiences;  ///< it must name one of them
    /// Whom it was made for (`azp`, OpenID Connect Core 1.0, 3.1.3.7, 4 and 5): where it names
    /// several audiences it must say so, and where it says so it must be this one.
    std::string party;
    std::vector<JwsAlgorithm> algorithms;
    /// Of `typ`, without "application/", letter case ignored; a token without one is taken.
    std::vector<std::string> types{"JWT"};
    Time now;
    Duration leeway = kClockLeeway;
    Duration longest = days(1);    ///< its end (`exp`) is at most this far in the future
    bool needs_issued_at = false;  ///< `iat` must be there
};

/// Takes a token apart. Nothing of it is proven: for finding out whose keys to check it with.
/// Fails: Unauthorized (no three parts of base64url, no JSON objects, members written twice, a
/// header that has `crit`, or brings a key along: jwk, jku, x5u, x5c), TooLarge (kMaxBytes).
Result<Jwt> read_jwt(std::string_view text);

/// The token, where its signature and its claims hold (RFC 7519, 7.2; RFC 8725): the algorithm is
/// one of those expected and that of the key, the key is found in `keys` alone; issuer and audience
/// are the expected ones; `exp` is there; exp, nbf and iat hold by the clock, give or take the
/// leeway. Fails: as read_jwt; Unauthorized, `where` being the member ("header/alg", "/exp");
/// NotFound (there is no key of its id: fetching the keys anew may help). No text of the token is
/// in an error.
Result<Jwt> verify_jwt(std::string_view text, const JwkSet& keys, const Expected& expected);

/// A token with these claims, an object. `type` is its `typ`. Fails: Internal (the library).
Result<std::string> sign_jwt(const Json& claims, const JwtSigner& signer,
                             std::string_view type = "JWT");

}  // namespace musubi
