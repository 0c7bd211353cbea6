#include "trust/machines/assertion.h"

#include <gtest/gtest.h>

#include "trust/jose/jwt.h"

namespace musubi {
namespace {

// A key for tests alone (RFC 7517, A.2: its first one).
constexpr std::string_view kPrivate = R"({"kty": "EC", "crv": "P-256", "kid": "1",
    "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
    "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
    "d": "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE"})";

class Assertions : public ::testing::Test {
protected:
    Assertions() {
        Json::Array keys;
        keys.push_back(signer.public_jwk());
        Json set;
        set.set("keys", std::move(keys));
        machine.id = "aaaaaaaaaa";
        machine.proof = MachineProof::Keys;
        machine.proven_by = to_text(set);
    }
    [[nodiscard]] Json claims() const {
        Json out;
        out.set("iss", machine.id);
        out.set("sub", machine.id);
        out.set("aud", audience);
        out.set("jti", "1");
        out.set("exp", now.us / 1'000'000 + 60);
        return out;
    }
    [[nodiscard]] Result<Assertion> check(const Json& json, std::string_view type = "JWT") const {
        return check_assertion(*sign_jwt(json, signer, type), machine, {audience}, now);
    }
    JwtSigner signer = *JwtSigner::parse(kPrivate);
    Machine machine;
    std::string audience = "https://musubi.example.jp/musubi/v1/token";
    Time now{1'763'800'000'000'000};
};

TEST_F(Assertions, ThatHoldSayWhatIsToBeRemembered) {
    const auto read = check(claims());
    ASSERT_TRUE(read) << to_text(read.error());
    EXPECT_EQ(read->id, "1");
    EXPECT_GE(read->until, now + seconds(60) + kClockLeeway);
    EXPECT_TRUE(check(claims(), "client-authentication+jwt"));
    EXPECT_EQ(*claimed_machine(*sign_jwt(claims(), signer)), machine.id);
}

TEST_F(Assertions, AreByAndAboutTheMachineForThisServerAndHaveAnId) {
    const std::vector<std::pair<const char*, Json>> changes{{"iss", Json{"bbbbbbbbbb"}},
                                                            {"sub", Json{"bbbbbbbbbb"}},
                                                            {"aud", Json{"https://x"}},
                                                            {"jti", Json{""}},
                                                            {"jti", Json{7}},
                                                            {"jti", Json{std::string(257, 'a')}}};
    for (const auto& change : changes) {
        Json wrong = claims();
        wrong.set(change.first, change.second);
        const auto read = check(wrong);
        ASSERT_FALSE(read) << change.first;
        EXPECT_EQ(read.error().code, ErrorCode::Unauthorized);
    }
    EXPECT_FALSE(check(claims(), "at+jwt")) << "another kind of token";
}

TEST_F(Assertions, EndWithinMinutes) {
    const auto at = [&](Duration end) {
        Json out = claims();
        out.set("exp", (now + end).us / 1'000'000);
        return static_cast<bool>(check(out));
    };
    EXPECT_TRUE(at(kLongestAssertion));
    EXPECT_TRUE(at(kLongestAssertion + kClockLeeway));
    EXPECT_FALSE(at(kLongestAssertion + kClockLeeway + seconds(2)));
    EXPECT_TRUE(at(seconds(2) - kClockLeeway));
    EXPECT_FALSE(at(Duration{} - kClockLeeway));
}

TEST_F(Assertions, OfAKeyThatTheMachineHasNotAreRefusedAlike) {
    machine.proven_by = R"({"keys": []})";
    const auto read = check(claims());
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, ErrorCode::Unauthorized);
}

TEST_F(Assertions, AboutNobodyAreRefusedAsThoseOfAWrongSignature) {
    const std::string text = *sign_jwt(claims(), signer, "JWT");
    const auto about_nobody = check_assertion(text, unknown_machine(machine.id), {audience}, now);
    machine.proven_by = unknown_machine(machine.id).proven_by;
    const auto wrong = check_assertion(text, machine, {audience}, now);
    ASSERT_FALSE(about_nobody);
    ASSERT_FALSE(wrong);
    EXPECT_EQ(to_text(about_nobody.error()), to_text(wrong.error()));
    EXPECT_EQ(to_text(wrong.error()), to_text(not_signed()));
}

}  // namespace
}  // namespace musubi
