#include "support/soft_authenticator.h"
#include "support/store_fixture.h"
#include "trust/people/people.h"

namespace musubi::testing {
namespace {

Passkey passkey_of(const std::string& id) {
    Passkey out;
    out.id = id;
    out.credential_id = "credential " + id;
    out.public_key = "key";
    out.sign_count = 4'000'000'000;
    out.backup_eligible = true;
    out.transports = {"internal", "hybrid"};
    out.name = "携帯";
    out.added_at = Time{5};
    return out;
}

Person person_of_name(const std::string& name) {
    Person out;
    out.id = "id-" + name;
    out.name = name;
    out.password = "hash";
    return out;
}

class PasskeysOfPeople : public StoreTest {
protected:
    void SetUp() override {
        StoreTest::SetUp();
        ASSERT_TRUE(people.load(*store));
    }
    void TearDown() override { store.reset(); }
    Result<void> run(const std::function<Result<void>(Transaction&)>& what) {
        const auto done = store->commit(town, what);
        if (!done) return done.error();
        return {};
    }
    Result<void> add(const std::string& name, const std::string& passkey) {
        return run([&](Transaction& tx) -> Result<void> {
            Person person = person_of_name(name);
            TRY(People::add_passkey(tx, person, passkey_of(passkey)));
            return people.add(tx, person);
        });
    }
    Result<void> change(const std::string& name,
                        const std::function<Result<void>(Transaction&, Person&)>& what) {
        return run([&](Transaction& tx) -> Result<void> {
            Person person = TRY(people.latest(tx, "id-" + name));
            TRY(what(tx, person));
            return people.put(tx, person);
        });
    }
    Result<void> take(const std::string& name, const std::string& passkey) {
        return change(name, [&](Transaction& tx, Person& person) {
            return People::take_passkey(tx, person, passkey);
        });
    }
    static ErrorCode code_of(const Result<void>& result) {
        return result ? ErrorCode::Internal : result.error().code;
    }
    People people;
};
INSTANTIATE_TEST_SUITE_P(Stores, PasskeysOfPeople, ::testing::Values(Kind::Memory, Kind::Rocksdb),
                         name_of);

TEST_P(PasskeysOfPeople, AreFoundByTheirCredentialWhileTheyAreTheirs) {
    ASSERT_TRUE(add("yamada", "a"));
    ASSERT_TRUE(people.find_by_passkey("credential a"));
    EXPECT_EQ(people.find_by_passkey("credential a")->name, "yamada");
    EXPECT_FALSE(people.find_by_passkey("credential b"));
    People again;
    ASSERT_TRUE(again.load(*store));
    const PersonPtr person = again.find_by_passkey("credential a");
    ASSERT_TRUE(person);
    const Passkey& kept = person->passkeys.front();
    EXPECT_EQ(kept.id, "a");
    EXPECT_EQ(kept.sign_count, 4'000'000'000U);
    EXPECT_TRUE(kept.backup_eligible);
    EXPECT_FALSE(kept.backed_up || kept.used_at);
    EXPECT_EQ(kept.transports.size(), 2U);
    EXPECT_EQ(kept.name, "携帯");
    ASSERT_TRUE(take("yamada", "a"));
    EXPECT_FALSE(people.find_by_passkey("credential a"));
}

TEST_P(PasskeysOfPeople, ADuplicateCredentialIsRefused) {
    ASSERT_TRUE(add("yamada", "a"));
    EXPECT_EQ(code_of(add("suzuki", "a")), ErrorCode::AlreadyExists);
    EXPECT_FALSE(people.find_by_name("suzuki"));
    EXPECT_EQ(code_of(change("yamada",
                             [](Transaction& tx, Person& person) {
                                 return People::add_passkey(tx, person, passkey_of("a"));
                             })),
              ErrorCode::AlreadyExists);
    ASSERT_TRUE(run([&](Transaction& tx) -> Result<void> {  // within one command too
        Person one = person_of_name("sato");
        TRY(People::add_passkey(tx, one, passkey_of("b")));
        Person two = person_of_name("ito");
        EXPECT_FALSE(People::add_passkey(tx, two, passkey_of("b")));
        return {};
    }));
    ASSERT_TRUE(take("yamada", "a"));
    EXPECT_TRUE(add("suzuki", "a")) << "what was taken away is free";
    ASSERT_TRUE(run([&](Transaction& tx) { return people.remove(tx, "id-suzuki"); }));
    EXPECT_TRUE(add("sato", "a"));
}

TEST_P(PasskeysOfPeople, TheLastWayToSignInStays) {
    ASSERT_TRUE(add("yamada", "a"));
    const auto no_password = [](Transaction&, Person& person) {
        return People::take_password(person);
    };
    ASSERT_TRUE(change("yamada", no_password));
    EXPECT_EQ(code_of(change("yamada", no_password)), ErrorCode::NotFound);
    EXPECT_EQ(code_of(take("yamada", "a")), ErrorCode::Conflict);
    EXPECT_EQ(code_of(take("yamada", "b")), ErrorCode::NotFound);
    ASSERT_TRUE(change("yamada", [](Transaction& tx, Person& person) {
        return People::add_passkey(tx, person, passkey_of("b"));
    }));
    EXPECT_TRUE(take("yamada", "a"));
    EXPECT_EQ(code_of(take("yamada", "b")), ErrorCode::Conflict);
    ASSERT_TRUE(run([&](Transaction& tx) { return people.add(tx, person_of_name("suzuki")); }));
    EXPECT_EQ(code_of(change("suzuki", no_password)), ErrorCode::Conflict);
    EXPECT_TRUE(change("yamada", [](Transaction& tx, Person& person) {
        return People::take_passkey(tx, person, "b", true);
    })) << "a provider lets them in";
}

TEST_P(PasskeysOfPeople, AreBoundedInNumber) {
    ASSERT_TRUE(run([&](Transaction& tx) { return people.add(tx, person_of_name("yamada")); }));
    const auto add_one = [&](std::size_t i) {
        return change("yamada", [&](Transaction& tx, Person& person) {
            return People::add_passkey(tx, person, passkey_of(std::to_string(i)));
        });
    };
    for (std::size_t i = 0; i < Passkey::kMaxOfPerson; ++i) ASSERT_TRUE(add_one(i));
    EXPECT_EQ(code_of(add_one(Passkey::kMaxOfPerson)), ErrorCode::TooLarge);
}

// As the former program wrote it: format 1, without passkeys.
TEST(RecordOfAPerson, OfTheFormerFormatIsRead) {
    Person person = person_of_name("yamada");
    person.recovery_codes = {std::string(32, 'r')};
    Grant grant;
    grant.id = "g";
    grant.role = Role::Reader;
    person.grants.push_back(grant);
    std::string value = encode(person);
    ASSERT_EQ(value.front(), '\x02');
    ASSERT_EQ(value.back(), '\0');  // no passkeys
    value.front() = '\x01';
    EXPECT_FALSE(decode_person("id", value));
    value.pop_back();
    const auto read = decode_person("id-yamada", value);
    ASSERT_TRUE(read) << to_text(read.error());
    EXPECT_EQ(read->name, "yamada");
    EXPECT_EQ(read->grants.size(), 1U);
    EXPECT_TRUE(read->passkeys.empty());
    person.passkeys = {passkey_of("a")};
    const std::string present = encode(person);
    ASSERT_TRUE(decode_person("id", present));
    for (std::size_t size = 0; size < present.size(); ++size) {
        EXPECT_FALSE(decode_person("id", present.substr(0, size))) << size;
    }
}

}  // namespace
}  // namespace musubi::testing
