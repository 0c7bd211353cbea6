#include "trust/jose/jwt.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <optional>

#include "trust/encoding.h"

namespace musubi {
namespace {

Error refuse(std::string detail, std::string_view where) {
    return {ErrorCode::Unauthorized, std::move(detail), std::string(where)};
}

Result<Json> read_part(std::string_view part, const std::string& name) {
    constexpr int kDepth = 16;
    const auto bytes = from_base64url(part);
    if (!bytes || bytes->empty()) return refuse("a part of the token is no base64url", name);
    auto json = parse_json(*bytes, {.max_bytes = Jwt::kMaxBytes, .max_depth = kDepth});
    if (!json) return refuse("a part of the token is no good JSON, or has a member twice", name);
    if (!json->is_object()) return refuse("a part of the token is no JSON object", name);
    return json;
}

// What a header must not have: extensions that would have to be understood (RFC 7515, 4.1.11), and
// keys, which come from who is believed alone (RFC 8725, 3.10; OpenID Connect Core 1.0, 2).
Result<void> check_header(const Json& header) {
    if (header.find("crit") != nullptr) {
        return refuse("the token demands extensions that are not known here", "header/crit");
    }
    for (const std::string_view member : {"jwk", "jku", "x5u", "x5c"}) {
        if (header.find(member) == nullptr) continue;
        return refuse("the token brings its own key along, or says where to fetch it",
                      "header/" + std::string(member));
    }
    for (const std::string_view member : {"alg", "kid", "typ"}) {
        const Json* found = header.find(member);
        if (found == nullptr || found->is_string()) continue;
        return refuse("this member is a text", "header/" + std::string(member));
    }
    return {};
}

std::string header_text(const Json& header, std::string_view member) {
    const Json* found = header.find(member);
    return found != nullptr ? found->string() : std::string{};
}

bool same_type(std::string_view a, std::string_view b) {
    constexpr std::string_view kPrefix = "application/";
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    const auto same = [&](char x, char y) { return lower(x) == lower(y); };
    const auto begins = [&] {
        return a.size() > kPrefix.size() &&
               std::equal(kPrefix.begin(), kPrefix.end(), a.begin(), same);
    };
    if (begins()) a.remove_prefix(kPrefix.size());
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), same);
}

Result<JwsAlgorithm> read_algorithm(const Json& header, const Expected& expected) {
    const auto algorithm = read_jws_algorithm(header_text(header, "alg"));
    const bool taken =
        algorithm && std::find(expected.algorithms.begin(), expected.algorithms.end(),
                               *algorithm) != expected.algorithms.end();
    if (taken) return *algorithm;
    return refuse("it is signed by an algorithm that is not taken, or not signed", "header/alg");
}

// NumericDate (RFC 7519, 2): seconds since 1970, perhaps with a fraction.
Result<std::optional<Time>> read_moment(const Json& claims, std::string_view claim) {
    constexpr double kLast = 253'402'300'799.0;  // the end of the year 9999
    const Json* found = claims.find(claim);
    if (found == nullptr) return std::optional<Time>{};
    const double value = found->is_number() ? found->number() : -1.0;
    if (!(value >= 0.0 && value <= kLast)) {
        return refuse("it is no number of seconds since 1970", "/" + std::string(claim));
    }
    return std::optional<Time>{Time{static_cast<std::int64_t>(value * 1e6)}};
}

Result<void> check_times(const Json& claims, const Expected& expected) {
    const auto end = TRY(read_moment(claims, "exp"));
    const auto begin = TRY(read_moment(claims, "nbf"));
    const auto issued = TRY(read_moment(claims, "iat"));
    if (!end) return refuse("it does not say until when it holds", "/exp");
    if (*end + expected.leeway <= expected.now) return refuse("it is over", "/exp");
    if (*end > expected.now + expected.longest + expected.leeway) {
        return refuse("it would hold for too long", "/exp");
    }
    if (begin && *begin > expected.now + expected.leeway) {
        return refuse("it does not hold yet, or the clocks are minutes apart", "/nbf");
    }
    if (issued && *issued > expected.now + expected.leeway) {
        return refuse("it comes from the future: the clocks are minutes apart", "/iat");
    }
    if (!issued && expected.needs_issued_at) {
        return refuse("it does not say when it was issued", "/iat");
    }
    return {};
}

// One text or a list of them (RFC 7519, 4.1.3).
Result<std::vector<std::string>> read_audiences(const Json& claims) {
    constexpr std::size_t kMost = 32;
    const Json* found = claims.find("aud");
    std::vector<std::string> out;
    if (found != nullptr && found->is_string()) out.push_back(found->string());
    if (found != nullptr && found->is_array() && found->array().size() <= kMost) {
        for (const Json& one : found->array()) {
            if (!one.is_string()) return refuse("an audience is a text", "/aud");
            out.push_back(one.string());
        }
    }
    return out;
}

Result<void> check_audience(const Json& claims, const Expected& expected) {
    const auto named = TRY(read_audiences(claims));
    const bool meant = expected.audiences.empty() ||
                       std::any_of(named.begin(), named.end(), [&](const std::string& one) {
                           return std::find(expected.audiences.begin(), expected.audiences.end(),
                                            one) != expected.audiences.end();
                       });
    if (!meant) return refuse("it was made for somebody else", "/aud");
    if (expected.party.empty()) return {};
    const Json* party = claims.find("azp");
    if (party == nullptr && named.size() <= 1) return {};
    if (party != nullptr && party->is_string() && party->string() == expected.party) return {};
    return refuse("it names several audiences and not us as whom it was made for, or another",
                  "/azp");
}

Result<void> check_claims(const Jwt& jwt, const Expected& expected) {
    if (!expected.issuer.empty() && jwt.text("iss") != expected.issuer) {
        return refuse("another issuer made it", "/iss");
    }
    TRY(check_audience(jwt.claims, expected));
    return check_times(jwt.claims, expected);
}

}  // namespace

std::string Jwt::text(std::string_view claim) const {
    const Json* found = claims.find(claim);
    return found != nullptr && found->is_string() ? found->string() : std::string{};
}

Result<Jwt> read_jwt(std::string_view text) {
    if (text.size() > Jwt::kMaxBytes) {
        return Error{ErrorCode::TooLarge, "a token has at most 16 kB"};
    }
    const std::size_t first = text.find('.');
    const std::size_t second = first == std::string_view::npos ? first : text.find('.', first + 1);
    if (second == std::string_view::npos || text.find('.', second + 1) != std::string_view::npos) {
        return refuse("a signed token has three parts", "");
    }
    Jwt jwt;
    jwt.header = TRY(read_part(text.substr(0, first), "header"));
    TRY(check_header(jwt.header));
    jwt.claims = TRY(read_part(text.substr(first + 1, second - first - 1), "claims"));
    return jwt;
}

Result<Jwt> verify_jwt(std::string_view text, const JwkSet& keys, const Expected& expected) {
    Jwt jwt = TRY(read_jwt(text));
    const JwsAlgorithm algorithm = TRY(read_algorithm(jwt.header, expected));
    const std::string type = header_text(jwt.header, "typ");
    const bool typed = type.empty() || std::any_of(expected.types.begin(), expected.types.end(),
                                                   [&](const std::string& known) {
                                                       return same_type(type, known);
                                                   });
    if (!typed) return refuse("it is another kind of token", "header/typ");
    const Jwk key = TRY(keys.find(header_text(jwt.header, "kid"), algorithm));
    if (!key.verify(algorithm, text)) return refuse("its signature is not right", "signature");
    TRY(check_claims(jwt, expected));
    return jwt;
}

Result<std::string> sign_jwt(const Json& claims, const JwtSigner& signer, std::string_view type) {
    assert(claims.is_object());
    return signer.sign(to_text(claims), type);
}

}  // namespace musubi
