#include "broker/registrations/registry.h"

#include <future>

#include "broker/deliveries/delivery.h"
#include "broker/registrations/registry_log.h"
#include "support/store_fixture.h"

namespace musubi::testing {
namespace {

Caller town_operator() { return service_caller("", "test"); }

Registration gauges(const std::string& id, const std::string& members = {}) {
    const auto json =
        parse_json(R"({"type":"ContextSourceRegistration","endpoint":"http://a.b","id":")" + id +
                   "\"," + members + R"("information":[{"entities":[{"type":"Gauge"}]}]})");
    auto read = read_registration(*json, *core_context());
    EXPECT_TRUE(read) << to_text(read.error());
    return std::move(read).value();
}

SourceSubscription to_gauges(const std::string& id, const std::string& members = {}) {
    const auto json =
        parse_json(R"({"type":"Subscription","entities":[{"type":"Gauge"}],"id":")" + id + "\"," +
                   members + R"("notification":{"endpoint":{"uri":"http://r.example/x"}}})");
    auto read = read_source_subscription(*json, *core_context());
    EXPECT_TRUE(read) << to_text(read.error());
    return std::move(read).value();
}

class RegistryTest : public StoreTest {
protected:
    void SetUp() override {
        StoreTest::SetUp();
        ASSERT_TRUE(registry.open(*store, entity_subscriptions, authority, clock));
    }
    Command registering(const std::string& id, const std::string& members = {}) {
        return command([this, made = gauges(id, members)](Transaction& tx) {
            return registry.registrations().create(tx, made, *core_context());
        });
    }
    Command subscribing(const std::string& id, const std::string& members = {}) {
        return command([this, made = to_gauges(id, members)](Transaction& tx) {
            return registry.subscriptions().create(tx, made, *core_context());
        });
    }
    static Command command(std::function<Result<void>(Transaction&)> run) {
        Command out;
        out.caller = town_operator();
        out.run = std::move(run);
        out.done = [](const Result<Committed>&) {};
        return out;
    }
    Result<void> commit(const Command& command) {
        const auto done = store->commit(command.caller, command.run);
        return done ? Result<void>{} : done.error();
    }
    // Commands that are decided in one group: they wait while another one is under way.
    void commit_together(std::vector<Command> commands) {
        std::promise<void> begun;
        std::promise<void> go;
        store->submit(command([&](Transaction&) -> Result<void> {
            begun.set_value();
            go.get_future().wait();
            return {};
        }));
        begun.get_future().wait();
        std::vector<std::future<bool>> done;
        for (Command& each : commands) {
            auto promise = std::make_shared<std::promise<bool>>();
            done.push_back(promise->get_future());
            each.done = [promise](const Result<Committed>& r) { promise->set_value(bool{r}); };
            store->submit(std::move(each));
        }
        go.set_value();
        for (auto& each : done) EXPECT_TRUE(each.get());
    }
    // What lies in the outbox: reason and id of the first registration of each.
    std::vector<std::string> told() {
        std::vector<std::string> out;
        const auto records = store->records(0, kDeliveryKind);
        for (const auto& [name, value] : *records) {
            const auto delivery = decode_delivery(value);
            const auto body = parse_json(delivery->body);
            out.push_back(body->find("triggerReason")->string() + " " +
                          body->find("data")->array().front().find("id")->string());
        }
        return out;
    }
    void tick() {
        RegistryReactor reactor{*store,
                                registry.table(),
                                source_subscriptions(),
                                registry.registrations(),
                                registry.notifier(),
                                registry.health()};
        const auto effect = reactor.tick("", clock.now());
        ASSERT_TRUE(effect);
        ticked = static_cast<bool>(*effect);
        if (*effect) ASSERT_TRUE(store->commit(town_operator(), *effect));
    }
    const SourceSubscriptionTable& source_subscriptions() { return registry.subscription_table(); }

    Contexts contexts;
    Keys keys;
    Policies policies;
    Authority authority{keys, policies};
    SubscriptionTable entity_subscriptions{contexts, log};
    Registry registry{contexts, log};
    bool ticked = false;
};
using Told = std::vector<std::string>;

TEST_P(RegistryTest, ACommandSeesThoseOfItsGroup) {
    commit_together({subscribing("urn:s:1"), registering("urn:r:1")});
    EXPECT_EQ(told(), Told{"newlyMatching urn:r:1"});
    commit_together({registering("urn:r:2"), subscribing("urn:s:2")});
    // Told of the second one by name, and the new subscriber of both at once.
    EXPECT_EQ(told(),
              (Told{"newlyMatching urn:r:1", "newlyMatching urn:r:2", "newlyMatching urn:r:1"}));
}

TEST_P(RegistryTest, WhatIsRefusedIsNotTold) {
    ASSERT_TRUE(commit(subscribing("urn:s:1")));
    ASSERT_TRUE(commit(registering("urn:r:1")));
    EXPECT_FALSE(commit(registering("urn:r:1")));
    EXPECT_FALSE(commit(registering("urn:r:2", R"("expiresAt":"2020-01-01T00:00:00Z",)")));
    EXPECT_EQ(told(), Told{"newlyMatching urn:r:1"});
}

TEST_P(RegistryTest, WhatExpiresGoesAndIsTold) {
    const Time later = clock.now() + seconds(10);
    ASSERT_TRUE(commit(registering("urn:r:1", "\"expiresAt\":\"" + to_iso(later) + "\",")));
    ASSERT_TRUE(commit(subscribing("urn:s:1")));
    tick();
    EXPECT_FALSE(ticked);
    clock.advance(seconds(11));
    tick();
    EXPECT_TRUE(ticked);
    EXPECT_EQ(told(), (Told{"newlyMatching urn:r:1", "noLongerMatching urn:r:1"}));
    EXPECT_TRUE(registry.table().empty(0));
    tick();
    EXPECT_FALSE(ticked);
}

TEST_P(RegistryTest, APeriodicSubscriptionIsToldWhenItsTimeHasCome) {
    ASSERT_TRUE(commit(registering("urn:r:1")));
    ASSERT_TRUE(commit(subscribing("urn:s:1", R"("timeInterval":10,)")));
    tick();
    EXPECT_FALSE(ticked);
    clock.advance(seconds(10));
    tick();
    EXPECT_TRUE(ticked);
    tick();
    EXPECT_FALSE(ticked);
    EXPECT_EQ(told(), (Told{"newlyMatching urn:r:1", "updated urn:r:1"}));
}

TEST_P(RegistryTest, AThrottledSubscriptionIsSilentForAWhile) {
    ASSERT_TRUE(commit(subscribing("urn:s:1", R"("throttling":10,)")));
    ASSERT_TRUE(commit(registering("urn:r:1")));
    clock.advance(seconds(5));
    ASSERT_TRUE(commit(registering("urn:r:2")));
    clock.advance(seconds(6));
    ASSERT_TRUE(commit(registering("urn:r:3")));
    EXPECT_EQ(told(), (Told{"newlyMatching urn:r:1", "newlyMatching urn:r:3"}));
}

TEST_P(RegistryTest, TheLogHoldsTheLastChanges) {
    RegistryLog kept;
    ASSERT_TRUE(commit(command([&](Transaction& tx) -> Result<void> {
        for (int i = 0; i < 70; ++i) TRY(note_change(tx, i % 2 == 1, "n" + std::to_string(i)));
        kept = TRY(read_registry_log(tx));
        EXPECT_FALSE(changed_since(tx, 5, false));
        EXPECT_EQ(*changed_since(tx, 68, true), std::vector<std::string>{"n69"});
        return {};
    })));
    EXPECT_EQ(kept.version, 70U);
    EXPECT_EQ(kept.entries.size(), RegistryLog::kMaxEntries);
    EXPECT_EQ(decode_registry_log(encode(kept))->entries.back().name, "n69");
}

INSTANTIATE_TEST_SUITE_P(Registrations, RegistryTest,
                         ::testing::Values(Kind::Memory, Kind::Rocksdb), name_of);

}  // namespace
}  // namespace musubi::testing
