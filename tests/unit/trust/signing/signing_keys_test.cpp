#include "trust/signing/signing_keys.h"

#include "support/signing_house.h"

namespace musubi::testing {
namespace {

Statement statement(std::int64_t number = 1, std::string tenant = {}) {
    Json what;
    what.set("number", number);
    return {.domain = "musubi test 1", .tenant = std::move(tenant), .what = std::move(what)};
}

class SigningKeysOfStore : public StoreTest {
protected:
    void SetUp() override {
        StoreTest::SetUp();
        house.open(*store);
        ASSERT_TRUE(store->create_tenant(town, "other"));
    }
    void TearDown() override { store.reset(); }
    PersonSignature sign(const std::string& id, const Statement& what = statement()) {
        const auto made = house.sign(*store, clock, id, what);
        EXPECT_TRUE(made) << to_text(made.error());
        return made ? *made : PersonSignature{};
    }
    template <typename F>
    Result<Committed> act(F run) {
        return store->commit(town, [&](Transaction& tx) -> Result<void> { return run(tx); });
    }
    Result<Committed> end(const std::string& id) {
        return act([&](Transaction& tx) { return SigningKeys::end(tx, id); });
    }
    SigningHouse house;
};
INSTANTIATE_TEST_SUITE_P(Stores, SigningKeysOfStore, ::testing::Values(Kind::Memory, Kind::Rocksdb),
                         name_of);

TEST_P(SigningKeysOfStore, TheFirstSignatureMakesTheKeyAndTheNextUseIt) {
    std::vector<std::string> made;
    house.made = [&](Transaction&, const PersonKey& key) {
        made.push_back(key.half.id());
        return Result<void>{};
    };
    const PersonSignature first = sign("a");
    clock.advance(seconds(5));
    const PersonSignature second = sign("a", statement(2));
    EXPECT_EQ(made, std::vector{first.key});
    EXPECT_EQ(second.key, first.key);
    EXPECT_TRUE(house.keys->verify(statement(1), first));
    EXPECT_TRUE(house.keys->verify(statement(2), second));
    ASSERT_EQ(house.keys->list().size(), 1U);
    EXPECT_EQ(house.keys->list().front().person, "a");
}

TEST(PersonKeys, SignWithinTheirTimeAlone) {
    const SigningKey key = SigningKey::generate();
    const PersonKey known{
        .person = "a", .half = key.public_key(), .from = Time{1'000}, .until = Time{2'000}};
    const auto holds_at = [&](std::int64_t at) {
        PersonSignature signature{
            .subject = "person:a", .at = Time{at}, .key = known.half.id(), .signature = {}};
        signature.signature = key.sign(*signed_text(statement(), signature));
        return holds(known, statement(), signature);
    };
    EXPECT_TRUE(holds_at(1'000));
    EXPECT_TRUE(holds_at(2'000));
    EXPECT_FALSE(holds_at(999)) << "before there was the key";
    EXPECT_FALSE(holds_at(2'001)) << "after it had ended";
}

TEST_P(SigningKeysOfStore, ASignatureIsGoodForNothingElse) {
    const PersonSignature good = sign("a");
    sign("b");
    const auto holds = [&](PersonSignature signature, const Statement& what = statement()) {
        return house.keys->verify(what, signature);
    };
    ASSERT_TRUE(holds(good));
    EXPECT_FALSE(holds(good, statement(2))) << "another text";
    EXPECT_FALSE(holds(good, statement(1, "other"))) << "another tenant";
    Statement elsewhere = statement();
    elsewhere.domain = "musubi test 2";
    EXPECT_FALSE(holds(good, elsewhere)) << "another domain";
    PersonSignature changed = good;
    changed.subject = "person:b";
    EXPECT_FALSE(holds(changed)) << "another person";
    changed = good;
    changed.key = house.keys->of("b").front().half.id();
    EXPECT_FALSE(holds(changed)) << "another key";
    changed = good;
    changed.at = changed.at + seconds(1);
    EXPECT_FALSE(holds(changed)) << "another time";
    for (std::size_t i = 0; i < good.signature.size(); ++i) {
        changed = good;
        changed.signature[i] = changed.signature[i] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(holds(changed)) << i;
    }
    changed.signature.clear();
    EXPECT_FALSE(holds(changed));
}

TEST_P(SigningKeysOfStore, ReplacedAKeySignsNoMoreAndWhatItSignedHolds) {
    const PersonSignature old = sign("a");
    clock.advance(seconds(5));
    ASSERT_TRUE(end("a"));
    const auto kept = store->record(0, SigningKeys::kKind, old.key).value();
    ASSERT_TRUE(kept);
    clock.advance(seconds(5));
    const PersonSignature fresh = sign("a");
    EXPECT_NE(fresh.key, old.key);
    EXPECT_TRUE(house.keys->verify(statement(), old));
    EXPECT_TRUE(house.keys->verify(statement(), fresh));
    const auto all = house.keys->of("a");
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all.front().half.id(), fresh.key);
    ASSERT_TRUE(all.back().until);
    // Its private half is gone: nothing there is as long as a sealed one.
    EXPECT_LT(kept->size(), 80U);
    // Nobody who kept it makes signatures of a later time.
    PersonSignature late = old;
    late.at = *all.back().until + seconds(1);
    EXPECT_FALSE(house.keys->verify(statement(), late));
}

TEST_P(SigningKeysOfStore, WhoLeavesStaysInTheListWithoutThePrivateHalf) {
    const PersonSignature old = sign("a");
    ASSERT_TRUE(act([&](Transaction& tx) -> Result<void> {
        TRY(SigningKeys::end(tx, "a"));
        tx.put_record_of(0, People::kKind, "a", std::nullopt);
        return {};
    }));
    EXPECT_TRUE(house.keys->verify(statement(), old));
    ASSERT_EQ(house.keys->list().size(), 1U);
    EXPECT_TRUE(house.keys->list().front().until);
    const auto again = act([&](Transaction& tx) -> Result<void> {
        TRY(house.keys->make(tx, "a"));
        return {};
    });
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, ErrorCode::NotFound);
}

TEST_P(SigningKeysOfStore, NeedsASignInOfTheLastMinutesAndOnesOwnName) {
    house.add(*store, "a");
    Session session;
    session.person = "a";
    session.created_at = clock.now();
    clock.advance(minutes(16));
    const auto late = Signer::of(*house.keys, house.sessions, session, clock.now(), {});
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, ErrorCode::Forbidden);
    EXPECT_EQ(late.error().where, kWhereSession);

    const Signer signer = house.signer(*store, clock, "a");
    const auto pretended = store->commit(person_caller("b"), [&](Transaction& tx) -> Result<void> {
        TRY(signer.sign(tx, statement()));
        return {};
    });
    ASSERT_FALSE(pretended);
    EXPECT_EQ(pretended.error().code, ErrorCode::Forbidden);
    EXPECT_TRUE(house.keys->list().empty());
}

TEST_P(SigningKeysOfStore, OneCommandMayMakeSeveralSignatures) {
    const Signer signer = house.signer(*store, clock, "a");
    PersonSignature first;
    bool holds = false;
    ASSERT_TRUE(store->commit(person_caller("a"), [&](Transaction& tx) -> Result<void> {
        first = TRY(signer.sign(tx, statement()));
        const PersonSignature second = TRY(signer.sign(tx, statement(2)));
        holds = first.key == second.key && TRY(SigningKeys::verify(tx, statement(), first)) &&
                !TRY(SigningKeys::verify(tx, statement(2), first));
        return {};
    }));
    EXPECT_TRUE(holds);
    EXPECT_TRUE(house.keys->verify(statement(), first));
}

TEST_P(SigningKeysOfStore, NoKeyIsMadeBesideOneInUse) {
    sign("a");
    const auto second = act([&](Transaction& tx) -> Result<void> {
        TRY(house.keys->make(tx, "a"));
        return {};
    });
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::Conflict);
}

TEST_P(SigningKeysOfStore, KeysArePickedUpAtAStartAndAnotherSecretIsTold) {
    if (GetParam() == Kind::Memory) return;  // it begins anew
    const PersonSignature before = sign("a");
    reopen();
    house.open(*store);
    EXPECT_EQ(house.keys->unopened(), 0U);
    EXPECT_EQ(sign("a").key, before.key);

    reopen();
    house.secret = SealingSecret::generate();
    house.open(*store);
    EXPECT_EQ(house.keys->unopened(), 1U);
    EXPECT_TRUE(house.keys->verify(statement(), before));
    const auto refused = house.sign(*store, clock, "a", statement());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Conflict);
    ASSERT_TRUE(end("a"));
    EXPECT_TRUE(house.keys->verify(statement(), sign("a")));
}

TEST_P(SigningKeysOfStore, TheRecordGivesNothingAwayAndIsNoOneElses) {
    const PersonSignature a = sign("a");
    const PersonSignature b = sign("b");
    const std::string kept = *store->record(0, SigningKeys::kKind, a.key).value();
    EXPECT_EQ(kept.find("PRIVATE"), std::string::npos);
    // Whoever writes into the database can not give one person the key of another.
    std::string moved = kept;
    const std::size_t at = moved.find('a');  // the person, behind format and length
    ASSERT_EQ(at, 2U);
    moved[at] = 'b';
    ASSERT_TRUE(act([&](Transaction& tx) {
        tx.put_record_of(0, SigningKeys::kKind, a.key, moved);
        tx.put_record_of(0, SigningKeys::kInUse, "b", a.key);
        return Result<void>{};
    }));
    const auto forged = house.sign(*store, clock, "b", statement());
    ASSERT_FALSE(forged);
    EXPECT_EQ(forged.error().code, ErrorCode::Conflict);
    EXPECT_NE(b.key, a.key);
}

TEST_P(SigningKeysOfStore, ATornRecordIsCorrupt) {
    const PersonSignature a = sign("a");
    const std::string kept = *store->record(0, SigningKeys::kKind, a.key).value();
    std::vector<std::unique_ptr<SigningKeys>> loads;  // the store follows each of them
    for (std::size_t size = 0; size <= kept.size(); ++size) {
        ASSERT_TRUE(act([&](Transaction& tx) {
            tx.put_record_of(0, SigningKeys::kKind, a.key, kept.substr(0, size));
            return Result<void>{};
        }));
        loads.push_back(std::make_unique<SigningKeys>());
        const auto loaded = loads.back()->load(*store, house.secret);
        ASSERT_EQ(loaded.has_value(), size == kept.size()) << size;
        if (!loaded) {
            EXPECT_EQ(loaded.error().code, ErrorCode::Corrupt) << size;
        }
    }
    store.reset();
}

}  // namespace
}  // namespace musubi::testing
