#pragma once

#include "support/signing_house.h"
#include "support/store_fixture.h"
#include "trust/keys.h"
#include "trust/policies/policies.h"

namespace musubi::testing {

inline constexpr const char* kLevel = "urn:test:level";
inline constexpr const char* kNameOf = "urn:test:name";

inline std::string text_with(std::string_view policies) {
    return "[policies]\nversion = \"1\"\n" + std::string(policies);
}

class PoliciesOfStore : public StoreTest {
protected:
    void SetUp() override {
        StoreTest::SetUp();
        house.open(*store);
        load();
        ASSERT_TRUE(create(*store, town, gauge("urn:g:1", 3.26)));
        ASSERT_TRUE(create(*store, town, gauge("urn:g:2", 0.1)));
    }
    void TearDown() override { store.reset(); }
    void load() {
        policies = std::make_unique<Policies>();
        ASSERT_TRUE(policies->load(*store, clock));
    }
    static Caller person(const std::string& id, Role role = Role::Reader) {
        Caller caller;
        caller.subject = "person:" + id;
        caller.role = role;
        caller.access = std::make_shared<const AccessFilter>(access_of(role));
        return caller;
    }
    // Somebody as the policies leave them.
    Caller bound(Caller caller) const {
        caller.access = policies->bound(caller);
        return caller;
    }
    Caller reader() const { return bound(person("r")); }
    // Somebody as a request of theirs is let in.
    Caller request(const std::string& id) const {
        Caller caller = person(id);
        caller.counted = true;
        return bound(caller);
    }
    Result<void> use(const std::string& id) {
        return policies->count_use(request(id), 0, {"urn:test:Gauge"}, true);
    }
    std::uint32_t propose(std::string_view text, const Caller& by) {
        Policies::Proposal proposal{.text = text_with(text), .note = "", .file = "t"};
        std::optional<Signer> signer;
        if (by.subject.starts_with("person:")) signer = signer_of(by);
        if (signer) proposal.signer = &*signer;
        const auto made = policies->propose(*store, by, proposal, *core_context());
        EXPECT_TRUE(made) << to_text(made.error());
        return made ? made->number : 0;
    }
    Signer signer_of(const Caller& by) {
        return house.signer(*store, clock, by.subject.substr(by.subject.find(':') + 1));
    }
    Result<PolicyVersion> sign(const Caller& by, std::uint32_t number) {
        const auto standing = [](const std::string& subject) {
            return std::optional{person(subject.substr(7), Role::Operator)};
        };
        return policies->sign(*store, by, number, signer_of(by), standing);
    }
    // Puts a text in force, signed by two.
    void enforce(std::string_view text) {
        const std::uint32_t number = propose(text, person("a", Role::Operator));
        ASSERT_TRUE(sign(person("b", Role::PrivacyOfficer), number));
    }
    EntityPtr find(const Caller& caller, const std::string& id) const {
        return store->find(caller, id).value();
    }
    QueryResult query(const Caller& caller, const std::string& q, bool count = false) const {
        EntityQuery query;
        query.types = TypeSelection{
            .kind = TypeSelection::Kind::Type, .type = "urn:test:Gauge", .children = {}};
        if (!q.empty()) query.q = parse_q(q, *core_context()).value();
        query.count = count;
        return store->query(caller, query).value();
    }
    void go_to(Result<Time> when) { clock.advance(*when - clock.now()); }
    SigningHouse house;
    std::unique_ptr<Policies> policies;
};

}  // namespace musubi::testing
