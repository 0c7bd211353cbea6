#include "trust/passkeys/ceremony.h"

#include <gtest/gtest.h>

#include "support/soft_authenticator.h"

namespace musubi::testing {
namespace {

const RelyingParty kTown{"town.example", {"https://town.example"}};

Result<Passkey> registered(const PasskeyCreation& given, const RelyingParty& party = kTown) {
    const auto client = read_client_data(given.client_data);
    if (!client) return client.error();
    return verify_registration(given, *client, party);
}
Result<Passkey> registered(const SoftAuthenticator& device) {
    return registered(device.registration());
}

// What is said where a sign-in does not hold; empty: it does.
std::string refusal(const PasskeyProof& given, const Passkey& passkey) {
    const auto client = read_client_data(given.client_data);
    if (!client) return client.error().detail;
    const auto asserted = verify_circumstances(given, *client, kTown);
    if (!asserted) return asserted.error().detail;
    if (!verify_signature(given, *asserted, passkey)) return "signature";
    return counter_holds(passkey, *asserted) ? std::string{} : "counter";
}

void expect_refused(const Result<Passkey>& result, const char* why) {
    ASSERT_FALSE(result) << why;
    EXPECT_EQ(result.error().code, ErrorCode::Forbidden) << why;
    EXPECT_NE(result.error().detail.find(why), std::string::npos) << result.error().detail;
    EXPECT_FALSE(result.error().where.empty());
}

class Passkeys : public ::testing::Test {
protected:
    void SetUp() override {
        auto made = registered(device);
        ASSERT_TRUE(made) << to_text(made.error());
        passkey = *made;
        device.type = "webauthn.get";
    }
    std::string signing_in() { return refusal(device.assertion(), passkey); }
    SoftAuthenticator device;
    Passkey passkey;
};

TEST(Registering, KeepsWhatTheAuthenticatorSaysWithEachAlgorithm) {
    for (const CoseAlgorithm algorithm :
         {CoseAlgorithm::EdDsa, CoseAlgorithm::Es256, CoseAlgorithm::Rs256}) {
        for (const char* format : {"none", "packed"}) {
            SoftAuthenticator device{algorithm};
            device.format = format;
            device.flags |= 8U;
            device.count = 7;
            const auto passkey = registered(device);
            ASSERT_TRUE(passkey) << to_text(passkey.error());
            EXPECT_EQ(passkey->credential_id, device.id);
            EXPECT_EQ(passkey->public_key, device.key.cose());
            EXPECT_EQ(passkey->sign_count, 7U);
            EXPECT_TRUE(passkey->backup_eligible);
            EXPECT_FALSE(passkey->backed_up);
            EXPECT_EQ(passkey->transports, std::vector<std::string>{"internal"});
        }
    }
}

TEST(Registering, RefusesAWrongOrigin) {
    for (const char* origin :
         {"https://town.example.evil.example", "http://town.example", "https://town.example:8443",
          "https://sub.town.example", "https://TOWN.example", "null", "https://town.example/"}) {
        SoftAuthenticator device;
        device.origin = origin;
        expect_refused(registered(device), "another origin");
    }
}

TEST(Registering, RefusesAWrongRpIdHash) {
    SoftAuthenticator device;
    device.rp_id = "evil.example";
    expect_refused(registered(device), "another name");
}

TEST(Registering, RefusesAWrongType) {
    SoftAuthenticator device;
    device.type = "webauthn.get";
    expect_refused(registered(device), "something else");
    device.type = "payment.get";
    expect_refused(registered(device), "something else");
}

TEST(Registering, RefusesCrossOrigin) {
    SoftAuthenticator device;
    device.more = R"(,"crossOrigin":true)";
    expect_refused(registered(device), "within another page");
    device.more = R"(,"crossOrigin":"false")";
    expect_refused(registered(device), "within another page");
    device.more = R"(,"crossOrigin":false,"topOrigin":"https://evil.example")";
    expect_refused(registered(device), "within another page");
    device.more = {};
    EXPECT_TRUE(registered(device)) << "older browsers do not say it";
}

TEST(Registering, RefusesWhereUvOrUpIsMissing) {
    SoftAuthenticator device;
    device.flags = 1U;
    expect_refused(registered(device), "make sure that it is you");
    device.flags = 4U;
    expect_refused(registered(device), "nobody was there");
}

TEST(Registering, RefusesABackupOfWhatCanNotBeBackedUp) {
    SoftAuthenticator device;
    device.flags |= 16U;
    expect_refused(registered(device), "contradicts itself");
}

TEST(Registering, RefusesTheKeyOfAnother) {  // key substitution
    SoftAuthenticator device;
    device.format = "packed";
    PasskeyCreation mixed = device.registration();
    SoftAuthenticator other;
    other.format = "packed";
    // The other's key under a signature of mine: the statement was not made by it.
    std::string object = mixed.attestation_object;
    const std::size_t at = object.find(device.key.cose());
    ASSERT_NE(at, std::string::npos);
    object.replace(at, device.key.cose().size(), other.key.cose());
    mixed.attestation_object = object;
    expect_refused(registered(mixed), "not by the key");
}

TEST(Registering, RefusesAnAttestationOfAnotherAlgorithm) {
    SoftAuthenticator device;
    device.format = "packed";
    PasskeyCreation given = device.registration();
    const std::size_t at = given.attestation_object.find("calg") + 4;
    ASSERT_EQ(given.attestation_object[at], '\x26');
    given.attestation_object[at] = '\x27';  // EdDSA
    expect_refused(registered(given), "not by the key");
}

TEST(Registering, RefusesAnotherIdThanTheBrowserNames) {
    const SoftAuthenticator device;
    PasskeyCreation given = device.registration();
    given.credential_id = "another";
    expect_refused(registered(given), "not the one that the browser names");
}

TEST(Registering, RefusesTamperedClientData) {
    SoftAuthenticator device;
    device.format = "packed";
    PasskeyCreation given = device.registration();
    given.client_data += " ";
    expect_refused(registered(given), "not by the key");
}

TEST(Registering, RefusesWithoutACredential) {
    const SoftAuthenticator device;
    PasskeyCreation given = device.registration();
    given.attestation_object =
        cbor_map(3, cbor_text("fmt") + cbor_text("none") + cbor_text("attStmt") + cbor_map(0, "") +
                        cbor_text("authData") + cbor_bytes(device.head(0)));
    const auto result = registered(given);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, ErrorCode::BadRequest);
}

TEST(ClientDataJson, IsReadStrictly) {
    EXPECT_TRUE(read_client_data(SoftAuthenticator{}.client_data()));
    for (const std::string text :
         {"", "{}", "[]", "null", R"({"type":"a","challenge":"","origin":"o"})",
          R"({"type":"a","challenge":"+/==","origin":"o"})",
          R"({"type":1,"challenge":"AA","origin":"o"})", R"({"type":"a","challenge":"AA"})",
          R"({"type":"a","type":"b","challenge":"AA","origin":"o"})", "\xff{}"}) {
        const auto read = read_client_data(text);
        ASSERT_FALSE(read) << text;
        EXPECT_EQ(read.error().where, "/response/clientDataJSON");
    }
    EXPECT_FALSE(read_client_data(std::string(4000, '[')));
}

TEST_F(Passkeys, OpenForTheirOwnKey) {
    EXPECT_EQ(signing_in(), "");
    device.extensions = cbor_map(1, cbor_text("x") + "\xf5");
    EXPECT_EQ(signing_in(), "");
}

TEST_F(Passkeys, RefuseAWrongOriginTypeRpIdHashAndCrossOrigin) {
    SoftAuthenticator& d = device;
    d.origin = "https://evil.example";
    EXPECT_NE(signing_in().find("another origin"), std::string::npos);
    d.origin = "https://town.example";
    d.type = "webauthn.create";
    EXPECT_NE(signing_in().find("something else"), std::string::npos);
    d.type = "webauthn.get";
    d.rp_id = "evil.example";
    EXPECT_NE(signing_in().find("another name"), std::string::npos);
    d.rp_id = "town.example";
    d.more = R"(,"crossOrigin":true)";
    EXPECT_NE(signing_in().find("within another page"), std::string::npos);
}

TEST_F(Passkeys, RefuseWhereUvOrUpIsMissing) {
    device.flags = 1U;
    EXPECT_NE(signing_in().find("make sure that it is you"), std::string::npos);
    device.flags = 4U;
    EXPECT_NE(signing_in().find("nobody was there"), std::string::npos);
}

TEST_F(Passkeys, RefuseACounterThatDoesNotGrow) {
    passkey.sign_count = 7;
    for (const std::uint32_t count : {0U, 1U, 6U, 7U}) {
        device.count = count;
        EXPECT_EQ(signing_in(), "counter") << count;
    }
    device.count = 8;
    EXPECT_EQ(signing_in(), "");
    passkey.sign_count = device.count = 0;  // it does not count at all
    EXPECT_EQ(signing_in(), "");
}

TEST_F(Passkeys, RefuseTheSignatureOfAnotherKey) {  // key substitution
    const SoftAuthenticator good = SoftAuthenticator{};
    PasskeyProof given = device.assertion();
    given.signature = good.key.sign(given.authenticator_data + sha256({given.client_data}));
    EXPECT_EQ(refusal(given, passkey), "signature");
}

TEST_F(Passkeys, RefuseAKeyThatIsBroughtAlong) {  // key injection
    SoftAuthenticator attacker;
    attacker.type = "webauthn.get";
    PasskeyProof given = attacker.assertion();
    given.authenticator_data = attacker.attested_data();
    given.signature = attacker.key.sign(given.authenticator_data + sha256({given.client_data}));
    EXPECT_NE(refusal(given, passkey).find("no new credential"), std::string::npos);
}

TEST_F(Passkeys, RefuseTamperedClientDataAndAuthenticatorData) {
    PasskeyProof given = device.assertion();
    given.client_data += " ";
    EXPECT_EQ(refusal(given, passkey), "signature");
    given = device.assertion();
    given.authenticator_data[36] = '\x01';
    EXPECT_EQ(refusal(given, passkey), "signature") << "a counter that was raised by hand";
    given = device.assertion();
    given.signature.back() = static_cast<char>(given.signature.back() ^ 1);
    EXPECT_EQ(refusal(given, passkey), "signature");
}

TEST_F(Passkeys, RefuseAnotherKindOfAuthenticatorThanWasRegistered) {
    device.flags |= 8U;  // step 19: whether it may be backed up never changes
    EXPECT_EQ(signing_in(), "signature");
}

TEST_F(Passkeys, RefuseASignatureOfAnotherAlgorithm) {  // alg confusion
    SoftAuthenticator ed{CoseAlgorithm::EdDsa};
    PasskeyProof given = device.assertion();
    given.signature = ed.key.sign(given.authenticator_data + sha256({given.client_data}));
    EXPECT_EQ(refusal(given, passkey), "signature");
    passkey.public_key = ed.key.cose();
    EXPECT_EQ(refusal(given, passkey), "");
}

}  // namespace
}  // namespace musubi::testing
