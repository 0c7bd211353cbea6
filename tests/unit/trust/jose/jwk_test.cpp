#include "trust/jose/jwk.h"

#include <gtest/gtest.h>

#include "support/jose_keys.h"
#include "trust/jose/jwt_signer.h"

namespace musubi::testing {
namespace {

// RFC 7515, A.3.
constexpr const char* kCurveKey =
    R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
    R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})";
constexpr const char* kCurveJws =
    "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNv"
    "bS9pc19yb290Ijp0cnVlfQ."
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
// RFC 7638, 3.1: the key whose thumbprint is told there.
constexpr const char* kRsaKey =
    R"({"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPF)"
    R"(FxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v)"
    R"(-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-b)"
    R"(FTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",)"
    R"("e":"AQAB","alg":"RS256","kid":"2011-04-29"})";

Result<Jwk> read(const std::string& text) { return Jwk::read(*parse_json(text)); }

Json changed(const char* text, std::string_view member, const Json& value) {
    Json json = *parse_json(text);
    json.set(member, value);
    return json;
}

TEST(Jwk, ChecksTheSignatureOfTheStandard) {
    const auto key = read(kCurveKey);
    ASSERT_TRUE(key) << to_text(key.error());
    EXPECT_TRUE(key->verify(JwsAlgorithm::Es256, kCurveJws));
    for (const std::size_t at : {0, 30, 160, 200}) {
        std::string other = kCurveJws;
        other[at] = other[at] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(key->verify(JwsAlgorithm::Es256, other)) << at;
    }
    EXPECT_FALSE(key->verify(JwsAlgorithm::Es384, kCurveJws));
    EXPECT_FALSE(key->verify(JwsAlgorithm::Rs256, kCurveJws));
}

// The zero signature of CVE-2022-21449, and ones of another length.
TEST(Jwk, TakesNoSignatureOfZerosOrOfAnotherLength) {
    const auto key = read(kCurveKey);
    ASSERT_TRUE(key);
    const std::string jws{kCurveJws};
    const std::string signed_part = jws.substr(0, jws.rfind('.') + 1);
    EXPECT_FALSE(key->verify(JwsAlgorithm::Es256, signed_part + std::string(86, 'A')));
    EXPECT_FALSE(key->verify(JwsAlgorithm::Es256, signed_part));
    EXPECT_FALSE(key->verify(JwsAlgorithm::Es256, jws.substr(0, jws.size() - 4)));
    EXPECT_FALSE(key->verify(JwsAlgorithm::Es256, jws + "AAAA"));
}

TEST(Jwk, TakesOnlyKeysThatAreStrongAndForSignatures) {
    EXPECT_TRUE(read(kRsaKey));
    const std::string small(171, 'x');  // 1026 bits
    for (const Json& bad : {changed(kRsaKey, "n", small),
                            changed(kRsaKey, "n", "AA"),
                            changed(kRsaKey, "n", ""),
                            changed(kRsaKey, "n", std::string(1500, 'x')),
                            changed(kRsaKey, "n", Json{5}),
                            changed(kRsaKey, "e", "AQ"),
                            changed(kRsaKey, "e", "Ag"),
                            changed(kRsaKey, "e", "AAAA"),
                            changed(kRsaKey, "e", std::string(40, 'x')),
                            changed(kRsaKey, "e", "!"),
                            changed(kRsaKey, "use", "enc"),
                            changed(kRsaKey, "use", Json{1}),
                            changed(kRsaKey, "key_ops", Json::Array{Json{"encrypt"}}),
                            changed(kRsaKey, "alg", "HS256"),
                            changed(kRsaKey, "alg", "RSA-OAEP"),
                            changed(kRsaKey, "kid", Json{7}),
                            changed(kRsaKey, "kid", std::string(300, 'k')),
                            changed(kRsaKey, "kty", "oct"),
                            changed(kRsaKey, "kty", "OKP"),
                            changed(kCurveKey, "crv", "P-521"),
                            changed(kCurveKey, "crv", "secp256k1"),
                            changed(kCurveKey, "x", "AA"),
                            changed(kCurveKey, "y", std::string(43, 'A')),
                            Json{Json::Array{}},
                            Json{"key"}}) {
        EXPECT_FALSE(Jwk::read(bad)) << to_text(bad);
    }
    EXPECT_TRUE(Jwk::read(changed(kRsaKey, "use", "sig")));
    EXPECT_TRUE(Jwk::read(changed(kRsaKey, "key_ops", Json::Array{Json{"verify"}})));
}

TEST(Jwk, IsForTheAlgorithmThatItNames) {
    const auto key = read(kRsaKey);
    ASSERT_TRUE(key);
    EXPECT_EQ(key->id(), "2011-04-29");
    EXPECT_TRUE(key->fits(JwsAlgorithm::Rs256));
    EXPECT_FALSE(key->fits(JwsAlgorithm::Ps256));
    EXPECT_FALSE(key->fits(JwsAlgorithm::Es256));
}

TEST(JwkSet, LeavesOutWhatItDoesNotUnderstand) {
    const auto set = JwkSet::parse(R"({"keys":[{"kty":"oct","k":"c2VjcmV0"},{"kty":"EC"},5,)" +
                                   std::string(kCurveKey) + "]}");
    ASSERT_TRUE(set) << to_text(set.error());
    EXPECT_EQ(set->keys().size(), 1U);
    const auto found = set->find("", JwsAlgorithm::Es256);
    ASSERT_TRUE(found);
    EXPECT_TRUE(found->verify(JwsAlgorithm::Es256, kCurveJws));
}

TEST(JwkSet, IsBounded) {
    std::string many = "{\"keys\":[";
    for (std::size_t i = 0; i <= JwkSet::kMaxKeys; ++i) many += i == 0 ? "1" : ",1";
    EXPECT_FALSE(JwkSet::parse(many + "]}"));
    EXPECT_FALSE(JwkSet::parse("{\"keys\":[\"" + std::string(JwkSet::kMaxBytes, 'x') + "\"]}"));
    for (const char* bad : {"", "{}", "[]", "{\"keys\":{}}", "{\"keys\":[],\"keys\":[]}"}) {
        EXPECT_FALSE(JwkSet::parse(bad)) << bad;
    }
}

TEST(JwkSet, FindsOneKeyOrSaysWhyNot) {
    Json one = *parse_json(kCurveKey);
    one.set("kid", "a");
    Json other = JwtSigner::parse(pem_of(curve_key().get())).value().public_jwk();
    other.set("kid", "b");
    Json set;
    set.set("keys", Json::Array{one, other});
    const auto two = JwkSet::read(set);
    ASSERT_TRUE(two);
    EXPECT_TRUE(two->find("a", JwsAlgorithm::Es256));
    EXPECT_EQ(two->find("", JwsAlgorithm::Es256).error().code, ErrorCode::Unauthorized);
    EXPECT_EQ(two->find("c", JwsAlgorithm::Es256).error().code, ErrorCode::NotFound);
    EXPECT_EQ(two->find("a", JwsAlgorithm::Rs256).error().code, ErrorCode::Unauthorized);
    other.set("kid", "a");
    set.set("keys", Json::Array{one, other});
    const auto same = JwkSet::read(set);
    ASSERT_TRUE(same);
    EXPECT_EQ(same->find("a", JwsAlgorithm::Es256).error().code, ErrorCode::Unauthorized);
}

TEST(JwtSigner, ReadsKeysAndNamesThemByTheirThumbprint) {
    for (const auto& [key, algorithm] :
         {std::pair{pem_of(rsa_key().get()), JwsAlgorithm::Rs256},
          std::pair{pem_of(curve_key("P-256").get()), JwsAlgorithm::Es256},
          std::pair{pem_of(curve_key("P-384").get()), JwsAlgorithm::Es384}}) {
        const auto signer = JwtSigner::parse(key);
        ASSERT_TRUE(signer) << to_text(signer.error());
        EXPECT_EQ(signer->algorithm(), algorithm);
        EXPECT_EQ(signer->id().size(), 43U);
        const auto jws = signer->sign("payload", "JWT");
        ASSERT_TRUE(jws);
        const auto half = Jwk::read(signer->public_jwk());
        ASSERT_TRUE(half) << to_text(half.error());
        EXPECT_TRUE(half->verify(algorithm, *jws));
        EXPECT_EQ(signer->public_jwk().find("d"), nullptr);
    }
    // RFC 7515, A.3, with its other half; the thumbprint was computed by `jose` (npm).
    Json jwk = *parse_json(kCurveKey);
    jwk.set("d", "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI");
    const auto signer = JwtSigner::parse(to_text(jwk));
    ASSERT_TRUE(signer) << to_text(signer.error());
    EXPECT_EQ(signer->id(), "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U");
}

TEST(JwtSigner, RefusesWhatCanNotSign) {
    const KeyHandle rsa = rsa_key();
    EXPECT_TRUE(JwtSigner::parse(pem_of(rsa.get()), "PS256"));
    EXPECT_FALSE(JwtSigner::parse(pem_of(rsa.get()), "ES256"));
    EXPECT_FALSE(JwtSigner::parse(pem_of(rsa.get()), "HS256"));
    EXPECT_FALSE(JwtSigner::parse(pem_of(rsa.get()), "none"));
    EXPECT_FALSE(JwtSigner::parse(pem_of(rsa.get(), /*public_half=*/true)));
    EXPECT_FALSE(JwtSigner::parse(pem_of(rsa_key(1024).get())));
    EXPECT_FALSE(JwtSigner::parse(pem_of(curve_key("P-521").get())));
    EXPECT_FALSE(JwtSigner::parse(kCurveKey));
    EXPECT_FALSE(JwtSigner::parse(""));
    EXPECT_FALSE(JwtSigner::parse(std::string(JwtSigner::kMaxBytes + 1, ' ')));
    EXPECT_FALSE(JwtSigner::parse("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"));
}

}  // namespace
}  // namespace musubi::testing
