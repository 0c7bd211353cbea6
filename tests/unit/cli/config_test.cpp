#include "cli/config.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "support/project.h"
#include "support/store_fixture.h"

namespace musubi {
namespace {

std::string file_with(const testing::TempFolder& folder, const std::string& text) {
    std::ofstream{folder.path("musubi.toml")} << text;
    return folder.path("musubi.toml");
}

TEST(Configuration, ReadsWhatIsThere) {
    const testing::TempFolder folder;
    Config config;
    ASSERT_TRUE(read_config(file_with(folder,
                                      "listen = \"[::1]:9000\"\nlog = \"warn\"\n"
                                      "[store]\ndurability = \"relaxed\"\n"
                                      "[retention]\n\"*\" = \"P1Y\"\n\"urn:a\" = \"P1D\"\n"),
                            config));
    EXPECT_EQ(config.host, "::1");
    EXPECT_EQ(config.port, 9000);
    EXPECT_EQ(config.log_level, LogLevel::Warn);
    EXPECT_EQ(config.store.durability, Durability::Relaxed);
    ASSERT_EQ(config.retention.size(), 2U);
    EXPECT_EQ(config.retention.front().first, "urn:a");  // types before "*"
}

TEST(Configuration, RefusesWithTheLine) {
    const testing::TempFolder folder;
    for (const auto& [text, line] :
         {std::pair{"pack = \"river\"\nlisten = 8080\n", ":2"},
          std::pair{"\n\npakc = \"river\"\n", ":3"}, std::pair{"[store]\ncache_bytes = -1\n", ":2"},
          std::pair{"data = \"x\nopen = true\n", ":1"}}) {
        Config config;
        const auto read = read_config(file_with(folder, text), config);
        ASSERT_FALSE(read) << text;
        EXPECT_TRUE(read.error().where.ends_with(line)) << read.error().where;
    }
}

TEST(Configuration, OfTlsGoesTogetherOrIsRefused) {
    const testing::TempFolder folder;
    const auto check = [&](const std::string& text) -> Result<Config> {
        Config config;
        const auto read = read_config(file_with(folder, "[http]\n" + text), config);
        if (!read) return read.error();
        const auto checked = check_config(config);
        if (!checked) return checked.error();
        return config;
    };
    const std::string both = "tls_certificate = \"c\"\ntls_key = \"k\"\n";
    const auto good = check(both +
                            "client_ca = \"a\"\nclient_certificate = \"required\"\n"
                            "plain_listen = \"127.0.0.1:8081\"\n");
    ASSERT_TRUE(good) << to_text(good.error());
    EXPECT_EQ(good->tls.certificate, "c");
    EXPECT_EQ(good->tls.key, "k");
    EXPECT_EQ(good->tls.client_ca, "a");
    EXPECT_TRUE(good->tls.require_client);
    EXPECT_EQ(good->http.plain->port, 8081);
    EXPECT_TRUE(check(both));
    EXPECT_TRUE(check("threads = 1\n"));
    for (const std::string& wrong :
         {std::string{"tls_certificate = \"c\"\n"}, std::string{"tls_key = \"k\"\n"},
          std::string{"plain_listen = \"127.0.0.1:8081\"\n"}, std::string{"client_ca = \"a\"\n"},
          both + "client_certificate = \"required\"\n", both + "client_certificate = \"yes\"\n",
          both + "plain_listen = \"0.0.0.0:8081\"\n", both + "plain_listen = \"8081\"\n"}) {
        const auto refused = check(wrong);
        ASSERT_FALSE(refused) << wrong;
        EXPECT_EQ(refused.error().code, ErrorCode::BadRequest);
        EXPECT_FALSE(refused.error().where.empty());
    }
}

TEST(Configuration, TellsLoopbackAddresses) {
    EXPECT_TRUE(is_loopback("127.0.0.1"));
    EXPECT_TRUE(is_loopback("::1"));
    EXPECT_FALSE(is_loopback("0.0.0.0"));
    EXPECT_FALSE(is_loopback("192.168.1.5"));
}

TEST(Configuration, ThePageListsEveryKey) {
    std::ifstream in{test::project_folder() + "/docs/configuration.md"};
    const std::string page{std::istreambuf_iterator<char>{in}, {}};
    EXPECT_NE(page.find(config_reference()), std::string::npos)
        << "docs/configuration.md is not up to date; its table is what `musubi config` prints";
}

// What is wrong with [[openid]] is told with its line.
class OpenIdConfiguration : public ::testing::Test {
protected:
    void SetUp() override {
        std::ofstream{folder.path("secret")} << "a secret\n";
        std::ofstream{folder.path("empty")};
    }
    // The whole provider with `changed` in the place of the line that begins so (or at its end).
    [[nodiscard]] std::string provider(const std::string& changed = {}) const {
        const std::string key = changed.substr(0, changed.find(' '));
        std::string out = "public_url = \"https://town.example\"\n[[openid]]\n";
        bool replaced = changed.empty();
        for (const std::string& line :
             {std::string{"id = \"town\""}, std::string{"name_ja = \"町\""},
              std::string{"name_en = \"Town\""}, std::string{"issuer = \"https://id.example\""},
              std::string{"client_id = \"musubi\""},
              "client_secret_file = \"" + folder.path("secret") + "\""}) {
            const bool meant = !replaced && line.starts_with(key + " ");
            out += (meant ? changed : line) + "\n";
            replaced = replaced || meant;
        }
        return replaced ? out : out + changed + "\n";
    }
    [[nodiscard]] Result<void> read(const std::string& text, Config& config) const {
        const std::string file = folder.path("musubi.toml");
        std::ofstream{file} << text;
        return read_config(file, config);
    }
    testing::TempFolder folder;
};

TEST_F(OpenIdConfiguration, IsReadWhole) {
    Config config;
    const auto done = read(provider("assurance = {aal3 = 3, \"urn:x\" = 2}"), config);
    ASSERT_TRUE(done) << to_text(done.error());
    ASSERT_EQ(config.openid.size(), 1U);
    EXPECT_EQ(config.openid[0].secret, "a secret");
    EXPECT_EQ(config.openid[0].assurance_of("aal3"), 3);
    EXPECT_EQ(config.openid[0].assurance_of("urn:x"), 2);
    EXPECT_EQ(config.openid[0].assurance_of("other"), 1);
    EXPECT_EQ(config.openid[0].assurance_of(""), 1);
}

TEST_F(OpenIdConfiguration, NamesTheLineOfWhatIsWrong) {
    for (const auto& [line, changed] : std::vector<std::pair<int, std::string>>{
             {3, "id = \"Town\""},
             {3, "id = \"\""},
             {3, "id = 5"},
             {4, "name_ja = \"\""},
             {6, "issuer = \"http://id.example\""},
             {6, "issuer = \"https://id.example#a\""},
             {6, "issuer = \"http://127.evil.example\""},
             {7, "client_id = \"\""},
             {8, "client_secret_file = \"/does/not/exist\""},
             {8, "client_secret_file = \"" + folder.path("empty") + "\""},
             {9, "client_auth = \"none\""},
             {9, "scopes = [\"profile\"]"},
             {9, "scopes = [\"openid profile\"]"},
             {9, "algorithms = [\"none\"]"},
             {9, "algorithms = [\"HS256\"]"},
             {9, "assurance = {aal3 = 4}"},
             {9, "assurance = {aal3 = \"3\"}"},
             {9, "ca_file = \"/does/not/exist\""},
             {9, "token_endpoint = \"ftp://id.example/token\""},
             {9, "end_session_endpoint = \"https://id.example/out\""},
             {9, "colour = \"red\""}}) {
        Config config;
        const auto done = read(provider(changed), config);
        ASSERT_FALSE(done) << changed;
        EXPECT_TRUE(done.error().where.ends_with(":" + std::to_string(line)))
            << changed << ": " << to_text(done.error());
    }
}

TEST_F(OpenIdConfiguration, NeedsKeysEndpointsAndAnAddress) {
    Config config;
    EXPECT_FALSE(read(provider("client_auth = \"private_key_jwt\""), config));
    EXPECT_FALSE(read(provider("token_endpoint = \"https://id.example/token\""), config));
    const std::string one = provider();
    EXPECT_FALSE(read(one + one.substr(one.find('[')), config)) << "two of the same id";
    EXPECT_FALSE(read(one.substr(one.find('[')), config)) << "no public_url";
    EXPECT_FALSE(read("openid = 5\n", config));
    EXPECT_TRUE(read(one, config));
}

}  // namespace
}  // namespace musubi
