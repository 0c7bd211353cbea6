#include "trust/people/sessions.h"

#include "support/store_fixture.h"
#include "trust/people/invitations.h"

namespace musubi::testing {
namespace {

class SessionsOfStore : public StoreTest {
protected:
    void SetUp() override {
        StoreTest::SetUp();
        load();
        Person person;
        person.id = "yamada-id";
        person.name = "yamada";
        ASSERT_TRUE(commit([&](Transaction& tx) { return people->add(tx, person); }));
    }
    void TearDown() override { store.reset(); }
    void load() {
        people = std::make_unique<People>();
        sessions = std::make_unique<Sessions>(
            *people, SessionRule{.idle = hours(8), .longest = days(7), .fresh = minutes(15)});
        invitations = std::make_unique<Invitations>();
        ASSERT_TRUE(people->load(*store));
        ASSERT_TRUE(sessions->load(*store));
        ASSERT_TRUE(invitations->load(*store));
    }
    void reopen_all() {
        store.reset();
        open();
        load();
    }
    Result<Committed> commit(const std::function<Result<void>(Transaction&)>& run) {
        return store->commit(town, run);
    }
    std::string begin() {
        Session how;
        how.person = "yamada-id";
        how.epoch = people->find("yamada-id")->session_epoch;
        how.browser = "Mozilla/5.0\r\nX: y" + std::string(1000, 'z');
        how.created_at = how.used_at = clock.now();
        const auto begun = Sessions::prepare(how, random);
        EXPECT_TRUE(commit([&](Transaction& tx) -> Result<void> {
            sessions->begin(tx, begun.session);
            return {};
        }));
        return begun.token;
    }
    bool lasts(const std::string& token) { return sessions->find(token, clock.now()).has_value(); }
    SeededRandom random{3};
    std::unique_ptr<People> people;
    std::unique_ptr<Sessions> sessions;
    std::unique_ptr<Invitations> invitations;
};
INSTANTIATE_TEST_SUITE_P(Stores, SessionsOfStore, ::testing::Values(Kind::Memory, Kind::Rocksdb),
                         name_of);
class SessionsOfKeptStore : public SessionsOfStore {};
INSTANTIATE_TEST_SUITE_P(Stores, SessionsOfKeptStore, ::testing::Values(Kind::Rocksdb), name_of);

TEST_P(SessionsOfStore, OpenForTheirTokenAlone) {
    const std::string token = begin();
    EXPECT_EQ(token.size(), 10U + 1 + 52);
    const auto found = sessions->find(token, clock.now());
    ASSERT_TRUE(found);
    EXPECT_EQ(found->person, "yamada-id");
    EXPECT_EQ(found->browser.size(), Sessions::kMaxBrowserBytes - 2) << "no line ends in it";
    std::string wrong_id = token;
    wrong_id[0] = wrong_id[0] == 'a' ? 'b' : 'a';
    std::string wrong_secret = token;
    wrong_secret.back() = wrong_secret.back() == 'a' ? 'b' : 'a';
    for (const std::string& other :
         {wrong_id, wrong_secret, std::string{}, token.substr(0, 10), token.substr(0, 11),
          found->id + "_" + found->digest, token + "a", std::string(10'000, '_')}) {
        EXPECT_FALSE(lasts(other)) << other.substr(0, 30);
    }
}

TEST_P(SessionsOfStore, EndWhenNobodyUsesThem) {
    const std::string token = begin();
    clock.advance(hours(7));
    EXPECT_TRUE(lasts(token));
    clock.advance(hours(7));
    EXPECT_TRUE(lasts(token)) << "it was used meanwhile";
    clock.advance(hours(8));
    EXPECT_FALSE(lasts(token));
    EXPECT_TRUE(sessions->list("yamada-id", clock.now()).empty());
}

TEST_P(SessionsOfStore, EndAfterTheirLongestTime) {
    const std::string token = begin();
    for (int i = 0; i < 23; ++i) {
        clock.advance(hours(7));
        ASSERT_TRUE(lasts(token)) << i;
    }
    clock.advance(hours(7));
    EXPECT_FALSE(lasts(token)) << "168 hours have passed";
}

TEST_P(SessionsOfStore, AreFreshForAWhile) {
    const auto session = sessions->find(begin(), clock.now());
    EXPECT_TRUE(sessions->is_fresh(*session, clock.now() + minutes(14)));
    EXPECT_FALSE(sessions->is_fresh(*session, clock.now() + minutes(15)));
}

TEST_P(SessionsOfStore, AllEndWithThePersonsNumber) {
    const std::string one = begin();
    const std::string two = begin();
    ASSERT_TRUE(commit([&](Transaction& tx) -> Result<void> {
        Person person = TRY(people->latest(tx, "yamada-id"));
        ++person.session_epoch;
        return people->put(tx, person);
    }));
    EXPECT_FALSE(lasts(one));
    EXPECT_FALSE(lasts(two));
    EXPECT_TRUE(lasts(begin()));
    ASSERT_TRUE(sessions->sweep(*store, clock.now()));
    EXPECT_EQ(store->records(0, "session")->size(), 1U) << "what is over goes";
}

TEST_P(SessionsOfStore, AreSoManyOfAPersonAtMost) {
    const std::string first = begin();
    for (std::size_t i = 0; i < Sessions::kMaxOfPerson; ++i) {
        clock.advance(seconds(1));
        begin();
    }
    EXPECT_FALSE(lasts(first));
    EXPECT_EQ(sessions->list("yamada-id", clock.now()).size(), Sessions::kMaxOfPerson);
}

TEST_P(SessionsOfStore, AreEndedByTheirPersonAlone) {
    const auto session = sessions->find(begin(), clock.now());
    const auto end = [&](const std::string& person) {
        return commit([&](Transaction& tx) { return sessions->end_own(tx, session->id, person); });
    };
    EXPECT_EQ(end("other").error().code, ErrorCode::NotFound);
    EXPECT_TRUE(end("yamada-id"));
    EXPECT_EQ(end("yamada-id").error().code, ErrorCode::NotFound);
}

TEST_P(SessionsOfKeptStore, OutlastARestart) {
    const std::string token = begin();
    clock.advance(hours(7));
    EXPECT_TRUE(lasts(token));
    ASSERT_TRUE(sessions->sweep(*store, clock.now()));  // the use is kept
    reopen_all();
    clock.advance(hours(7));
    EXPECT_TRUE(lasts(token));
    ASSERT_TRUE(commit([&](Transaction& tx) -> Result<void> {
        Sessions::end(tx, token.substr(0, 10));
        return {};
    }));
    reopen_all();
    EXPECT_FALSE(lasts(token)) << "what was ended stays so";
}

TEST_P(SessionsOfStore, InvitationsAreUsedOnce) {
    Invitation invitation;
    invitation.until = clock.now() + days(7);
    invitation.grants.emplace_back();
    const auto made = Invitations::prepare(invitation, random);
    ASSERT_TRUE(commit([&](Transaction& tx) { return invitations->put(tx, made.invitation); }));
    ASSERT_TRUE(invitations->find(made.code, clock.now()));
    int taken = 0;
    ASSERT_TRUE(commit([&](Transaction& tx) -> Result<void> {  // twice in one group
        for (int i = 0; i < 2; ++i) taken += invitations->take(tx, made.invitation.id) ? 1 : 0;
        return {};
    }));
    EXPECT_EQ(taken, 1);
    EXPECT_FALSE(invitations->find(made.code, clock.now()));
}

TEST_P(SessionsOfStore, InvitationsEnd) {
    Invitation invitation;
    invitation.until = clock.now() + days(7);
    const auto made = Invitations::prepare(invitation, random);
    ASSERT_TRUE(commit([&](Transaction& tx) { return invitations->put(tx, made.invitation); }));
    clock.advance(days(7));
    EXPECT_FALSE(invitations->find(made.code, clock.now()));
    EXPECT_FALSE(commit([&](Transaction& tx) -> Result<void> {
        TRY(invitations->take(tx, made.invitation.id));
        return {};
    }));
    ASSERT_TRUE(invitations->sweep(*store, clock.now()));
    EXPECT_TRUE(store->records(0, "invitation")->empty());
    EXPECT_TRUE(invitations->list(clock.now()).empty());
}

}  // namespace
}  // namespace musubi::testing
