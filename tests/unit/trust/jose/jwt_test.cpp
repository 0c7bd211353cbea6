#include "trust/jose/jwt.h"

#include <gtest/gtest.h>
#include <openssl/hmac.h>

#include "support/jose_keys.h"
#include "trust/encoding.h"

namespace musubi::testing {
namespace {

constexpr Time kNow{1'800'000'000'000'000};
constexpr std::int64_t kSecond = 1'800'000'000;

// Who issues, and what a token of theirs has to be.
class Jwts : public ::testing::Test {
protected:
    Jwts() {
        Json set;
        set.set("keys", Json::Array{signer.public_jwk()});
        keys = JwkSet::read(set).value();
        claims.set("iss", "https://issuer.example");
        claims.set("sub", "248289761001");
        claims.set("aud", "client");
        claims.set("iat", kSecond);
        claims.set("exp", kSecond + 300);
    }

    [[nodiscard]] std::string token() const { return sign_jwt(claims, signer).value(); }
    [[nodiscard]] Result<Jwt> verify(const std::string& text) const {
        return verify_jwt(text, keys, expected);
    }
    // Where it is refused; empty: it is taken.
    [[nodiscard]] std::string refused(const std::string& text) const {
        const auto jwt = verify(text);
        if (jwt) return {};
        EXPECT_EQ(jwt.error().code, ErrorCode::Unauthorized) << to_text(jwt.error());
        return jwt.error().where;
    }
    [[nodiscard]] std::string refused_with(std::string_view claim, const Json& value) {
        claims.set(claim, value);
        return refused(token());
    }
    // A token with this header, signed by the issuer's key all the same.
    [[nodiscard]] std::string with_header(const std::string& header) const {
        const std::string good = token();
        return to_base64url(header) + good.substr(good.find('.'));
    }

    const KeyHandle key = curve_key();
    JwtSigner signer = JwtSigner::parse(pem_of(key.get())).value();
    JwkSet keys;
    Json claims;
    Expected expected{.issuer = "https://issuer.example",
                      .audiences = {"client"},
                      .party = "client",
                      .algorithms = {JwsAlgorithm::Es256, JwsAlgorithm::Rs256},
                      .now = kNow,
                      .needs_issued_at = true};
};

TEST_F(Jwts, AreTakenWhereEverythingHolds) {
    const auto jwt = verify(token());
    ASSERT_TRUE(jwt) << to_text(jwt.error());
    EXPECT_EQ(jwt->text("sub"), "248289761001");
}

// RFC 7515, A.3: signed by somebody else's program.
TEST_F(Jwts, OfTheStandardAreTaken) {
    const auto theirs = JwkSet::parse(
        R"({"keys":[{"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",)"
        R"("y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]})");
    ASSERT_TRUE(theirs);
    const auto jwt = verify_jwt(
        "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxl"
        "LmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlS"
        "ApmWQxfKTUJqPP3-Kg6NU1Q",
        *theirs,
        {.issuer = "joe", .algorithms = {JwsAlgorithm::Es256}, .now = Time{1'300'819'000'000'000}});
    ASSERT_TRUE(jwt) << to_text(jwt.error());
}

// RFC 8725, 2.1 and 3.1.
TEST_F(Jwts, AreRefusedWithoutASignature) {
    const std::string payload = to_base64url(to_text(claims));
    for (const char* alg : {"none", "None", "NONE", "nOnE", ""}) {
        const std::string head =
            to_base64url(R"({"alg":")" + std::string(alg) + R"(","typ":"JWT"})");
        EXPECT_EQ(refused(head + "." + payload + "."), "header/alg") << alg;
    }
    EXPECT_EQ(refused(with_header(R"({"typ":"JWT"})")), "header/alg");
    const std::string good = token();
    EXPECT_EQ(refused(good.substr(0, good.rfind('.') + 1)), "signature");
}

// RFC 8725, 2.1: the public key, which everybody knows, taken as the secret of an HMAC.
TEST_F(Jwts, AreRefusedWhereThePublicKeyIsTheSecret) {
    const std::string text = to_base64url(R"({"alg":"HS256","kid":")" + signer.id() + "\"}") + "." +
                             to_base64url(to_text(claims));
    for (const std::string& secret :
         {pem_of(key.get(), true), to_text(signer.public_jwk()), signer.id(), std::string{"x"}}) {
        std::string mac(32, '\0');
        HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
             reinterpret_cast<const unsigned char*>(text.data()), text.size(),
             reinterpret_cast<unsigned char*>(mac.data()), nullptr);
        EXPECT_EQ(refused(text + "." + to_base64url(mac)), "header/alg");
    }
}

TEST_F(Jwts, AreRefusedWithAnAlgorithmThatIsNotTheKeys) {
    EXPECT_EQ(refused(with_header(R"({"alg":"RS256","kid":")" + signer.id() + "\"}")),
              "header/alg");
    EXPECT_EQ(refused(with_header(R"({"alg":"PS256","kid":")" + signer.id() + "\"}")),
              "header/alg");
    expected.algorithms = {JwsAlgorithm::Rs256};
    EXPECT_EQ(refused(token()), "header/alg");
    expected.algorithms = {};
    EXPECT_EQ(refused(token()), "header/alg");
}

TEST_F(Jwts, NeedAKeyThatIsKnownAndOne) {
    const auto foreign = JwtSigner::parse(pem_of(curve_key().get())).value();
    const auto unknown = verify(sign_jwt(claims, foreign).value());
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().code, ErrorCode::NotFound);
    // It names our key, and is signed with another.
    const std::string theirs = sign_jwt(claims, foreign).value();
    const std::string ours = token();
    EXPECT_EQ(refused(ours.substr(0, ours.rfind('.')) + theirs.substr(theirs.rfind('.'))),
              "signature");
    Json set;
    set.set("keys", Json::Array{signer.public_jwk(), foreign.public_jwk()});
    keys = JwkSet::read(set).value();
    EXPECT_TRUE(verify(token()));
    EXPECT_TRUE(verify(theirs));
    EXPECT_EQ(refused(with_header(R"({"alg":"ES256"})")), "header/kid");
    Json twin = foreign.public_jwk();
    twin.set("kid", signer.id());
    set.set("keys", Json::Array{signer.public_jwk(), twin});
    keys = JwkSet::read(set).value();
    EXPECT_EQ(refused(token()), "header/kid");
}

// RFC 8725, 3.10.
TEST_F(Jwts, AreRefusedWhereTheyBringAKeyAlong) {
    const auto foreign = JwtSigner::parse(pem_of(curve_key().get())).value();
    for (const std::string& member : {"\"jwk\":" + to_text(foreign.public_jwk()),
                                      std::string(R"("jku":"http://127.0.0.1/keys")"),
                                      std::string(R"("x5u":"http://127.0.0.1/certificate")"),
                                      std::string(R"("x5c":["AAAA"])")}) {
        const std::string header = R"({"alg":"ES256","kid":")" + signer.id() + "\"," + member + "}";
        EXPECT_TRUE(refused(with_header(header)).starts_with("header/")) << member;
    }
}

// RFC 7515, 4.1.11.
TEST_F(Jwts, AreRefusedWithExtensionsThatMustBeUnderstood) {
    EXPECT_EQ(refused(with_header(R"({"alg":"ES256","crit":["exp"],"exp":1})")), "header/crit");
    EXPECT_EQ(refused(with_header(R"({"alg":"ES256","crit":[]})")), "header/crit");
    EXPECT_EQ(refused(with_header(R"({"alg":"ES256","crit":["b64"],"b64":false})")), "header/crit");
}

TEST_F(Jwts, AreRefusedWithAMemberWrittenTwice) {
    EXPECT_EQ(refused(with_header(R"({"alg":"ES256","alg":"none"})")), "header");
    const std::string body = R"({"iss":"https://issuer.example","sub":"a","sub":"b"})";
    EXPECT_EQ(refused(signer.sign(body, "JWT").value()), "claims");
}

TEST_F(Jwts, OfAnotherKindAreRefused) {
    EXPECT_EQ(refused(sign_jwt(claims, signer, "at+jwt").value()), "header/typ");
    EXPECT_EQ(refused(sign_jwt(claims, signer, "logout+jwt").value()), "header/typ");
    EXPECT_EQ(refused(sign_jwt(claims, signer, "application/jwt").value()), "");
    EXPECT_EQ(refused(sign_jwt(claims, signer, "jwt").value()), "");
}

TEST_F(Jwts, EndAndBeginByTheClockGiveOrTakeTheLeeway) {
    const std::string good = token();
    const auto at = [&](Duration later) {
        expected.now = kNow + later;
        return refused(good);
    };
    EXPECT_EQ(at(seconds(299)), "");
    EXPECT_EQ(at(seconds(300) + kClockLeeway - seconds(1)), "");
    EXPECT_EQ(at(seconds(300) + kClockLeeway), "/exp");
    EXPECT_EQ(at(seconds(0) - kClockLeeway), "");
    EXPECT_EQ(at(seconds(-1) - kClockLeeway), "/iat");  // clocks that are minutes apart
    expected.now = kNow;
    EXPECT_EQ(refused_with("nbf", kSecond + 121), "/nbf");
    EXPECT_EQ(refused_with("nbf", kSecond + 120), "");
    EXPECT_EQ(refused_with("exp", kSecond + 90'000), "/exp");
}

TEST_F(Jwts, AreRefusedWithTimesThatAreNone) {
    for (const Json& bad : {Json{"soon"}, Json{-1}, Json{1e300}, Json{}, Json{true},
                            Json{Json::Array{Json{kSecond}}}}) {
        for (const char* claim : {"exp", "iat", "nbf"}) {
            Json before = claims;
            EXPECT_EQ(refused_with(claim, bad), "/" + std::string(claim)) << to_text(bad);
            claims = before;
        }
    }
    Json without = claims;
    std::erase_if(claims.object(), [](const JsonMember& m) { return m.name == "exp"; });
    EXPECT_EQ(refused(token()), "/exp");
    claims = without;
    std::erase_if(claims.object(), [](const JsonMember& m) { return m.name == "iat"; });
    EXPECT_EQ(refused(token()), "/iat");
}

TEST_F(Jwts, AreForUsAndFromWhomWeAsked) {
    EXPECT_EQ(refused_with("aud", "another"), "/aud");
    EXPECT_EQ(refused_with("aud", Json{}), "/aud");
    EXPECT_EQ(refused_with("aud", Json::Array{}), "/aud");
    EXPECT_EQ(refused_with("aud", Json::Array{Json{"client"}, Json{5}}), "/aud");
    EXPECT_EQ(refused_with("aud", Json::Array{Json{"client"}}), "");
    // OpenID Connect Core 1.0, 3.1.3.7, 4 and 5
    EXPECT_EQ(refused_with("aud", Json::Array{Json{"client"}, Json{"another"}}), "/azp");
    EXPECT_EQ(refused_with("azp", "another"), "/azp");
    EXPECT_EQ(refused_with("azp", "client"), "");
    EXPECT_EQ(refused_with("aud", "client"), "");
    EXPECT_EQ(refused_with("azp", "another"), "/azp");
    EXPECT_EQ(refused_with("azp", "client"), "");
    EXPECT_EQ(refused_with("iss", "https://issuer.example/"), "/iss");
    EXPECT_EQ(refused_with("iss", Json::Array{Json{"https://issuer.example"}}), "/iss");
}

TEST_F(Jwts, ThatAreTruncatedOrTooLargeAreRefused) {
    const std::string good = token();
    for (std::size_t size = 0; size < good.size(); ++size) {
        EXPECT_FALSE(verify(good.substr(0, size))) << size;
    }
    EXPECT_FALSE(verify(good + "."));
    EXPECT_FALSE(verify(good + "A"));
    EXPECT_FALSE(verify("." + good));
    EXPECT_FALSE(verify(good + "="));
    claims.set("padding", std::string(Jwt::kMaxBytes, 'x'));
    const auto large = verify(token());
    ASSERT_FALSE(large);
    EXPECT_EQ(large.error().code, ErrorCode::TooLarge);
}

TEST_F(Jwts, AreSignedWithEachAlgorithm) {
    for (const char* algorithm : {"RS256", "PS256"}) {
        const auto rsa = JwtSigner::parse(pem_of(rsa_key().get()), algorithm).value();
        Json set;
        set.set("keys", Json::Array{rsa.public_jwk()});
        keys = JwkSet::read(set).value();
        expected.algorithms = {rsa.algorithm()};
        EXPECT_EQ(refused(sign_jwt(claims, rsa).value()), "") << algorithm;
    }
}

}  // namespace
}  // namespace musubi::testing
