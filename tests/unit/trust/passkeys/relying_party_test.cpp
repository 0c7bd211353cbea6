#include "trust/passkeys/relying_party.h"

#include <gtest/gtest.h>

namespace musubi::testing {
namespace {

TEST(RelyingPartyOfServer, IsTheNameOthersCallItBy) {
    const auto plain = relying_party("https://Town.Example", "whatever:1");
    ASSERT_TRUE(plain);
    EXPECT_EQ(plain->id, "town.example");
    EXPECT_EQ(plain->origins, std::vector<std::string>{"https://town.example"});
    const auto port = relying_party("https://town.example:8443/musubi", "");
    ASSERT_TRUE(port);
    EXPECT_EQ(port->id, "town.example");
    EXPECT_EQ(port->origins.front(), "https://town.example:8443");
    EXPECT_EQ(relying_party("https://town.example:443", "")->origins.front(),
              "https://town.example");
    EXPECT_EQ(relying_party("http://localhost:8080", "")->origins.front(), "http://localhost:8080");
}

TEST(RelyingPartyOfServer, IsLocalhostOnItsOwnMachineAlone) {
    const auto local = relying_party("", "localhost:8080");
    ASSERT_TRUE(local);
    EXPECT_EQ(local->id, "localhost");
    EXPECT_EQ(local->origins.front(), "http://localhost:8080");
    EXPECT_TRUE(relying_party("", "LOCALHOST"));
    for (const char* host : {"", "town.example", "127.0.0.1:8080", "[::1]:8080",
                             "localhost.evil.example", "evil-localhost", "localhost@evil.example",
                             "localhost:8080@evil.example", ".localhost", "localhost."}) {
        const auto party = relying_party("", host);
        ASSERT_FALSE(party) << host;
        EXPECT_EQ(party.error().code, ErrorCode::Conflict);
    }
}

TEST(RelyingPartyOfServer, IsNoAddressAndNothingWithoutTls) {
    for (const char* url : {"https://192.0.2.1", "https://[2001:db8::1]", "http://town.example",
                            "town.example", "ftp://town.example", "https://", "https://a b"}) {
        EXPECT_FALSE(relying_party(url, "localhost")) << url;
    }
}

}  // namespace
}  // namespace musubi::testing
