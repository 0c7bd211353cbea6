#include "trust/people/people.h"

#include <latch>
#include <thread>

#include "support/store_fixture.h"
#include "trust/authority.h"
#include "trust/people/grant.h"
#include "trust/people/invitations.h"

namespace musubi::testing {
namespace {

class PeopleOfStore : public StoreTest {
protected:
    void SetUp() override {
        StoreTest::SetUp();
        load();
    }
    void TearDown() override { store.reset(); }
    void load() {
        keys = std::make_unique<Keys>();
        people = std::make_unique<People>();
        ASSERT_TRUE(keys->load(*store, clock));
        ASSERT_TRUE(people->load(*store));
        keys->also_count(*people);
        people->also_count(*keys);
    }
    void reopen_with_people() {
        store.reset();
        open();
        load();
    }
    static Grant grant_of(Role role, std::string tenant = {}) {
        Grant grant;
        grant.id = "g" + std::to_string(static_cast<int>(role)) + tenant;
        grant.tenant = std::move(tenant);
        grant.role = role;
        return grant;
    }
    Result<void> run(const Caller& caller, const std::function<Result<void>(Transaction&)>& what) {
        const auto done = store->commit(caller, what);
        if (!done) return done.error();
        return {};
    }
    // Somebody new with these grants, past the rules of who may give them.
    std::string add(const std::string& name, std::vector<Grant> grants) {
        Person person;
        person.id = "id-" + name;
        person.name = name;
        for (Grant& grant : grants) grant.number = store->tenant(grant.tenant).value();
        person.grants = std::move(grants);
        const auto added = run(town, [&](Transaction& tx) { return people->add(tx, person); });
        EXPECT_TRUE(added) << to_text(added.error());
        return person.id;
    }
    Result<void> give(const Caller& caller, const std::string& id, const Grant& grant) {
        return run(caller, [&](Transaction& tx) { return people->give(tx, id, grant); });
    }
    Result<void> take(const Caller& caller, const std::string& id, const std::string& grant) {
        return run(caller, [&](Transaction& tx) { return people->take(tx, id, grant); });
    }
    Caller as(const std::string& id, const std::string& tenant = {}) {
        auto caller = people->caller(id, tenant, clock.now());
        EXPECT_TRUE(caller) << id;
        return caller.value_or(Caller{});
    }
    bool reads(const std::string& id, const std::string& tenant = {}) {
        const auto access = people->access(person_subject(id), tenant, clock.now());
        return access && access->may_read;
    }
    static ErrorCode code(const Result<void>& result) {
        return result ? ErrorCode::Internal : result.error().code;
    }
    SeededRandom random{1};
    std::unique_ptr<Keys> keys;
    std::unique_ptr<People> people;
};
INSTANTIATE_TEST_SUITE_P(Stores, PeopleOfStore, ::testing::Values(Kind::Memory, Kind::Rocksdb),
                         name_of);
class PeopleOfKeptStore : public PeopleOfStore {};
INSTANTIATE_TEST_SUITE_P(Stores, PeopleOfKeptStore, ::testing::Values(Kind::Rocksdb), name_of);

TEST_P(PeopleOfStore, DoWhatTheirRoleLets) {
    const std::string reader = add("reader", {grant_of(Role::Reader)});
    const Caller caller = as(reader);
    EXPECT_EQ(caller.subject, "person:" + reader);
    EXPECT_EQ(caller.role, Role::Reader);
    EXPECT_TRUE(caller.access->may_read);
    EXPECT_FALSE(caller.access->may_write);
    EXPECT_FALSE(people->caller("id-nobody", "", clock.now()));
}

TEST_P(PeopleOfStore, ActInTheirStrongestRoleWithAllItsTypes) {
    Grant gauges = grant_of(Role::DataOwner);
    gauges.only_types = {"urn:gauge"};
    Grant wells = grant_of(Role::DataOwner);
    wells.id = "wells";
    wells.only_types = {"urn:well"};
    const Caller caller = as(add("a", {grant_of(Role::Reader), gauges, wells}));
    EXPECT_EQ(caller.role, Role::DataOwner);
    EXPECT_EQ(caller.access->only_types, (std::vector<std::string>{"urn:gauge", "urn:well"}));
}

// A role that ends in mid session: nothing is done, time passes.
TEST_P(PeopleOfStore, LoseARoleAtTheMomentItEnds) {
    Grant until = grant_of(Role::Reader);
    until.until = clock.now() + seconds(10);
    const std::string id = add("a", {until});
    clock.advance(seconds(10) - microseconds(1));
    EXPECT_TRUE(reads(id));
    clock.advance(microseconds(1));
    EXPECT_FALSE(reads(id));
    EXPECT_FALSE(as(id).access->may_read);
    clock.jump_to(Time{0});
    EXPECT_TRUE(reads(id)) << "the clock's jump is told elsewhere; the rule is the clock's";
}

TEST_P(PeopleOfStore, LoseARoleAtTheNextRequest) {
    const std::string id = add("a", {grant_of(Role::Reader), grant_of(Role::Operator)});
    ASSERT_TRUE(take(town, id, grant_of(Role::Operator).id) ||
                keys->create(*store, town, {.role = Role::Operator}, random));
    EXPECT_TRUE(reads(id));
    ASSERT_TRUE(
        run(town, [&](Transaction& tx) { return people->change(tx, id, {.disabled = true}); }));
    EXPECT_FALSE(reads(id));
    EXPECT_FALSE(people->caller(id, "", clock.now()));
}

TEST_P(PeopleOfStore, AreOfTheirTenantAlone) {
    ASSERT_TRUE(store->create_tenant(town, "aoi"));
    ASSERT_TRUE(store->create_tenant(town, "kai"));
    const std::string id = add("a", {grant_of(Role::Operator, "aoi")});
    EXPECT_EQ(as(id, "aoi").tenant, "aoi");
    EXPECT_EQ(as(id, "kai").tenant, "aoi") << "the tenant that is theirs, for others to refuse";
    EXPECT_FALSE(reads(id, "kai"));
    EXPECT_FALSE(reads(id, ""));
    const std::string all = add("b", {grant_of(Role::Operator)});
    EXPECT_EQ(as(all, "kai").tenant, "");
    EXPECT_TRUE(reads(all, "kai")) << "who operates the installation operates each tenant";
}

TEST_P(PeopleOfStore, OfADeletedTenantAreNotOfItsSuccessor) {
    ASSERT_TRUE(store->create_tenant(town, "aoi"));
    const std::string id = add("a", {grant_of(Role::Operator, "aoi")});
    ASSERT_TRUE(store->delete_tenant(town, "aoi"));
    ASSERT_TRUE(store->create_tenant(town, "aoi"));
    EXPECT_FALSE(reads(id, "aoi"));
    if (GetParam() == Kind::Memory) return;
    reopen_with_people();
    EXPECT_FALSE(reads(id, "aoi"));
    ASSERT_TRUE(
        run(town, [&](Transaction& tx) { return people->change(tx, id, {.display_name = "x"}); }));
    EXPECT_FALSE(reads(id, "aoi"));
}

TEST_P(PeopleOfStore, HaveNamesOfTheirOwn) {
    add("yamada", {grant_of(Role::Reader)});
    Person other;
    other.id = "other";
    other.name = "yamada";
    EXPECT_EQ(code(run(town, [&](Transaction& tx) { return people->add(tx, other); })),
              ErrorCode::AlreadyExists);
    ASSERT_TRUE(run(town, [&](Transaction& tx) { return people->remove(tx, "id-yamada"); }));
    EXPECT_TRUE(run(town, [&](Transaction& tx) { return people->add(tx, other); }));
}

TEST_P(PeopleOfStore, GiveNoMoreThanTheyHave) {
    ASSERT_TRUE(store->create_tenant(town, "aoi"));
    const std::string a = add("a", {grant_of(Role::Reader, "aoi")});
    const Caller theirs = as(add("operator", {grant_of(Role::Operator, "aoi")}), "aoi");
    const Caller reader = as(a, "aoi");
    EXPECT_TRUE(give(theirs, a, grant_of(Role::Member, "aoi")));
    EXPECT_EQ(code(give(theirs, a, grant_of(Role::Member))), ErrorCode::Forbidden);
    EXPECT_EQ(code(give(reader, a, grant_of(Role::Member, "aoi"))), ErrorCode::Forbidden);
    EXPECT_EQ(code(give(theirs, a, grant_of(Role::Service, "aoi"))), ErrorCode::Forbidden);
    const std::string stranger = add("stranger", {grant_of(Role::Reader)});
    EXPECT_EQ(code(give(theirs, stranger, grant_of(Role::Member, "aoi"))), ErrorCode::NotFound);
}

TEST_P(PeopleOfStore, TheLastOperatorStays) {
    const Grant role = grant_of(Role::Operator);
    const std::string a = add("a", {role});
    const Caller self = as(a);
    EXPECT_EQ(code(take(self, a, role.id)), ErrorCode::Conflict);
    EXPECT_EQ(
        code(run(self, [&](Transaction& tx) { return people->change(tx, a, {.disabled = true}); })),
        ErrorCode::Conflict);
    EXPECT_EQ(code(run(self, [&](Transaction& tx) { return people->remove(tx, a); })),
              ErrorCode::Conflict);
    Grant until = grant_of(Role::Operator);
    until.until = clock.now() + hours(1);
    add("b", {until});
    EXPECT_EQ(code(take(self, a, role.id)), ErrorCode::Conflict) << "one with an end does not stay";
    const auto token = keys->create(*store, town, {.role = Role::Operator}, random);
    ASSERT_TRUE(token);
    EXPECT_TRUE(take(self, a, role.id)) << "an operator's key counts";
    EXPECT_EQ(code(keys->revoke(*store, town, token->substr(3, 10))), ErrorCode::Conflict);
    add("c", {role});
    EXPECT_TRUE(keys->revoke(*store, town, token->substr(3, 10))) << "people count for keys";
}

TEST_P(PeopleOfStore, TheLastOperatorStaysWhateverTheRace) {
    for (int round = 0; round < 10; ++round) {
        std::vector<std::string> ids;
        for (int i = 0; i < 3; ++i) {
            ids.push_back(add("r" + std::to_string(round) + "-" + std::to_string(i),
                              {grant_of(Role::Operator)}));
        }
        for (const PersonPtr& person : people->list()) {
            if (std::find(ids.begin(), ids.end(), person->id) == ids.end()) {
                ASSERT_TRUE(
                    run(town, [&](Transaction& tx) { return people->remove(tx, person->id); }));
            }
        }
        std::latch together{3};
        {
            std::vector<std::jthread> threads;
            for (const std::string& id : ids) {
                threads.emplace_back([&, id] {
                    together.arrive_and_wait();
                    static_cast<void>(
                        run(town, [&](Transaction& tx) { return people->remove(tx, id); }));
                });
            }
        }
        ASSERT_EQ(people->list().size(), 1U) << "in round " << round;
    }
}

TEST_P(PeopleOfStore, WhoIsIndependentIsNotDismissedByAnOperator) {
    const Grant body = grant_of(Role::IndependentBody);
    const std::string a = add("a", {grant_of(Role::Reader)});
    const Caller op = as(add("operator", {grant_of(Role::Operator)}));
    EXPECT_TRUE(give(op, a, body)) << "the first is named by the operator";
    EXPECT_EQ(code(take(op, a, body.id)), ErrorCode::Forbidden);
    const std::string b = add("b", {grant_of(Role::Reader)});
    EXPECT_EQ(code(give(op, b, body)), ErrorCode::Forbidden);
    EXPECT_EQ(code(give(op, a, grant_of(Role::Operator))), ErrorCode::Conflict);
    EXPECT_TRUE(give(as(a), b, body)) << "who else is, they decide";
    EXPECT_TRUE(take(as(a), b, body.id));
    // There are no keys with the role.
    const auto token = keys->create(*store, town, {.role = Role::IndependentBody}, random);
    EXPECT_EQ(token.error().code, ErrorCode::Forbidden);
}

TEST_P(PeopleOfStore, AnOperatorGivesTheIndependentBodyNoEnd) {
    Grant ending = grant_of(Role::IndependentBody);
    ending.until = clock.now() + hours(1);
    const std::string a = add("a", {grant_of(Role::Reader)});
    const std::string b = add("b", {grant_of(Role::Reader)});
    const Caller op = as(add("operator", {grant_of(Role::Operator)}));
    EXPECT_EQ(code(give(op, a, ending)), ErrorCode::Forbidden);
    ASSERT_TRUE(give(op, a, grant_of(Role::IndependentBody)));
    EXPECT_TRUE(give(as(a), b, ending)) << "the body itself does";
}

TEST_P(PeopleOfStore, TheIndependentBodyStaysWhileSomethingIsHalted) {
    bool halted = true;
    people->know_halts([&](TenantId) { return halted; });
    const Grant body = grant_of(Role::IndependentBody);
    const Caller op = as(add("operator", {grant_of(Role::Operator)}));
    const std::string a = add("a", {body});
    const std::string b = add("b", {grant_of(Role::Reader)});
    const auto leave = [&] { return take(as(a), a, body.id); };
    EXPECT_EQ(code(leave()), ErrorCode::Conflict);
    EXPECT_EQ(code(run(as(a), [&](Transaction& tx) { return people->remove(tx, a); })),
              ErrorCode::Conflict);
    EXPECT_EQ(code(run(as(a),
                       [&](Transaction& tx) { return people->change(tx, a, {.disabled = true}); })),
              ErrorCode::Conflict);
    // Who has an end does not stand in for it.
    Grant ending = body;
    ending.id = "ending";
    ending.until = clock.now() + hours(1);
    ASSERT_TRUE(give(as(a), b, ending));
    EXPECT_EQ(code(leave()), ErrorCode::Conflict);
    ASSERT_TRUE(give(as(a), b, body));
    EXPECT_TRUE(leave());
    halted = false;
    EXPECT_TRUE(take(as(b), b, body.id));
    clock.advance(hours(2));
    halted = true;  // of a body whose time is over
    EXPECT_EQ(code(give(op, a, body)), ErrorCode::Forbidden);
    halted = false;
    EXPECT_TRUE(give(op, a, body));
}

TEST_P(PeopleOfStore, WhoWatchesTheInstallationLooksIntoEachTenant) {
    ASSERT_TRUE(store->create_tenant(town, "aoi"));
    const std::string body = add("a", {grant_of(Role::IndependentBody)});
    EXPECT_TRUE(reads(body, "aoi"));
    EXPECT_TRUE(reads(add("b", {grant_of(Role::Auditor)}), "aoi"));
    EXPECT_FALSE(reads(add("c", {grant_of(Role::PrivacyOfficer)}), "aoi"));
    // Nor does an operator name another one there.
    const std::string d = add("d", {grant_of(Role::Reader, "aoi")});
    const Caller op = as(add("operator", {grant_of(Role::Operator)}));
    EXPECT_EQ(code(give(op, d, grant_of(Role::IndependentBody, "aoi"))), ErrorCode::Forbidden);
    EXPECT_TRUE(give(as(body), d, grant_of(Role::IndependentBody, "aoi")));
    EXPECT_EQ(code(give(as(body), body, grant_of(Role::Operator, "aoi"))), ErrorCode::Forbidden);
    EXPECT_EQ(code(give(op, body, grant_of(Role::Operator, "aoi"))), ErrorCode::Conflict);
}

TEST_P(PeopleOfStore, KnowHowLongTheOwnRightLasts) {
    const auto right = [&](const std::string& id) {
        return people->own_right(id, as(id), clock.now());
    };
    const std::string lasting = add("lasting", {grant_of(Role::Operator)});
    ASSERT_TRUE(right(lasting));
    EXPECT_FALSE(right(lasting)->until);
    Grant ending = grant_of(Role::Operator);
    ending.until = clock.now() + hours(1);
    Grant later = ending;
    later.id = "later";
    later.until = clock.now() + hours(2);
    const std::string ends = add("ends", {later, ending});
    EXPECT_EQ(right(ends)->until, later.until);
    Grant loan;
    loan.id = "loan";
    loan.lender = Lender{"", people->find(lasting)->grants.front().id};
    loan.until = clock.now() + hours(1);
    const std::string deputy = add("deputy", {grant_of(Role::Reader)});
    ASSERT_TRUE(run(as(lasting), [&](Transaction& tx) { return people->lend(tx, deputy, loan); }));
    ASSERT_EQ(as(deputy).role, Role::Operator);
    EXPECT_FALSE(right(deputy)) << "it is lent";
}

TEST_P(PeopleOfStore, LendWhatIsTheirsUntilATime) {
    Grant own = grant_of(Role::DataOwner);
    own.only_types = {"urn:gauge"};
    const std::string lender = add("lender", {own});
    const std::string other = add("other", {grant_of(Role::Citizen)});
    Grant loan;
    loan.id = "loan";
    loan.lender = Lender{"", own.id};
    loan.until = clock.now() + hours(1);
    const auto lend = [&](const Grant& what, const std::string& from, const std::string& to) {
        return run(as(from), [&](Transaction& tx) { return people->lend(tx, to, what); });
    };
    Grant more = loan;
    more.only_types = {"urn:gauge", "urn:well"};
    EXPECT_EQ(code(lend(more, lender, other)), ErrorCode::Forbidden);
    Grant endless = loan;
    endless.until.reset();
    EXPECT_EQ(code(lend(endless, lender, other)), ErrorCode::BadRequest);
    EXPECT_EQ(code(lend(loan, lender, lender)), ErrorCode::BadRequest);
    ASSERT_TRUE(lend(loan, lender, other));
    EXPECT_TRUE(as(other).access->may_write);
    EXPECT_EQ(as(other).access->only_types, own.only_types);
    Grant on = loan;
    on.lender = Lender{"", "loan"};
    EXPECT_EQ(code(lend(on, other, lender)), ErrorCode::Forbidden) << "lent is not lent on";
    ASSERT_TRUE(
        run(town, [&](Transaction& tx) { return people->change(tx, lender, {.disabled = true}); }));
    EXPECT_FALSE(as(other).access->may_write) << "with the lender goes what they lent";
    ASSERT_TRUE(run(
        town, [&](Transaction& tx) { return people->change(tx, lender, {.disabled = false}); }));
    EXPECT_TRUE(as(other).access->may_write);
    ASSERT_TRUE(take(town, lender, own.id));
    EXPECT_FALSE(as(other).access->may_write);
}

TEST_P(PeopleOfKeptStore, AreThereAfterARestart) {
    const std::string id = add("yamada", {grant_of(Role::Reader)});
    Person before = *people->find(id);
    before.display_name = "山田 花子";
    before.password = "$argon2id$x";
    before.recovery_codes = {"a", "b"};
    before.session_epoch = 7;
    ASSERT_TRUE(run(town, [&](Transaction& tx) { return people->put(tx, before); }));
    reopen_with_people();
    const PersonPtr after = people->find_by_name("yamada");
    ASSERT_TRUE(after);
    EXPECT_EQ(encode(*after), encode(before));
    EXPECT_TRUE(reads(id));
}

}  // namespace
}  // namespace musubi::testing
