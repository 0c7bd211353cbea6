#include "trust/passkeys/authenticator_data.h"

#include <gtest/gtest.h>

#include "support/soft_authenticator.h"

namespace musubi::testing {
namespace {

TEST(AuthenticatorData, IsReadWithItsCredentialAndExtensions) {
    SoftAuthenticator device;
    device.flags = 1U | 4U | 8U | 16U;
    device.count = 0x01020304;
    device.extensions = cbor_map(1, cbor_text("credProtect") + cbor_integer(2));
    const std::string bytes = device.attested_data();
    const auto data = read_authenticator_data(bytes);
    ASSERT_TRUE(data) << to_text(data.error());
    EXPECT_EQ(data->rp_id_hash, sha256({"town.example"}));
    EXPECT_TRUE(data->user_present && data->user_verified);
    EXPECT_TRUE(data->backup_eligible && data->backed_up);
    EXPECT_EQ(data->sign_count, 0x01020304U);
    ASSERT_TRUE(data->attested);
    EXPECT_EQ(data->attested->credential_id, device.id);
    EXPECT_EQ(data->attested->public_key, device.key.cose());
}

TEST(AuthenticatorData, RefusesWhatIsCutOffAndWhatFollows) {
    SoftAuthenticator device;
    device.extensions = cbor_map(1, cbor_text("credProtect") + cbor_integer(2));
    const std::string whole = device.attested_data();
    ASSERT_TRUE(read_authenticator_data(whole));
    for (std::size_t size = 0; size < whole.size(); ++size) {
        EXPECT_FALSE(read_authenticator_data(whole.substr(0, size))) << size;
    }
    EXPECT_FALSE(read_authenticator_data(whole + "x"));
    EXPECT_FALSE(read_authenticator_data(device.head(0).substr(0, 36)));
    SoftAuthenticator plain;
    EXPECT_TRUE(read_authenticator_data(plain.head(0)));
    EXPECT_FALSE(read_authenticator_data(plain.head(0) + "x"));
    EXPECT_FALSE(read_authenticator_data(plain.head(64))) << "a credential that is not there";
    EXPECT_FALSE(read_authenticator_data(plain.head(128) + cbor_text("no map")));
}

TEST(AuthenticatorData, BoundsTheIdOfACredential) {
    SoftAuthenticator device;
    device.id = std::string(1023, 'i');
    EXPECT_TRUE(read_authenticator_data(device.attested_data()));
    device.id = std::string(1024, 'i');
    EXPECT_FALSE(read_authenticator_data(device.attested_data()));
    device.id.clear();
    EXPECT_FALSE(read_authenticator_data(device.attested_data()));
    const auto enormous =
        read_authenticator_data(std::string(AuthenticatorData::kMaxBytes + 1, 'x'));
    ASSERT_FALSE(enormous);
    EXPECT_EQ(enormous.error().code, ErrorCode::TooLarge);
}

TEST(AttestationObject, IsReadWithNoneAndSelfAttestation) {
    SoftAuthenticator device;
    const std::string none_bytes = device.object();
    const auto none = read_attestation_object(none_bytes);
    ASSERT_TRUE(none) << to_text(none.error());
    EXPECT_EQ(none->authenticator_data, device.attested_data());
    EXPECT_FALSE(none->statement);
    device.format = "packed";
    const std::string packed_bytes = device.object();
    const auto packed = read_attestation_object(packed_bytes);
    ASSERT_TRUE(packed) << to_text(packed.error());
    ASSERT_TRUE(packed->statement);
    EXPECT_EQ(packed->statement->algorithm, -7);
}

TEST(AttestationObject, RefusesOtherAttestation) {
    SoftAuthenticator device;
    for (const char* format : {"fido-u2f", "tpm", "apple", "android-key", "NONE", "", "compound"}) {
        device.format = format;
        EXPECT_FALSE(read_attestation_object(device.object())) << format;
    }
    const auto with = [&](const std::string& format, const std::string& statement) {
        return read_attestation_object(
            cbor_map(3, cbor_text("fmt") + cbor_text(format) + cbor_text("attStmt") + statement +
                            cbor_text("authData") + cbor_bytes(device.attested_data())));
    };
    EXPECT_TRUE(with("none", cbor_map(0, "")));
    EXPECT_FALSE(with("none", cbor_map(1, cbor_text("alg") + cbor_integer(-7))));
    EXPECT_FALSE(with("none", cbor_text("")));
    const std::string signed_by_itself =
        cbor_text("alg") + cbor_integer(-7) + cbor_text("sig") + cbor_bytes("s");
    EXPECT_TRUE(with("packed", cbor_map(2, signed_by_itself)));
    EXPECT_FALSE(with("packed", cbor_map(3, signed_by_itself + cbor_text("x5c") + cbor_head(4, 1) +
                                                cbor_bytes("certificate"))));
    EXPECT_FALSE(with("packed", cbor_map(2, cbor_text("alg") + cbor_integer(-7) + cbor_text("alg") +
                                                cbor_integer(-7))));
    EXPECT_FALSE(with("packed", cbor_map(0, "")));
}

TEST(AttestationObject, RefusesTruncatedExtraAndEnormousCbor) {
    const SoftAuthenticator device;
    const std::string whole = device.object();
    for (std::size_t size = 0; size < whole.size(); ++size) {
        EXPECT_FALSE(read_attestation_object(whole.substr(0, size))) << size;
    }
    EXPECT_FALSE(read_attestation_object(whole + "x"));
    std::string four = whole;
    four[0] = '\xa4';
    EXPECT_FALSE(read_attestation_object(four + cbor_text("more") + cbor_integer(1)));
    EXPECT_FALSE(read_attestation_object(cbor_head(5, UINT64_MAX) + whole.substr(1)));
    EXPECT_FALSE(read_attestation_object(
        cbor_map(3, cbor_text("fmt") + cbor_text("none") + cbor_text("fmt") + cbor_text("none") +
                        cbor_text("authData") + cbor_bytes(device.attested_data()))));
    EXPECT_FALSE(read_attestation_object(cbor_map(
        3, cbor_text("fmt") + cbor_text("none") + cbor_text("attStmt") + std::string(2000, '\x81') +
               std::string(1, '\0') + cbor_text("authData") + cbor_bytes(device.attested_data()))));
    const auto enormous = read_attestation_object(std::string(1U << 20U, '\xa3'));
    ASSERT_FALSE(enormous);
    EXPECT_EQ(enormous.error().code, ErrorCode::TooLarge);
}

}  // namespace
}  // namespace musubi::testing
