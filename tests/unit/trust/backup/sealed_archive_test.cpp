#include "trust/backup/sealed_archive.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "support/store_fixture.h"
#include "trust/backup/folder_archive.h"

namespace musubi {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& file) {
    std::ifstream in{file, std::ios::binary};
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

void write(const fs::path& file, std::string_view bytes) {
    fs::create_directories(file.parent_path());
    std::ofstream{file, std::ios::binary} << bytes;
}

std::map<std::string, std::string> contents(const fs::path& folder) {
    std::map<std::string, std::string> all;
    for (const auto& item : fs::recursive_directory_iterator(folder)) {
        const std::string name = item.path().lexically_relative(folder).string();
        all[name] = item.is_directory() ? "(folder)" : read(item.path());
    }
    return all;
}

class SealedArchive : public ::testing::Test {
protected:
    void SetUp() override {
        auto made = make_backup_key();
        ASSERT_TRUE(made);
        key = *made;
        std::string large;
        for (int i = 0; i < 40'000; ++i) large += std::to_string(i * 7919) + '\n';
        write(from / "empty", "");
        write(from / "a/b/small", "one line\n");
        write(from / "large", large);
        write(from / "日本語の名前", std::string("\0\1\2", 3));
        fs::create_directories(from / "no files");
    }
    [[nodiscard]] ErrorCode open_code(std::string_view secret, const std::string& to = "to") const {
        const auto opened = open_sealed(file, secret, folder.path(to));
        EXPECT_EQ(opened.has_value(), fs::exists(folder.path(to)));
        EXPECT_FALSE(fs::exists(folder.path(to) + ".part"));
        return opened ? ErrorCode::Conflict : opened.error().code;
    }

    testing::TempFolder folder;
    fs::path from{folder.path("from")};
    std::string file = folder.path("town.backup");
    BackupKey key;
};

TEST_F(SealedArchive, GivesBackWhatWasSealed) {
    const auto sealed = seal_folder(from, file, {key.public_key});
    ASSERT_TRUE(sealed) << to_text(sealed.error());
    EXPECT_FALSE(fs::exists(file + ".part"));
    EXPECT_EQ(read(file).find("one line"), std::string::npos);
    EXPECT_EQ(fs::status(file).permissions() & fs::perms::others_all, fs::perms::none);
    const auto opened = open_sealed(file, key.secret_key, folder.path("to"));
    ASSERT_TRUE(opened) << to_text(opened.error());
    EXPECT_EQ(contents(folder.path("to")), contents(from));
}

TEST_F(SealedArchive, IsOpenedByEachOfItsKeysAndByNoOther) {
    const auto second = make_backup_key();
    const auto stranger = make_backup_key();
    ASSERT_TRUE(seal_folder(from, file, {key.public_key, second->public_key}));
    EXPECT_TRUE(open_sealed(file, key.secret_key, folder.path("one")));
    EXPECT_TRUE(open_sealed(file, second->secret_key, folder.path("two")));
    EXPECT_EQ(open_code(stranger->secret_key), ErrorCode::Forbidden);
    EXPECT_EQ(open_code(key.public_key), ErrorCode::BadRequest);
    EXPECT_EQ(open_code(key.secret_key + "A"), ErrorCode::BadRequest);
    EXPECT_EQ(open_code(""), ErrorCode::BadRequest);
}

TEST_F(SealedArchive, EveryChangedByteIsFound) {
    ASSERT_TRUE(seal_folder(from, file, {key.public_key}));
    const std::string whole = read(file);
    ASSERT_GT(whole.size(), 200'000U);
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < 200; ++i) places.push_back(i);  // magic, count, box, head
    for (std::size_t i = 200; i < whole.size(); i += 4'999) places.push_back(i);
    places.push_back(whole.size() - 1);
    for (const std::size_t place : places) {
        std::string changed = whole;
        changed[place] = static_cast<char>(changed[place] ^ 0x10);
        write(file, changed);
        const auto opened = open_sealed(file, key.secret_key, folder.path("to"));
        ASSERT_FALSE(opened) << place;
        ASSERT_FALSE(fs::exists(folder.path("to"))) << place;
    }
}

TEST_F(SealedArchive, IsNotOpenedInPart) {
    ASSERT_TRUE(seal_folder(from, file, {key.public_key}));
    const std::string whole = read(file);
    constexpr std::size_t kPiece = (64U << 10U) + 17;
    const std::size_t head = whole.size() - (whole.size() - 121) / kPiece * kPiece;
    for (const std::size_t size : {std::size_t{0}, std::size_t{10}, std::size_t{100}, head,
                                   head + kPiece, whole.size() - 1}) {
        write(file, whole.substr(0, size));
        EXPECT_FALSE(open_sealed(file, key.secret_key, folder.path("to"))) << size;
    }
    write(file, whole + "x");
    EXPECT_EQ(open_code(key.secret_key), ErrorCode::Corrupt);
    // Two pieces in each other's place.
    const std::size_t first = 16 + 1 + 80 + 24;
    std::string swapped = whole;
    std::swap_ranges(swapped.begin() + first, swapped.begin() + first + kPiece,
                     swapped.begin() + first + kPiece);
    write(file, swapped);
    EXPECT_EQ(open_code(key.secret_key), ErrorCode::Corrupt);
    // One more key than it was sealed to.
    std::string more = whole;
    more[16] = 2;
    write(file, more);
    EXPECT_FALSE(open_sealed(file, key.secret_key, folder.path("to")));
}

TEST_F(SealedArchive, IsSealedToSomebody) {
    const auto none = seal_folder(from, file, {});
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, ErrorCode::BadRequest);
    EXPECT_FALSE(seal_folder(from, file, {"musubi-backup:AAAA"}));
    EXPECT_FALSE(seal_folder(from, file, {key.secret_key}));
    EXPECT_FALSE(fs::exists(file));
    EXPECT_FALSE(fs::exists(file + ".part"));
}

TEST_F(SealedArchive, PutsNothingOverWhatIsThere) {
    ASSERT_TRUE(seal_folder(from, file, {key.public_key}));
    const auto opened = open_sealed(file, key.secret_key, from);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::Conflict);
    EXPECT_EQ(contents(from).size(), 7U);
}

// One member of an archive, as POSIX.1-2001 has its head.
std::string member(const std::string& name, char type, const std::string& link = {}) {
    std::string head(512, '\0');
    const auto put = [&](std::size_t at, std::string_view text) {
        head.replace(at, text.size(), text);
    };
    put(0, name);
    put(100, "0000600");
    put(108, "0000000");
    put(116, "0000000");
    put(124, "00000000000");
    put(136, "00000000000");
    put(148, "        ");
    head[156] = type;
    put(157, link);
    put(257, "ustar");
    put(263, "00");
    unsigned sum = 0;
    for (const char c : head) sum += static_cast<unsigned char>(c);
    put(148, fmt::format("{:06o}", sum));
    head[154] = '\0';
    return head;
}

TEST_F(SealedArchive, NoNameLeadsOutOfTheFolder) {
    struct Member {
        const char* name;
        char type;
        const char* link;
    };
    for (const Member& bad : {Member{"../out", '0', ""}, Member{"a/../../out", '0', ""},
                              Member{"/tmp/musubi-out", '0', ""}, Member{"link", '2', "/etc"},
                              Member{"hard", '1', "empty"}}) {
        const std::string tar = member(bad.name, bad.type, bad.link) + std::string(1024, '\0');
        bool given = false;
        fs::create_directories(folder.path("to"));
        const auto done = read_archive(folder.path("to"), [&]() -> Result<std::string> {
            return std::exchange(given, true) ? std::string{} : tar;
        });
        ASSERT_FALSE(done) << bad.name;
        EXPECT_EQ(done.error().code, ErrorCode::Corrupt) << bad.name;
        EXPECT_FALSE(fs::exists(folder.path("out")));
        EXPECT_TRUE(contents(folder.path("to")).empty()) << bad.name;
    }
}

}  // namespace
}  // namespace musubi
