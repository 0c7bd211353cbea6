#include <gtest/gtest.h>

#include "support/jose_keys.h"
#include "support/store_fixture.h"
#include "trust/jose/jwt.h"
#include "trust/people/openid_links.h"
#include "trust/people/openid_pending.h"
#include "trust/people/openid_provider.h"

namespace musubi::testing {
namespace {

constexpr Time kStart{1'800'000'000'000'000};

TEST(OpenIdPendings, AreTakenOnceByTheBrowserThatBegan) {
    const ManualClock clock{kStart};
    SeededRandom random{1};
    OpenIdPendings pendings{clock};
    const auto one = pendings.begin({.provider = "town"}, random);
    const auto other = pendings.begin({.provider = "town"}, random);
    ASSERT_TRUE(one && other);
    EXPECT_NE(one->state, other->state);
    EXPECT_NE(one->pending.nonce, other->pending.nonce);
    EXPECT_GE(one->pending.verifier.size(), 43U);  // RFC 7636, 4.1

    EXPECT_FALSE(pendings.take(one->state, other->browser));
    EXPECT_FALSE(pendings.take(one->state, one->browser)) << "it was shown to another browser";
    const auto taken = pendings.take(other->state, other->browser);
    ASSERT_TRUE(taken);
    EXPECT_EQ(taken->nonce, other->pending.nonce);
    EXPECT_FALSE(pendings.take(other->state, other->browser));
    EXPECT_FALSE(pendings.take("", ""));
    EXPECT_EQ(pendings.size(), 0U);
}

TEST(OpenIdPendings, AreBoundedInTimeAndCount) {
    ManualClock clock{kStart};
    SeededRandom random{1};
    OpenIdPendings pendings{clock};
    const auto first = pendings.begin({.address = "a"}, random);
    ASSERT_TRUE(first);
    for (std::size_t i = 1; i < OpenIdPendings::kMaxOfAddress; ++i) {
        ASSERT_TRUE(pendings.begin({.address = "a"}, random));
    }
    EXPECT_EQ(pendings.begin({.address = "a"}, random).error().code, ErrorCode::Busy);
    EXPECT_TRUE(pendings.begin({.address = "b"}, random));
    clock.advance(OpenIdPendings::kLasts);
    EXPECT_FALSE(pendings.take(first->state, first->browser));
    EXPECT_TRUE(pendings.begin({.address = "a"}, random));
    EXPECT_EQ(pendings.size(), 1U);
}

TEST(OpenIdProvider, AsksForTheLeastOfWhatItNames) {
    OpenIdProvider provider;
    provider.assurance = {{"aal2", 2}, {"aal3", 3}};
    EXPECT_EQ(provider.asked_assurance(), 0);
    provider.acr_values = {"aal3", "crl"};
    EXPECT_EQ(provider.asked_assurance(), 3);
    provider.acr_values = {"aal3", "aal2"};
    EXPECT_EQ(provider.asked_assurance(), 2);
}

class OpenIdLinksOfStore : public StoreTest {
protected:
    void SetUp() override {
        StoreTest::SetUp();
        ASSERT_TRUE(people.load(*store));
        ASSERT_TRUE(links.load(*store));
        ASSERT_TRUE(commit([&](Transaction& tx) -> Result<void> {
            for (const char* id : {"hanako", "ichiro"}) {
                Person person;
                person.id = person.name = person.display_name = id;
                TRY(people.add(tx, person));
            }
            return {};
        }));
    }
    void TearDown() override { store.reset(); }
    [[nodiscard]] bool commit(const std::function<Result<void>(Transaction&)>& run) {
        return store->commit(town, run).has_value();
    }
    [[nodiscard]] bool link(const std::string& subject, const std::string& person) {
        return commit([&](Transaction& tx) {
            return links.put(tx, {.id = OpenIdLinks::id_of("https://id.example", subject),
                                  .person = person,
                                  .provider = "town",
                                  .issuer = "https://id.example"});
        });
    }
    People people;
    OpenIdLinks links{people};
};
INSTANTIATE_TEST_SUITE_P(Stores, OpenIdLinksOfStore, ::testing::Values(Kind::Memory, Kind::Rocksdb),
                         name_of);

TEST_P(OpenIdLinksOfStore, AreOfOnePerson) {
    ASSERT_TRUE(link("one", "hanako"));
    EXPECT_TRUE(link("one", "hanako")) << "again changes nothing";
    EXPECT_FALSE(link("one", "ichiro"));
    const std::string id = OpenIdLinks::id_of("https://id.example", "one");
    ASSERT_TRUE(links.find(id));
    EXPECT_EQ(links.find(id)->person, "hanako");
    EXPECT_NE(id, OpenIdLinks::id_of("https://id.exampl", "eone"));
    EXPECT_FALSE(commit([&](Transaction& tx) { return links.take(tx, id, "ichiro"); }));
    EXPECT_TRUE(commit([&](Transaction& tx) { return links.take(tx, id, "hanako"); }));
    EXPECT_FALSE(links.find(id));
    EXPECT_TRUE(link("one", "ichiro"));
}

TEST_P(OpenIdLinksOfStore, AreBoundedAndOutlastAStart) {
    for (std::size_t i = 0; i < OpenIdLinks::kMaxOfPerson; ++i) {
        ASSERT_TRUE(link("account " + std::to_string(i), "hanako"));
    }
    EXPECT_FALSE(link("one more", "hanako"));
    OpenIdLinks again{people};
    ASSERT_TRUE(again.load(*store));
    EXPECT_EQ(again.of("hanako").size(), OpenIdLinks::kMaxOfPerson);
    EXPECT_TRUE(again.of("ichiro").empty());
}

}  // namespace
}  // namespace musubi::testing
