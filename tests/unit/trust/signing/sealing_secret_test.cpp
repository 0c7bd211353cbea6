#include "trust/signing/sealing_secret.h"

#include <sys/stat.h>

#include "support/journal_fixture.h"

namespace musubi::testing {
namespace {

TEST(SealingSecret, OpensWhatItSealedAtThatPlaceAlone) {
    const SealingSecret secret = SealingSecret::generate();
    const std::string sealed = secret.seal("a private half", "here");
    EXPECT_EQ(sealed.size(), std::string_view{"a private half"}.size() + 40);
    EXPECT_EQ(sealed.find("private"), std::string::npos);
    EXPECT_EQ(secret.open(sealed, "here").value(), "a private half");
    EXPECT_NE(secret.seal("a private half", "here"), sealed) << "the nonce is of chance";
    EXPECT_EQ(secret.open(sealed, "there").error().code, ErrorCode::Corrupt);
    EXPECT_EQ(SealingSecret::generate().open(sealed, "here").error().code, ErrorCode::Corrupt);
    EXPECT_EQ(secret.open(secret.seal("", "x"), "x").value(), "");
}

TEST(SealingSecret, FindsEveryChangedByteAndEveryCut) {
    const SealingSecret secret = SealingSecret::generate();
    const std::string sealed = secret.seal("a private half", "here");
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        std::string changed = sealed;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        EXPECT_FALSE(secret.open(changed, "here")) << i;
        EXPECT_FALSE(secret.open(sealed.substr(0, i), "here")) << i;
    }
    EXPECT_FALSE(secret.open(sealed + "x", "here"));
}

TEST(SealingSecret, IsMadeOnceAndKeptForItsOwnerAlone) {
    const TempFolder folder;
    const std::string file = sealing_secret_file(folder.path());
    const auto made = SealingSecret::load_or_make(file);
    ASSERT_TRUE(made) << to_text(made.error());
    struct stat found {};
    ASSERT_EQ(::stat(file.c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777U, 0600U);
    EXPECT_EQ(SealingSecret::load_or_make(file).value().text(), made->text());

    ::chmod(file.c_str(), 0604);
    EXPECT_EQ(SealingSecret::load_or_make(file).error().code, ErrorCode::Conflict);
    ::chmod(file.c_str(), 0600);
    const std::string text = file_text(file);
    for (const std::string& torn : {std::string{}, text.substr(0, 40), "x" + text}) {
        put_file(file, torn);
        EXPECT_EQ(SealingSecret::load_or_make(file).error().code, ErrorCode::Corrupt);
        EXPECT_EQ(file_text(file), torn) << "it was replaced";
    }
}

TEST(SealingSecret, ComesBackWithABackup) {
    const TempFolder folder;
    std::filesystem::create_directories(folder.path("backup"));
    std::filesystem::create_directories(folder.path("town"));
    ASSERT_TRUE(restore_sealing_secret(folder.path("backup"), folder.path("town")));
    EXPECT_FALSE(std::filesystem::exists(sealing_secret_file(folder.path("town"))))
        << "a backup of a former release has none";
    const SealingSecret secret = SealingSecret::generate();
    put_file(sealing_secret_file(folder.path("backup")), secret.text());
    ASSERT_TRUE(restore_sealing_secret(folder.path("backup"), folder.path("town")));
    const auto restored = SealingSecret::load_or_make(sealing_secret_file(folder.path("town")));
    ASSERT_TRUE(restored) << to_text(restored.error());
    EXPECT_EQ(restored->text(), secret.text());
}

}  // namespace
}  // namespace musubi::testing
