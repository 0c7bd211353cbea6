#include "trust/access_journal.h"

#include <set>

#include "support/journal_fixture.h"
#include "support/signing_house.h"
#include "trust/keys.h"
#include "trust/people/grant.h"
#include "trust/policies/persons.h"

namespace musubi::testing {
namespace {

constexpr const char* kOf = "urn:test:of";

class Accesses : public StoreTest {
protected:
    void SetUp() override {
        StoreTest::SetUp();
        journal = &house.open();
        policies = std::make_unique<Policies>();
        ASSERT_TRUE(policies->load(*store, clock));
        signing.open(*store);
        enforce(
            "[policies]\nversion = \"1\"\n[[personal]]\ntype = [\"urn:test:Care\"]\n"
            "purpose = [\"care\"]\nperson = [\"urn:test:of\"]\n");
    }
    void TearDown() override { store.reset(); }
    // Puts a text in force, signed by two.
    void enforce(const std::string& text) {
        const Signer first = signing.signer(*store, clock, "a");
        const auto made = policies->propose(
            *store, officer("a"), {.text = text, .note = "", .file = "t", .signer = &first},
            *core_context());
        ASSERT_TRUE(made) << to_text(made.error());
        const auto standing = [](const std::string& subject) {
            return std::optional{officer(std::string(person_of(subject)))};
        };
        ASSERT_TRUE(policies->sign(*store, officer("b"), made->number,
                                   signing.signer(*store, clock, "b"), standing));
    }

    static Caller officer(const std::string& id) {
        Caller caller;
        caller.subject = person_subject(id);
        caller.role = Role::PrivacyOfficer;
        caller.organisation = "welfare";
        caller.purpose = "care";
        caller.ground = "within-purpose";
        caller.access = std::make_shared<const AccessFilter>(access_of(caller.role));
        return caller;
    }
    static Entity care(const std::string& id, Json of) {
        Entity entity;
        entity.id = id;
        entity.types = {"urn:test:Care"};
        entity.attributes.push_back(property(kOf, std::move(of)));
        return entity;
    }
    // Records that these leave, and returns the entries of it in their order.
    std::vector<JournalRecord> record(const std::vector<Entity>& entities,
                                      AccessedTime time = AccessedTime::Present) {
        std::vector<AccessedEntity> leaving;
        leaving.reserve(entities.size());
        for (const Entity& entity : entities) {
            leaving.push_back({entity.id, &entity.types, &entity});
        }
        const std::uint64_t before = journal->last();
        const Caller who = officer("c");
        EXPECT_TRUE(write_access({*store, *policies, *journal}, *policies->in_force(0), who,
                                 access_entry(who, "test"), {leaving, time}));
        JournalQuery query;
        query.after = before;
        query.kind = journal_kind::kAccess;
        return journal->read(query)->entries;
    }
    // The ids of those whom the entry's entities are about.
    static std::vector<std::string> persons(const JournalRecord& entry) {
        std::vector<std::string> out;
        const Json* all = entry.details->find("persons");
        if (all == nullptr) return out;
        for (const JsonMember& one : all->object()) out.push_back(one.name);
        return out;
    }

    JournalHouse house;
    Journal* journal = nullptr;
    std::unique_ptr<Policies> policies;
    SigningHouse signing;
};
INSTANTIATE_TEST_SUITE_P(Stores, Accesses, ::testing::Values(Kind::Memory, Kind::Rocksdb), name_of);

TEST_P(Accesses, TellWhoGotWhatAndWhomItIsAbout) {
    const auto entries =
        record({care("urn:c:1", "person:x"), gauge("urn:g:1", 1), care("urn:c:2", 7),
                care("urn:c:3", Json::Array{Json{"person:y"}, Json{"person:x"}})});
    ASSERT_EQ(entries.size(), 1U);
    const Json& details = *entries.front().details;
    EXPECT_EQ(to_text(*details.find("entities")), R"(["urn:c:1","urn:c:2","urn:c:3"])");
    EXPECT_EQ(to_text(*details.find("persons")), R"({"x":[0,2],"y":[2]})");
    EXPECT_EQ(to_text(*details.find("types")), R"({"urn:test:Care":[0,1,2]})");
    EXPECT_EQ(details.find("role")->string(), "privacy-officer");
    EXPECT_EQ(details.find("organisation")->string(), "welfare");
    EXPECT_EQ(details.find("policyVersion")->integer(), 1);
    EXPECT_TRUE(record({gauge("urn:g:1", 1)}).empty());
}

TEST_P(Accesses, WhomItIsAboutIsNotedWhateverIsShown) {
    ASSERT_TRUE(create(*store, town, care("urn:c:1", "person:x")));
    Entity shown = care("urn:c:1", 0);
    shown.attributes.clear();
    const auto entries = record({shown});
    ASSERT_EQ(entries.size(), 1U);
    EXPECT_EQ(persons(entries.front()), std::vector<std::string>{"x"});
}

TEST_P(Accesses, ThePastIsOfThoseWhomItWasAbout) {
    ASSERT_TRUE(create(*store, town, care("urn:c:1", "person:x")));
    ASSERT_TRUE(set(*store, town, "urn:c:1", property(kOf, "person:y")));
    const std::vector<Entity> bare{care("urn:c:1", 0)};
    EXPECT_EQ(persons(record(bare).front()), std::vector<std::string>{"y"});
    EXPECT_EQ(persons(record(bare, AccessedTime::History).front()),
              (std::vector<std::string>{"x", "y"}));
    ASSERT_TRUE(store->commit(town, [](Transaction& tx) { return tx.erase("urn:c:1"); }));
    EXPECT_EQ(persons(record(bare).front()), std::vector<std::string>{"y"}) << "as it was last";
}

TEST_P(Accesses, ManyAreToldByAsManyEntriesAsItTakes) {
    Json::Array crowd;
    for (int i = 0; i < 450; ++i) crowd.emplace_back("person:p" + std::to_string(1000 + i));
    std::vector<Entity> entities{care("urn:c:crowd", std::move(crowd))};
    for (int i = 0; i < 250; ++i) {
        entities.push_back(care("urn:c:" + std::to_string(i) + std::string(280, 'x'), "person:z"));
    }
    entities.push_back(care("urn:c:橋" + std::string(2000, 'y'), "person:z"));
    const auto entries = record(entities);
    std::set<std::string> told;
    std::size_t places = 0;
    for (const JournalRecord& entry : entries) {
        const auto here = persons(entry);
        told.insert(here.begin(), here.end());
        EXPECT_LE(here.size(), 200U);
        if (const Json* z = entry.details->find("persons")->find("z")) places += z->array().size();
    }
    EXPECT_EQ(told.size(), 451U);
    EXPECT_EQ(places, 251U);
    EXPECT_GE(entries.size(), 5U);
}

}  // namespace
}  // namespace musubi::testing
