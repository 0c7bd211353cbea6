#include "trust/policies/policy_signature.h"

#include <cstdio>

#include "support/signing_house.h"
#include "trust/policies/policies.h"

namespace musubi::testing {
namespace {

constexpr const char* kText =
    "[policies]\nversion = \"1\"\n[[prohibition]]\nid = \"x\"\naction = [\"read\"]\n";

// As GET /musubi/v1/policies/{number} tells it.
Json told(const PolicyVersion& version, const std::string& tenant, const SigningKeys& keys) {
    Json out;
    out.set("number", static_cast<std::int64_t>(version.number));
    out.set("tenant", tenant);
    out.set("state", name_of(version.state));
    out.set("version", version.set.version);
    out.set("note", version.note);
    out.set("policies", static_cast<std::int64_t>(version.set.policies.size()));
    out.set("proposedBy", version.proposed_by);
    out.set("proposedAt", to_iso(version.proposed_at));
    const Statement statement = policy_statement(version, tenant);
    Json::Array signatures;
    for (const PersonSignature& signature : version.signatures) {
        Json item;
        item.set("subject", signature.subject);
        item.set("at", to_iso(signature.at));
        item.set("key", signature.key);
        item.set("signature", signature.signature);
        item.set("signed", signed_text(statement, signature).value());
        item.set("holds", keys.verify(statement, signature));
        signatures.push_back(std::move(item));
    }
    out.set("signatures", std::move(signatures));
    if (version.in_force_at) out.set("inForceAt", to_iso(*version.in_force_at));
    if (version.ended_at) out.set("endedAt", to_iso(*version.ended_at));
    out.set("text", version.text);
    return out;
}

class PolicySignature : public StoreTest {
protected:
    void SetUp() override {
        StoreTest::SetUp();
        house.open(*store);
        ASSERT_TRUE(policies.load(*store, clock));
        ASSERT_TRUE(store->create_tenant(town, "other"));
    }
    void TearDown() override { store.reset(); }
    PolicyVersion propose(const std::string& tenant = {}) {
        const Signer signer = house.signer(*store, clock, "a");
        const auto made = policies.propose(
            *store, person_caller("a", Role::Operator, tenant),
            {.text = kText, .note = "why", .file = "t", .signer = &signer}, *core_context());
        EXPECT_TRUE(made) << to_text(made.error());
        return *made;
    }
    Result<PolicyVersion> sign(const std::string& id, std::uint32_t number,
                               const std::string& tenant = {}) {
        return policies.sign(*store, person_caller(id, Role::Operator, tenant), number,
                             house.signer(*store, clock, id), [&](const std::string& subject) {
                                 return std::optional{person_caller(std::string(person_of(subject)),
                                                                    Role::Operator, tenant)};
                             });
    }
    PolicyVersion in_force(const std::string& tenant = {}) {
        const std::uint32_t number = propose(tenant).number;
        clock.advance(seconds(90));
        const auto done = sign("b", number, tenant);
        EXPECT_TRUE(done) << to_text(done.error());
        return *done;
    }
    PolicyReport verify(const Json& json) const {
        return verify_policy_version(json, house.keys->list()).value();
    }
    void overwrite(const PolicyVersion& version) {
        char name[11];
        std::snprintf(name, sizeof name, "%010u", version.number);
        ASSERT_TRUE(store->commit(town, [&](Transaction& tx) {
            tx.put_record(Policies::kKind, name, encode(version));
            return Result<void>{};
        }));
    }
    SigningHouse house;
    Policies policies;
};
INSTANTIATE_TEST_SUITE_P(Stores, PolicySignature, ::testing::Values(Kind::Memory), name_of);

TEST_P(PolicySignature, SignsACanonicalTextThatBindsAll) {
    const PolicyVersion version = propose("other");
    const PersonSignature& first = version.signatures.front();
    EXPECT_EQ(signed_text(policy_statement(version, "other"), first).value(),
              "musubi policy signature 1\n{\"at\":\"" + to_iso(first.at) + "\",\"key\":\"" +
                  first.key +
                  "\",\"note\":\"2be23c585f15e5fd3279d0663036dd9f6e634f4225ef326fc83fb874dbb81a0f"
                  "\",\"number\":1,\"proposedAt\":\"" +
                  to_iso(version.proposed_at) +
                  "\",\"proposedBy\":\"person:a\",\"subject\":\"person:a\",\"tenant\":\"other\","
                  "\"text\":\"ebdd36d999de55349c0baebe619e5276d2eaa72ad0215316f45063188b22e22e\"}");
    EXPECT_TRUE(house.keys->verify(policy_statement(version, "other"), first));
    EXPECT_FALSE(house.keys->verify(policy_statement(version, ""), first)) << "another tenant";
    PolicyVersion changed = version;
    changed.number = 2;
    EXPECT_FALSE(house.keys->verify(policy_statement(changed, "other"), first)) << "a replay";
    changed = version;
    changed.text += ' ';
    EXPECT_FALSE(house.keys->verify(policy_statement(changed, "other"), first));
    changed = version;
    changed.note += ' ';
    EXPECT_FALSE(house.keys->verify(policy_statement(changed, "other"), first));
}

TEST_P(PolicySignature, BothHaveToHoldBeforeATextIsInForce) {
    PolicyVersion version = propose();
    const PersonSignature good = version.signatures.front();
    const auto refuses = [&](const char* why) {
        overwrite(version);
        const auto done = sign("b", version.number);
        ASSERT_FALSE(done) << why;
        EXPECT_EQ(done.error().code, ErrorCode::Conflict) << why;
        EXPECT_NE(done.error().detail.find("does not hold"), std::string::npos) << why;
        EXPECT_EQ(policies.in_force(0), nullptr) << why;
    };
    version.text += "# changed in the database\n";
    refuses("another text");
    version.text = kText;
    version.signatures.front() = propose().signatures.front();
    refuses("the signature of another version");
    version.signatures.front() = {
        .subject = good.subject, .at = good.at, .key = {}, .signature = {}};
    refuses("no key");
    version.signatures.front() = good;
    version.signatures.front().subject = "person:c";
    refuses("somebody else's name");
    version.signatures.front() = good;
    overwrite(version);
    EXPECT_EQ(sign("b", version.number)->state, PolicyVersion::State::InForce);
}

TEST_P(PolicySignature, FormerVersionsOfTheProgramAreRead) {
    PolicyVersion version = in_force();
    // Format 1: a signature was a name and a time.
    std::string kept = encode(version);
    for (const PersonSignature& signature : version.signatures) {
        for (const std::string& gone : {signature.key, signature.signature}) {
            const std::size_t at = kept.find(static_cast<char>(gone.size()) + gone);
            ASSERT_NE(at, std::string::npos);
            kept.erase(at, gone.size() + 1);
        }
    }
    kept[0] = 1;
    const auto read = decode_policy_version(kept);
    ASSERT_TRUE(read) << to_text(read.error());
    ASSERT_EQ(read->signatures.size(), 2U);
    EXPECT_EQ(read->signatures[1].subject, "person:b");
    EXPECT_EQ(read->signatures[1].at, version.signatures[1].at);
    EXPECT_TRUE(read->signatures[1].key.empty());
    EXPECT_EQ(read->in_force_at, version.in_force_at);
    kept[0] = 3;
    EXPECT_EQ(decode_policy_version(kept).error().code, ErrorCode::Corrupt);
    const auto same = decode_policy_version(encode(version));
    ASSERT_TRUE(same);
    EXPECT_EQ(encode(*same), encode(version));
}

TEST_P(PolicySignature, ItIsVerifiedAloneAndEveryChangedByteIsFound) {
    const Json json = told(in_force("other"), "other", *house.keys);
    const PolicyReport report = verify(json);
    EXPECT_TRUE(report.clean()) << report.faults.front().en;
    EXPECT_EQ(report.valid, (std::vector<bool>{true, true}));
    EXPECT_TRUE(report.notes.empty());
    const std::string text = to_text(json);
    for (std::size_t i = 0; i < text.size(); ++i) {
        for (const char other :
             {static_cast<char>(text[i] ^ 1), static_cast<char>(text[i] ^ 0x20)}) {
            std::string changed = text;
            changed[i] = other;
            const auto read = parse_json(changed);
            if (!read) continue;
            const auto found = verify_policy_version(*read, house.keys->list());
            EXPECT_TRUE(!found || !found->clean()) << i << ": " << changed.substr(i, 30);
        }
    }
}

TEST_P(PolicySignature, AProposalAndAFormerVersionAreVerifiedToo) {
    const PolicyVersion proposed = propose();
    EXPECT_TRUE(verify(told(proposed, "", *house.keys)).clean());
    PolicyVersion former = in_force();
    former.state = PolicyVersion::State::Former;
    former.ended_at = clock.now() + seconds(5);
    const PolicyReport report = verify(told(former, "", *house.keys));
    EXPECT_TRUE(report.clean());
    EXPECT_EQ(report.notes.size(), 1U) << "nobody signed when it ended";
}

TEST_P(PolicySignature, WhatDoesNotFitIsNamed) {
    const PolicyVersion version = in_force();
    const auto fault = [&](const PolicyVersion& changed) {
        const PolicyReport report = verify(told(changed, "", *house.keys));
        return report.faults.empty() ? std::string{"none"} : report.faults.front().en;
    };
    PolicyVersion changed = version;
    changed.signatures[1] = changed.signatures[0];
    EXPECT_EQ(fault(changed), "person:a signed twice");
    changed = version;
    changed.signatures.pop_back();
    EXPECT_EQ(fault(changed), "its state does not follow from signatures and times");
    changed = version;
    changed.state = PolicyVersion::State::Proposed;
    EXPECT_EQ(fault(changed), "its state does not follow from signatures and times");
    changed = version;
    changed.set.version = "2";
    EXPECT_EQ(fault(changed), "its name or the number of policies is not the text's");
    changed = version;
    changed.signatures[0].key.back() = changed.signatures[0].key.back() == 'A' ? 'B' : 'A';
    EXPECT_NE(fault(changed).find("is not in the list of keys"), std::string::npos);
    Json more = told(version, "", *house.keys);
    more.set("extra", 1);
    EXPECT_EQ(verify_policy_version(more, {}).error().code, ErrorCode::BadRequest);
    EXPECT_EQ(verify_policy_version(Json{}, {}).error().where, "/number");
}

TEST_P(PolicySignature, TheListOfKeysIsReadAsItIsWritten) {
    in_force();
    const SigningKey server = SigningKey::generate();
    Json::Array keys;
    keys.push_back(to_jwk(server.public_key()));
    for (const PersonKey& key : house.keys->list()) keys.push_back(to_jwk(key));
    Json set;
    set.set("keys", keys);
    const KeyList list = read_key_list(set).value();
    ASSERT_EQ(list.servers.size(), 1U);
    EXPECT_EQ(list.servers.front(), server.public_key());
    ASSERT_EQ(list.people.size(), 2U);
    EXPECT_EQ(list.people[1].person, "b");
    // A key is named by its thumbprint: a list that says otherwise is none.
    set.find("keys")->array()[1].set("kid", list.people[1].half.id());
    EXPECT_EQ(read_key_list(set).error().where, "/keys/1");
    EXPECT_FALSE(read_key_list(Json{}));
}

}  // namespace
}  // namespace musubi::testing
