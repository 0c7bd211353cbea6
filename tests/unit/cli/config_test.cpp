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

}  // namespace
}  // namespace musubi
