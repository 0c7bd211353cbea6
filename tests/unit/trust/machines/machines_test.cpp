#include "trust/machines/machines.h"

#include "support/store_fixture.h"
#include "trust/authority.h"
#include "trust/encoding.h"
#include "trust/machines/access_tokens.h"
#include "trust/machines/used_assertions.h"

namespace musubi::testing {
namespace {

class MachinesOfStore : public StoreTest {
protected:
    void SetUp() override {
        StoreTest::SetUp();
        load();
    }
    void TearDown() override { store.reset(); }
    void load() {
        machines = std::make_unique<Machines>();
        used = std::make_unique<UsedAssertions>();
        ASSERT_TRUE(machines->load(*store, clock));
        ASSERT_TRUE(used->load(*store));
    }
    void reopen_with_machines() {
        store.reset();
        open();
        load();
    }
    Machine machine(std::string id, MachineProof proof, std::string proven_by) {
        Machine out;
        out.id = std::move(id);
        out.spec.role = Role::Device;
        out.proof = proof;
        out.proven_by = std::move(proven_by);
        out.created_at = clock.now();
        return out;
    }
    Result<void> add(const Machine& one) {
        const auto done =
            store->commit(town, [&](Transaction& tx) { return machines->add(tx, one); });
        return done ? Result<void>{} : Result<void>{done.error()};
    }
    Result<void> remove(const std::string& id) {
        const auto done =
            store->commit(town, [&](Transaction& tx) { return machines->remove(tx, id); });
        return done ? Result<void>{} : Result<void>{done.error()};
    }
    Result<void> use(const std::string& id, const std::string& jti, Time until) {
        const auto done =
            store->commit(town, [&](Transaction& tx) { return used->use(tx, id, jti, until); });
        return done ? Result<void>{} : Result<void>{done.error()};
    }
    SeededRandom random{7};
    std::unique_ptr<Machines> machines;
    std::unique_ptr<UsedAssertions> used;
};
INSTANTIATE_TEST_SUITE_P(Stores, MachinesOfStore, ::testing::Values(Kind::Memory, Kind::Rocksdb),
                         name_of);
class MachinesOfKeptStore : public MachinesOfStore {};
INSTANTIATE_TEST_SUITE_P(Stores, MachinesOfKeptStore, ::testing::Values(Kind::Rocksdb), name_of);

TEST_P(MachinesOfStore, AreFoundByWhatProvesThem) {
    const std::string thumbprint = sha256({"certificate"});
    ASSERT_TRUE(add(machine("aaaaaaaaaa", MachineProof::Secret, sha256({"secret"}))));
    ASSERT_TRUE(add(machine("bbbbbbbbbb", MachineProof::Certificate, thumbprint)));
    ASSERT_TRUE(add(machine("cccccccccc", MachineProof::Subject, "CN=c,O=Aoi")));
    EXPECT_EQ(machines->find_by_secret("aaaaaaaaaa", "secret")->id, "aaaaaaaaaa");
    EXPECT_FALSE(machines->find_by_secret("aaaaaaaaaa", "wrong"));
    EXPECT_FALSE(machines->find_by_secret("zzzzzzzzzz", "secret"));
    EXPECT_FALSE(machines->find_by_secret("bbbbbbbbbb", "certificate")) << "it has no secret";
    EXPECT_EQ(machines->find_by_thumbprint(thumbprint)->id, "bbbbbbbbbb");
    EXPECT_FALSE(machines->find_by_thumbprint(sha256({"another"})));
    EXPECT_EQ(machines->find_by_subject("CN=c,O=Aoi")->id, "cccccccccc");
    EXPECT_FALSE(machines->find_by_subject("CN=c,O=Aoi,C=JP"));
    const auto caller = machines->caller("bbbbbbbbbb");
    ASSERT_TRUE(caller);
    EXPECT_EQ(caller->subject, "machine:bbbbbbbbbb");
    EXPECT_EQ(caller->role, Role::Device);
    EXPECT_EQ(machines->bearer("machine:bbbbbbbbbb")->subject, caller->subject);
    EXPECT_FALSE(machines->bearer("key:bbbbbbbbbb"));
}

TEST_P(MachinesOfStore, HaveTheirCertificateForThemselves) {
    const std::string thumbprint = sha256({"certificate"});
    ASSERT_TRUE(add(machine("aaaaaaaaaa", MachineProof::Certificate, thumbprint)));
    const auto again = add(machine("bbbbbbbbbb", MachineProof::Certificate, thumbprint));
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, ErrorCode::AlreadyExists);
    ASSERT_TRUE(remove("aaaaaaaaaa"));
    EXPECT_FALSE(machines->find_by_thumbprint(thumbprint));
    EXPECT_TRUE(add(machine("bbbbbbbbbb", MachineProof::Certificate, thumbprint)));
    EXPECT_EQ(remove("aaaaaaaaaa").error().code, ErrorCode::NotFound);
}

TEST_P(MachinesOfStore, AreNobodyOnceRemovedOrOver) {
    Machine ending = machine("aaaaaaaaaa", MachineProof::Subject, "CN=a");
    ending.spec.until = clock.now() + hours(1);
    ASSERT_TRUE(add(ending));
    EXPECT_TRUE(machines->caller("aaaaaaaaaa"));
    EXPECT_EQ(machines->end_of("machine:aaaaaaaaaa"), ending.spec.until);
    clock.advance(hours(1));
    EXPECT_FALSE(machines->caller("aaaaaaaaaa"));
    EXPECT_FALSE(machines->bearer("machine:aaaaaaaaaa"));
    EXPECT_EQ(machines->list(town).size(), 1U);
    ASSERT_TRUE(remove("aaaaaaaaaa"));
    EXPECT_TRUE(machines->list(town).empty());
}

TEST_P(MachinesOfStore, OfADeletedTenantAreNotOfItsSuccessor) {
    const TenantId number = *store->create_tenant(town, "aoi");
    Machine theirs = machine("aaaaaaaaaa", MachineProof::Subject, "CN=a");
    theirs.spec.tenant = "aoi";
    theirs.tenant = number;
    ASSERT_TRUE(add(theirs));
    ASSERT_TRUE(store->delete_tenant(town, "aoi"));
    EXPECT_FALSE(machines->caller("aaaaaaaaaa"));
    const TenantId next = *store->create_tenant(town, "aoi");
    EXPECT_FALSE(machines->find_by_subject("CN=a"));
    Machine successor = theirs;
    successor.id = "bbbbbbbbbb";
    successor.tenant = next;
    EXPECT_TRUE(add(successor)) << "the name is free again";
    EXPECT_EQ(machines->find_by_subject("CN=a")->id, "bbbbbbbbbb");
}

TEST_P(MachinesOfStore, StandInWhatIsDoneLaterOnTheirBehalf) {
    Keys keys;
    Policies policies;
    AccessTokens tokens;
    ASSERT_TRUE(keys.load(*store, clock));
    ASSERT_TRUE(policies.load(*store, clock));
    Authority authority{keys, policies};
    authority.know_machines(*machines, tokens, clock);
    ASSERT_TRUE(add(machine("aaaaaaaaaa", MachineProof::Secret, sha256({"s"}))));
    const std::string token = *tokens.issue("aaaaaaaaaa", "", clock.monotonic(), random);
    const auto caller = authority.authenticate(token);
    ASSERT_TRUE(caller);
    EXPECT_TRUE(authority.access(*caller));
    ASSERT_TRUE(remove("aaaaaaaaaa"));
    EXPECT_FALSE(authority.authenticate(token));
    EXPECT_FALSE(authority.access(*caller));
    EXPECT_FALSE(authority.authenticate_machine("aaaaaaaaaa"));
}

TEST_P(MachinesOfKeptStore, AreThereAfterOpeningAgainWithTheirLastUse) {
    Machine one = machine("aaaaaaaaaa", MachineProof::Keys, R"({"keys":[]})");
    one.spec.label = "水位計";
    one.spec.organisation = "o1";
    ASSERT_TRUE(add(one));
    ASSERT_TRUE(machines->sweep(*store));
    clock.advance(minutes(1));
    machines->note_use("aaaaaaaaaa");
    const Time used_at = clock.now();
    ASSERT_TRUE(machines->sweep(*store));
    reopen_with_machines();
    const auto all = machines->list(town);
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].spec.label, "水位計");
    EXPECT_EQ(all[0].spec.organisation, "o1");
    EXPECT_EQ(all[0].proven_by, R"({"keys":[]})");
    EXPECT_EQ(all[0].used_at, used_at);
}

TEST_P(MachinesOfStore, UseAnAssertionOnce) {
    const Time until = clock.now() + minutes(5);
    ASSERT_TRUE(use("aaaaaaaaaa", "1", until));
    EXPECT_EQ(use("aaaaaaaaaa", "1", until).error().code, ErrorCode::Unauthorized);
    EXPECT_TRUE(use("bbbbbbbbbb", "1", until)) << "another machine's";
    EXPECT_TRUE(use("aaaaaaaaaa", "2", until));
    EXPECT_EQ(used->size(), 3U);
    clock.advance(minutes(5));
    ASSERT_TRUE(used->sweep(*store, clock.now()));
    EXPECT_EQ(used->size(), 0U);
    EXPECT_TRUE(store->records(0, "assertion")->empty());
}

TEST_P(MachinesOfKeptStore, RememberUsedAssertionsAfterARestart) {
    ASSERT_TRUE(use("aaaaaaaaaa", "1", clock.now() + minutes(5)));
    reopen_with_machines();
    EXPECT_EQ(use("aaaaaaaaaa", "1", clock.now() + minutes(5)).error().code,
              ErrorCode::Unauthorized);
}

TEST(AccessTokens, OpenForTenMinutesAndNothingElseDoes) {
    SeededRandom random{3};
    AccessTokens tokens;
    const Duration now = hours(1);
    const std::string token = *tokens.issue("aaaaaaaaaa", "", now, random);
    EXPECT_EQ(*tokens.find(token, "", now), "aaaaaaaaaa");
    EXPECT_EQ(*tokens.find(token, "any certificate", now), "aaaaaaaaaa");
    EXPECT_TRUE(tokens.find(token, "", now + AccessTokens::kLasts - Duration{1}));
    EXPECT_FALSE(tokens.find(token, "", now + AccessTokens::kLasts));
    std::string wrong = token;
    wrong.back() = wrong.back() == 'a' ? 'b' : 'a';
    for (const std::string& text : {wrong, token + "a", token.substr(1), std::string{"mt_"},
                                    std::string{}, std::string(9000, 'a')}) {
        const auto found = tokens.find(text, "", now);
        ASSERT_FALSE(found);
        EXPECT_EQ(found.error().code, ErrorCode::Unauthorized);
    }
}

TEST(AccessTokens, AreBoundToTheCertificateTheyWereMadeWith) {
    SeededRandom random{3};
    AccessTokens tokens;
    const std::string token = *tokens.issue("aaaaaaaaaa", "one", {}, random);
    EXPECT_TRUE(tokens.find(token, "one", {}));
    EXPECT_FALSE(tokens.find(token, "other", {}));
    EXPECT_FALSE(tokens.find(token, "", {}));
}

TEST(AccessTokens, AreBoundedOfAMachineAndInAll) {
    SeededRandom random{3};
    AccessTokens tokens;
    std::vector<std::string> made;
    for (std::size_t i = 0; i <= AccessTokens::kMaxOfMachine; ++i) {
        made.push_back(*tokens.issue("aaaaaaaaaa", "", {}, random));
    }
    EXPECT_FALSE(tokens.find(made.front(), "", {})) << "the oldest ended for the last one";
    EXPECT_TRUE(tokens.find(made[1], "", {}));
    EXPECT_TRUE(tokens.find(made.back(), "", {}));
    EXPECT_EQ(tokens.size(), AccessTokens::kMaxOfMachine);
    for (std::size_t i = tokens.size(); i < AccessTokens::kMaxTokens; ++i) {
        ASSERT_TRUE(tokens.issue("m" + std::to_string(i), "", {}, random));
    }
    const auto beyond = tokens.issue("one more", "", {}, random);
    ASSERT_FALSE(beyond);
    EXPECT_EQ(beyond.error().code, ErrorCode::Busy);
    EXPECT_TRUE(tokens.issue("one more", "", AccessTokens::kLasts, random));
    EXPECT_EQ(tokens.size(), 1U) << "those that are over went";
}

TEST(MachineNames, AreReadInTheFormsThatAreWrittenElsewhere) {
    const std::string bytes = sha256({"x"});
    std::string hex = to_hex(bytes);
    EXPECT_EQ(*read_thumbprint(hex), bytes);
    EXPECT_EQ(*read_thumbprint(to_base64url(bytes)), bytes);
    std::string colons;
    for (std::size_t i = 0; i < hex.size(); i += 2) {
        if (i > 0) colons += ':';
        for (const char c : hex.substr(i, 2)) {
            colons += c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
        }
    }
    EXPECT_EQ(*read_thumbprint(colons), bytes);
    for (const std::string& text : {std::string{}, hex.substr(1), hex + "0", std::string(64, 'g'),
                                    to_base64url(bytes) + "A"}) {
        EXPECT_FALSE(read_thumbprint(text)) << text;
    }
    EXPECT_EQ(*read_subject_name("CN=九十九橋,O=青井町"), "CN=九十九橋,O=青井町");
    for (const std::string& text : {std::string{}, std::string{"CN"}, std::string{"CN=a\nO=b"},
                                    "CN=" + std::string(1000, 'a')}) {
        EXPECT_FALSE(read_subject_name(text)) << text;
    }
}

TEST(MachineRecords, ThatAreDamagedAreSaidToBe) {
    Machine one;
    one.id = "aaaaaaaaaa";
    one.proven_by = "x";
    one.spec.until = Time{7};
    one.used_at = Time{9};
    const std::string value = encode(one);
    const auto read = decode_machine(one.id, value);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->used_at, one.used_at);
    EXPECT_EQ(read->spec.until, one.spec.until);
    for (std::size_t size = 0; size < value.size(); ++size) {
        EXPECT_FALSE(decode_machine(one.id, value.substr(0, size))) << size;
    }
    EXPECT_FALSE(decode_machine(one.id, value + "x"));
}

}  // namespace
}  // namespace musubi::testing
