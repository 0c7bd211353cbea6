#include "unit/broker/delivery_fixture.h"

namespace musubi::testing {
namespace {

class DeliveryAccess : public DeliveryTest {
protected:
    Caller key(Role role, std::vector<std::string> only_types = {}) {
        const KeySpec spec{
            .tenant = "", .role = role, .only_types = std::move(only_types), .label = ""};
        auto token = keys->create(*store, town, spec, chances);
        EXPECT_TRUE(token);
        return *keys->authenticate(*token);
    }
};
INSTANTIATE_TEST_SUITE_P(Stores, DeliveryAccess, ::testing::Values(Kind::Memory), name_of);

TEST_P(DeliveryAccess, OwnersAreToldOnlyWhatTheyMayRead) {
    ASSERT_TRUE(subscribe(gauges("urn:sub:1"), key(Role::Reader)));
    ASSERT_TRUE(subscribe(gauges("urn:sub:2"), key(Role::Reader, {"urn:test:Bridge"})));
    ASSERT_TRUE(create(*store, town, gauge("urn:e:1", 1)));
    ASSERT_TRUE(all_delivered());
    ASSERT_EQ(port.count(), 1U);
    EXPECT_EQ(*port.sent().at(0).body.find("subscriptionId"), Json{"urn:sub:1"});
}

TEST_P(DeliveryAccess, AKeyThatIsTakenAwayStopsWhatIsOnItsWay) {
    ASSERT_TRUE(key(Role::Operator).access);
    const Caller reader = key(Role::Reader);
    ASSERT_TRUE(subscribe(gauges("urn:sub:1"), reader));
    port.answer_all(503);
    ASSERT_TRUE(create(*store, town, gauge("urn:e:1", 1)));
    ASSERT_TRUE(comes_true([&] { return state().times_failed == 1; }));
    ASSERT_TRUE(keys->revoke(*store, town, reader.subject.substr(4)));
    clock.advance(seconds(5));
    ASSERT_TRUE(all_delivered());
    EXPECT_EQ(port.count(), 1U);
    ASSERT_TRUE(comes_true([&] { return state().times_failed == 2; }));
    EXPECT_EQ(state().last_failure_reason, "the key that made the subscription was taken away");
    ASSERT_TRUE(level("urn:e:1", 2));
    ASSERT_TRUE(reacted());
    EXPECT_EQ(outbox(), 0U);
}

TEST_P(DeliveryAccess, EverybodySeesHisOwnAndAnOperatorAll) {
    const Caller one = key(Role::Reader);
    const Caller other = key(Role::Reader);
    const Caller device = key(Role::Device);
    ASSERT_TRUE(subscribe(gauges("urn:sub:1"), one));
    EXPECT_TRUE(service->find(one, "urn:sub:1"));
    EXPECT_TRUE(service->find(key(Role::Operator), "urn:sub:1"));
    EXPECT_FALSE(service->find(other, "urn:sub:1"));
    EXPECT_EQ(service->list(other, 0, 10)->count, 0U);
    EXPECT_EQ(service->list(one, 0, 10)->count, 1U);
    const auto removed =
        store->commit(other, [&](Transaction& tx) { return service->remove(tx, "urn:sub:1"); });
    ASSERT_FALSE(removed);
    EXPECT_EQ(removed.error().code, ErrorCode::NotFound);
    EXPECT_FALSE(subscribe(gauges("urn:sub:2"), device));
}

// After a restart changes come from the disk, without the state that they left.
TEST_P(DeliveryAccess, AChangeThatIsReadBackIsJudgedByTheStateOfThen) {
    runner.reset();
    ASSERT_TRUE(policies.load(*store, clock));
    const std::string text =
        "[policies]\nversion = \"1\"\n[[permission]]\nid = \"high\"\naction = [\"read\"]\n"
        "type = [\"urn:test:Gauge\"]\nq = 'urn:test:state==\"public\"'\n";
    PolicyVersion version;
    version.number = 1;
    version.state = PolicyVersion::State::InForce;
    version.text = text;
    auto parsed = parse_policies(text, "test.toml", *core_context());
    ASSERT_TRUE(parsed) << to_text(parsed.error());
    version.set = std::move(*parsed);
    ASSERT_TRUE(store->commit(town, [&](Transaction& tx) -> Result<void> {
        tx.put_record(Policies::kKind, "1", encode(version));
        return {};
    }));
    ASSERT_TRUE(subscribe(gauges("urn:sub:1"), key(Role::Reader)));
    const std::uint64_t before = store->sequence();
    ASSERT_TRUE(create(*store, town, gauge("urn:e:1", 1)));
    ASSERT_TRUE(set(*store, town, "urn:e:1", property("urn:test:state", "secret")));
    ASSERT_TRUE(level("urn:e:1", 2));
    ASSERT_TRUE(set(*store, town, "urn:e:1", property("urn:test:state", "public")));
    ASSERT_TRUE(level("urn:e:1", 9));
    const auto changes = store->changes(before, 10, Duration{});
    ASSERT_TRUE(changes);
    std::vector<ChangePtr> read_back;
    for (const ChangePtr& change : *changes) {
        auto bare = std::make_shared<Change>(*change);
        for (EntityChange& entity : bare->entities) entity.after = nullptr;
        read_back.push_back(std::move(bare));
    }
    ASSERT_EQ(read_back.size(), 5U);
    const auto effect = reactor->react("", read_back);
    ASSERT_TRUE(effect) << to_text(effect.error());
    ASSERT_TRUE(*effect);
    port.react([](const Outgoing&) { return std::nullopt; });
    ASSERT_TRUE(store->commit(town, *effect));
    EXPECT_EQ(outbox(), 2U) << "that it is public, and of 9";
}

TEST_P(DeliveryAccess, TenantsAreToldOfTheirOwn) {
    ASSERT_TRUE(store->create_tenant(town, "harbour"));
    const Caller harbour = service_caller("harbour", "test");
    ASSERT_TRUE(subscribe(gauges("urn:sub:1")));
    ASSERT_TRUE(subscribe(gauges("urn:sub:1", "http://harbour/x"), harbour));
    ASSERT_TRUE(create(*store, harbour, gauge("urn:e:1", 1)));
    ASSERT_TRUE(comes_true([&] { return port.count() == 1; }));
    EXPECT_EQ(port.sent().at(0).outgoing.uri, "http://harbour/x");
    EXPECT_EQ(port.sent().at(0).header("NGSILD-Tenant"), "harbour");
    port.answer_all(500);
    ASSERT_TRUE(set(*store, harbour, "urn:e:1", property("urn:test:level", 2)));
    ASSERT_TRUE(comes_true([&] { return port.count() == 2; }));
    ASSERT_TRUE(store->delete_tenant(town, "harbour"));
    clock.advance(minutes(10));
    ASSERT_TRUE(create(*store, town, gauge("urn:e:9", 1)));
    ASSERT_TRUE(comes_true([&] { return port.count() == 3; }));
    EXPECT_EQ(port.sent().back().outgoing.uri, "http://a/x");
}

}  // namespace
}  // namespace musubi::testing
