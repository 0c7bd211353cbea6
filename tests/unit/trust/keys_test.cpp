#include "trust/keys.h"

#include <latch>
#include <thread>

#include "support/store_fixture.h"
#include "trust/encoding.h"

namespace musubi::testing {
namespace {

class KeysOfStore : public StoreTest {
protected:
    void SetUp() override {
        StoreTest::SetUp();
        keys = std::make_unique<Keys>();
        ASSERT_TRUE(keys->load(*store, clock));
    }
    void reopen_with_keys() {
        store.reset();
        open();
        keys = std::make_unique<Keys>();
        ASSERT_TRUE(keys->load(*store, clock));
    }
    void TearDown() override { store.reset(); }
    std::string make(const KeySpec& spec) {
        auto token = keys->create(*store, town, spec, random);
        EXPECT_TRUE(token) << to_text(token.error());
        return token ? *token : std::string{};
    }
    static std::string id_of(const std::string& token) { return token.substr(3, 10); }
    SeededRandom random{1};
    std::unique_ptr<Keys> keys;
};
INSTANTIATE_TEST_SUITE_P(Stores, KeysOfStore, ::testing::Values(Kind::Memory, Kind::Rocksdb),
                         name_of);

// Of stores that keep what they hold.
class KeysOfKeptStore : public KeysOfStore {};
INSTANTIATE_TEST_SUITE_P(Stores, KeysOfKeptStore, ::testing::Values(Kind::Rocksdb), name_of);

TEST_P(KeysOfStore, LetInWhoBearsThem) {
    const std::string token = make({.role = Role::Device, .only_types = {"urn:t"}, .label = "x"});
    const auto caller = keys->authenticate(token);
    ASSERT_TRUE(caller);
    EXPECT_EQ(caller->subject, "key:" + id_of(token));
    EXPECT_EQ(caller->role, Role::Device);
    EXPECT_TRUE(caller->access->may_write);
    EXPECT_FALSE(caller->access->may_read);
    EXPECT_FALSE(caller->access->may_administer);
    EXPECT_FALSE(caller->access->covers({"urn:other"}));
    EXPECT_EQ(keys->bearer(caller->subject)->access, caller->access);
    EXPECT_TRUE(caller->guardian.empty());
}

TEST_P(KeysOfStore, RefuseEverythingElse) {
    const std::string token = make({.role = Role::Operator});
    std::string wrong_id = token;
    wrong_id[5] = wrong_id[5] == 'a' ? 'b' : 'a';
    std::string wrong_secret = token;
    wrong_secret.back() = wrong_secret.back() == 'a' ? 'b' : 'a';
    for (const std::string& text :
         {wrong_id, wrong_secret, std::string{}, std::string{"mk_"}, token.substr(1), token + "a",
          token.substr(0, token.size() - 1), token.substr(0, 14), std::string(10'000, 'a'),
          "MK_" + token.substr(3), std::string{"mk_0000000000_"}}) {
        const auto caller = keys->authenticate(text);
        ASSERT_FALSE(caller) << text.substr(0, 60);
        EXPECT_EQ(caller.error().code, ErrorCode::Unauthorized);
    }
}

TEST_P(KeysOfStore, FailAtOnceWhenTakenAway) {
    make({.role = Role::Operator});
    const std::string token = make({.role = Role::Reader});
    ASSERT_TRUE(keys->authenticate(token));
    ASSERT_TRUE(keys->revoke(*store, town, id_of(token)));
    EXPECT_FALSE(keys->authenticate(token));
    EXPECT_FALSE(keys->bearer("key:" + id_of(token)));
    EXPECT_EQ(keys->revoke(*store, town, id_of(token)).error().code, ErrorCode::NotFound);
}

TEST_P(KeysOfStore, TheLastOperatorStays) {
    const std::string one = make({.role = Role::Operator});
    const std::string two = make({.role = Role::Operator});
    ASSERT_TRUE(keys->revoke(*store, town, id_of(two)));
    EXPECT_EQ(keys->revoke(*store, town, id_of(one)).error().code, ErrorCode::Conflict);
    EXPECT_TRUE(keys->authenticate(one));
}

TEST_P(KeysOfStore, TheLastOperatorStaysWhateverTheRace) {
    for (int round = 0; round < 20; ++round) {
        std::vector<std::string> tokens;
        for (int i = 0; i < 4; ++i) tokens.push_back(make({.role = Role::Operator}));
        for (const KeyInfo& info : keys->list(town)) {  // those of earlier rounds
            const auto mine = [&](const std::string& t) { return id_of(t) == info.id; };
            if (std::none_of(tokens.begin(), tokens.end(), mine)) {
                ASSERT_TRUE(keys->revoke(*store, town, info.id));
            }
        }
        {
            std::latch together{4};
            std::vector<std::jthread> threads;
            for (const std::string& token : tokens) {
                threads.emplace_back([&, id = id_of(token)] {
                    together.arrive_and_wait();
                    static_cast<void>(keys->revoke(*store, town, id));
                });
            }
        }
        ASSERT_EQ(keys->list(town).size(), 1U) << "in round " << round;
    }
}

TEST_P(KeysOfStore, BelongToTheirTenant) {
    EXPECT_EQ(keys->create(*store, town, {.tenant = "aoi"}, random).error().code,
              ErrorCode::NoTenant);
    ASSERT_TRUE(store->create_tenant(town, "aoi"));
    const std::string theirs = make({.tenant = "aoi", .role = Role::Operator});
    const std::string ours = make({.role = Role::Operator});
    const Caller aoi = *keys->authenticate(theirs);
    EXPECT_EQ(aoi.tenant, "aoi");
    EXPECT_TRUE(keys->create(*store, aoi, {.tenant = "aoi"}, random));
    EXPECT_EQ(keys->create(*store, aoi, {}, random).error().code, ErrorCode::Forbidden);
    EXPECT_FALSE(keys->revoke(*store, aoi, id_of(ours)));
    EXPECT_EQ(keys->list(aoi).size(), 2U);
    EXPECT_EQ(keys->list(town).size(), 3U);
    const Caller reader = *keys->authenticate(make({.role = Role::Reader}));
    EXPECT_FALSE(keys->create(*store, reader, {}, random));
    EXPECT_TRUE(keys->list(reader).empty());
}

TEST_P(KeysOfStore, OfADeletedTenantDoNotOpenItsSuccessor) {
    make({.role = Role::Operator});
    ASSERT_TRUE(store->create_tenant(town, "aoi"));
    const std::string token = make({.tenant = "aoi", .role = Role::Operator});
    ASSERT_TRUE(store->delete_tenant(town, "aoi"));
    EXPECT_FALSE(keys->authenticate(token));
    ASSERT_TRUE(store->create_tenant(town, "aoi"));
    EXPECT_FALSE(keys->authenticate(token));
    if (GetParam() == Kind::Memory) return;
    reopen_with_keys();
    EXPECT_FALSE(keys->authenticate(token));
    EXPECT_EQ(keys->list(town).size(), 1U);
}

TEST_P(KeysOfStore, GiveNoMoreThanTheirMakerHas) {
    const std::string limited = make({.role = Role::Operator, .only_types = {"urn:a", "urn:b"}});
    const Caller caller = *keys->authenticate(limited);
    EXPECT_EQ(keys->create(*store, caller, {.role = Role::Reader}, random).error().code,
              ErrorCode::Forbidden);
    EXPECT_FALSE(keys->create(*store, caller, {.only_types = {"urn:a", "urn:c"}}, random));
    EXPECT_TRUE(keys->create(*store, caller, {.only_types = {"urn:a"}}, random));
    EXPECT_FALSE(keys->create(*store, town, {.role = Role::Service}, random));
}

TEST_P(KeysOfStore, FailOnceTheirEndHasCome) {
    const Time end = clock.now() + hours(1);
    const std::string token = make({.role = Role::Reader, .organisation = "o1", .until = end});
    ASSERT_TRUE(keys->authenticate(token));
    EXPECT_EQ(keys->authenticate(token)->organisation, "o1");
    clock.advance(hours(1) - Duration{1});
    ASSERT_TRUE(keys->authenticate(token));
    clock.advance(Duration{1});
    const auto over = keys->authenticate(token);
    ASSERT_FALSE(over);
    EXPECT_EQ(over.error().code, ErrorCode::Unauthorized);
    EXPECT_NE(over.error().detail.find(to_iso(end)), std::string::npos);
    EXPECT_FALSE(keys->bearer("key:" + id_of(token)));
    EXPECT_EQ(keys->end_of("key:" + id_of(token)), end);
    EXPECT_EQ(keys->list(town).size(), 1U) << "it is listed until it is taken away";
}

TEST_P(KeysOfStore, WithAnEndAreNotTheOperatorWhoStays) {
    const std::string lasting = make({.role = Role::Operator});
    const std::string ending = make({.role = Role::Operator, .until = clock.now() + days(1)});
    EXPECT_EQ(keys->revoke(*store, town, id_of(lasting)).error().code, ErrorCode::Conflict);
    EXPECT_TRUE(keys->revoke(*store, town, id_of(ending)));
}

// What the program wrote before keys had an end (docs/formats.md).
TEST_P(KeysOfKeptStore, OfTheFormerFormatAreRead) {
    std::string value;
    ByteWriter w{value};
    w.byte(1);
    w.text("");
    w.byte(static_cast<std::uint8_t>(Role::Device));
    w.text("橋");
    w.number(1);
    w.text("urn:t");
    w.signed_number(17);
    w.text(sha256({"secret"}));
    w.number(0);
    ASSERT_TRUE(store->commit(town, [&](Transaction& tx) -> Result<void> {
        tx.put_record_of(0, "key", "abcdefghij", value);
        return {};
    }));
    reopen_with_keys();
    const auto caller = keys->authenticate("mk_abcdefghij_secret");
    ASSERT_TRUE(caller);
    EXPECT_EQ(caller->role, Role::Device);
    const auto all = keys->list(town);
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].spec.only_types, std::vector<std::string>{"urn:t"});
    EXPECT_FALSE(all[0].spec.until);
    EXPECT_TRUE(all[0].spec.organisation.empty());
}

TEST_P(KeysOfKeptStore, AreThereAfterOpeningAgain) {
    ASSERT_TRUE(store->create_tenant(town, "aoi"));
    const Time end = clock.now() + days(400);
    const std::string token = make({.tenant = "aoi",
                                    .role = Role::Device,
                                    .only_types = {"urn:t"},
                                    .label = "橋",
                                    .organisation = "o1",
                                    .until = end});
    reopen_with_keys();
    EXPECT_FALSE(keys->empty());
    ASSERT_TRUE(keys->authenticate(token));
    const auto all = keys->list(town);
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].spec.label, "橋");
    EXPECT_EQ(all[0].spec.organisation, "o1");
    EXPECT_EQ(all[0].spec.until, end);
    EXPECT_EQ(all[0].spec.only_types, std::vector<std::string>{"urn:t"});
    const auto records = store->records(0, "key");
    for (const auto& [name, value] : *records) {
        EXPECT_EQ(value.find(token.substr(14)), std::string::npos) << "the secret is stored";
    }
    EXPECT_EQ(parse_role("device").value(), Role::Device);
    EXPECT_FALSE(parse_role("service"));
}

}  // namespace
}  // namespace musubi::testing
