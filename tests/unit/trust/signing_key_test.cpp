#include "trust/signing_key.h"

#include <sys/stat.h>

#include "support/journal_fixture.h"
#include "trust/encoding.h"

namespace musubi::testing {
namespace {

TEST(SigningKey, SignsAsTheStandardSays) {
    // RFC 8032, 7.1, TEST 2: the public key and the signature of the byte 72.
    const std::string x =
        to_base64url(*from_hex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"));
    const std::string signature =
        to_base64url(*from_hex("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                               "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"));
    const auto key = PublicKey::parse("ed25519:" + x);
    ASSERT_TRUE(key);
    EXPECT_TRUE(key->verify("r", signature));
    EXPECT_FALSE(key->verify("s", signature));
}

TEST(SigningKey, IsNamedByItsThumbprint) {
    // RFC 8037, A.3.
    const auto key = PublicKey::parse("ed25519:11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
    ASSERT_TRUE(key);
    EXPECT_EQ(key->id(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
    for (const char* bad : {"", "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
                            "ed25519:", "ed25519:11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHUR",
                            "ed25519:11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo="}) {
        EXPECT_FALSE(PublicKey::parse(bad)) << bad;
    }
}

TEST(SigningKey, IsMadeOnceAndKeptForItsOwnerAlone) {
    const TempFolder folder;
    const std::string file = folder.path("signing-key.pem");
    const auto made = SigningKey::load_or_make(file);
    ASSERT_TRUE(made) << to_text(made.error());
    struct stat found {};
    ASSERT_EQ(::stat(file.c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777U, 0600U);

    const auto again = SigningKey::load_or_make(file);
    ASSERT_TRUE(again) << to_text(again.error());
    EXPECT_EQ(again->public_key(), made->public_key());
    EXPECT_TRUE(made->public_key().verify("x", again->sign("x")));

    ::chmod(file.c_str(), 0640);
    const auto open = SigningKey::load_or_make(file);
    ASSERT_FALSE(open);
    EXPECT_EQ(open.error().code, ErrorCode::Conflict);
    put_file(file, "no key");
    ::chmod(file.c_str(), 0600);
    EXPECT_FALSE(SigningKey::load_or_make(file));
    EXPECT_EQ(file_text(file), "no key") << "it was replaced";
}

}  // namespace
}  // namespace musubi::testing
