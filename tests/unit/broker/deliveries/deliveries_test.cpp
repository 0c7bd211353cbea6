#include "broker/deliveries/deliveries.h"

#include "broker/present.h"
#include "unit/broker/delivery_fixture.h"

namespace musubi::testing {
namespace {

INSTANTIATE_TEST_SUITE_P(Stores, DeliveryTest, ::testing::Values(Kind::Memory, Kind::Rocksdb),
                         name_of);

std::vector<double> up_to(int last) {
    std::vector<double> out;
    for (int i = 1; i <= last; ++i) out.push_back(i);
    return out;
}

TEST_P(DeliveryTest, EachChangeIsToldOnceInOrder) {
    ASSERT_TRUE(subscribe(gauges()));
    ASSERT_TRUE(create(*store, town, gauge("urn:e:1", 1)));
    for (int i = 2; i <= 20; ++i) ASSERT_TRUE(level("urn:e:1", i));
    ASSERT_TRUE(all_delivered());
    EXPECT_EQ(told("urn:e:1"), up_to(20));
    ASSERT_TRUE(comes_true([&] { return state().times_sent == 20; }));
    EXPECT_EQ(state().times_failed, 0U);
    EXPECT_EQ(state().last_success, clock.now());
}

TEST_P(DeliveryTest, TheMessageIsWhatTheClauseAsksFor) {
    Subscription s = gauges("urn:sub:1", "http://a/x");
    s.notification.endpoint.receiver_info = {{"X-Key", "secret"}};
    s.notification.endpoint.timeout = milliseconds(500);
    ASSERT_TRUE(subscribe(s));
    Subscription ld = gauges("urn:sub:2", "http://b/x");
    ld.notification.endpoint.accept = "application/ld+json";
    ASSERT_TRUE(subscribe(ld));
    ASSERT_TRUE(create(*store, town, gauge("urn:e:1", 1)));
    ASSERT_TRUE(all_delivered());
    auto sent = port.sent();
    ASSERT_EQ(sent.size(), 2U);
    if (sent[0].outgoing.uri != "http://a/x") std::swap(sent[0], sent[1]);
    EXPECT_EQ(sent[0].header("Content-Type"), "application/json");
    EXPECT_EQ(sent[0].header("Link"),
              "<" + std::string(kCoreContextUrl) +
                  ">; rel=\"http://www.w3.org/ns/json-ld#context\"; type=\"application/ld+json\"");
    EXPECT_EQ(sent[0].header("X-Key"), "secret");
    EXPECT_EQ(sent[0].outgoing.timeout, milliseconds(500));
    EXPECT_EQ(sent[0].header("NGSILD-Tenant"), "");
    const Json& body = sent[0].body;
    EXPECT_EQ(body.find("id")->string(),
              "urn:ngsi-ld:Notification:" + sent[0].header("Musubi-Delivery-Id"));
    EXPECT_EQ(*body.find("type"), Json{"Notification"});
    EXPECT_EQ(*body.find("subscriptionId"), Json{"urn:sub:1"});
    EXPECT_EQ(*body.find("notifiedAt"), Json{to_iso(clock.now())});
    EXPECT_FALSE(body.find("@context"));
    EXPECT_EQ(sent[1].header("Content-Type"), "application/ld+json");
    EXPECT_EQ(sent[1].header("Link"), "");
    EXPECT_EQ(*sent[1].body.find("@context"), Json{kCoreContextUrl});
    EXPECT_NE(sent[0].header("Musubi-Delivery-Id"), sent[1].header("Musubi-Delivery-Id"));
}

TEST_P(DeliveryTest, AFailingReceiverGetsItLaterAndNothingIsLostOrSwapped) {
    ASSERT_TRUE(subscribe(gauges()));
    port.answer_all(503);
    ASSERT_TRUE(create(*store, town, gauge("urn:e:1", 1)));
    for (int i = 2; i <= 5; ++i) ASSERT_TRUE(level("urn:e:1", i));
    ASSERT_TRUE(comes_true([&] { return state().times_failed == 1; }));
    EXPECT_EQ(state().last_failure_reason, "it answered 503");
    EXPECT_EQ(port.count(), 1U) << "it rests";
    clock.advance(seconds(2));
    ASSERT_TRUE(comes_true([&] { return port.count() == 2; }));
    port.answer_all(200);
    clock.advance(seconds(5));
    ASSERT_TRUE(all_delivered());
    EXPECT_EQ(told("urn:e:1"), (std::vector<double>{1, 1, 1, 2, 3, 4, 5}));
}

TEST_P(DeliveryTest, ReceiversAndSubscribersMayAskForLongerPauses) {
    Subscription patient = gauges("urn:sub:1", "http://a/x");
    patient.notification.endpoint.cooldown = minutes(10);
    ASSERT_TRUE(subscribe(patient));
    ASSERT_TRUE(subscribe(gauges("urn:sub:2", "http://b/x")));
    port.react([](const Outgoing& o) {
        return Receipt{
            .status = 503,
            .retry_after = o.uri == "http://b/x" ? std::optional{minutes(20)} : std::nullopt};
    });
    ASSERT_TRUE(create(*store, town, gauge("urn:e:1", 1)));
    ASSERT_TRUE(comes_true([&] {
        return state("urn:sub:1").times_failed == 1 && state("urn:sub:2").times_failed == 1;
    }));
    port.answer_all(204);
    clock.advance(minutes(9));
    std::this_thread::sleep_for(std::chrono::milliseconds(250));
    EXPECT_EQ(port.count(), 2U);
    clock.advance(minutes(1));
    ASSERT_TRUE(comes_true([&] { return outbox() == 1; }));
    clock.advance(minutes(10));
    ASSERT_TRUE(all_delivered());
    EXPECT_EQ(port.sent().back().outgoing.uri, "http://b/x");
}

TEST_P(DeliveryTest, OneReceiverThatNeverAnswersHoldsNobodyElse) {
    ASSERT_TRUE(subscribe(gauges("urn:sub:1", "http://silent/x")));
    ASSERT_TRUE(subscribe(gauges("urn:sub:2", "http://well/x")));
    port.react([](const Outgoing& o) -> std::optional<Result<Receipt>> {
        if (o.uri == "http://silent/x") return std::nullopt;
        return Receipt{.status = 204, .retry_after = {}};
    });
    ASSERT_TRUE(create(*store, town, gauge("urn:e:1", 1)));
    for (int i = 2; i <= 50; ++i) ASSERT_TRUE(level("urn:e:1", i));
    ASSERT_TRUE(comes_true([&] { return state("urn:sub:2").times_sent == 50; }));
    EXPECT_EQ(port.count(), 51U) << "of one entity, the silent one gets one at a time";
    EXPECT_EQ(outbox(), 50U);
}

TEST_P(DeliveryTest, WhatNobodyTakesBecomesADeadLetterThatCanBeSentAgain) {
    stop();
    limits.max_refusals = 1;
    start();
    ASSERT_TRUE(subscribe(gauges()));
    port.answer_all(422);
    ASSERT_TRUE(create(*store, town, gauge("urn:e:1", 1)));
    ASSERT_TRUE(all_delivered());
    auto letters = list_dead_letters(*store, 0, 0, 10);
    ASSERT_TRUE(letters);
    ASSERT_EQ(letters->size(), 1U);
    const DeadLetter letter = letters->at(0);
    EXPECT_EQ(letter.reason, "it answered 422");
    EXPECT_EQ(letter.attempts, 1U);
    EXPECT_EQ(letter.delivery.entity, "urn:e:1");
    EXPECT_EQ(*count_dead_letters(*store, 0), 1U);

    port.answer_all(204);
    ASSERT_TRUE(store->commit(
        town, [&](Transaction& tx) { return resend_dead_letter(tx, *table, letter.delivery.id); }));
    ASSERT_TRUE(comes_true([&] { return port.count() == 2 && outbox() == 0; }));
    EXPECT_EQ(port.sent().at(0).header("Musubi-Delivery-Id"),
              port.sent().at(1).header("Musubi-Delivery-Id"));
    EXPECT_EQ(*count_dead_letters(*store, 0), 0U);
    const auto again = store->commit(
        town, [&](Transaction& tx) { return remove_dead_letter(tx, letter.delivery.id); });
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, ErrorCode::NotFound);
}

TEST_P(DeliveryTest, ThrottlingLeavesOutWhatComesTooSoonAlsoAfterARestart) {
    ASSERT_TRUE(subscribe(gauges("urn:sub:1", "http://a/x", R"("throttling":60,)")));
    ASSERT_TRUE(create(*store, town, gauge("urn:e:1", 1)));
    ASSERT_TRUE(level("urn:e:1", 2));
    clock.advance(seconds(59));
    ASSERT_TRUE(all_delivered());
    stop();
    start();
    ASSERT_TRUE(level("urn:e:1", 3));
    clock.advance(seconds(1));
    ASSERT_TRUE(reacted());
    ASSERT_TRUE(level("urn:e:1", 4));
    ASSERT_TRUE(all_delivered());
    EXPECT_EQ(told("urn:e:1"), (std::vector<double>{1, 4}));
}

TEST_P(DeliveryTest, AnExpiredOrPausedOneTellsNothing) {
    ASSERT_TRUE(subscribe(gauges("urn:sub:1", "http://a/x", R"("isActive":false,)")));
    Subscription short_lived = gauges("urn:sub:2");
    short_lived.expires_at = clock.now() + seconds(1);
    ASSERT_TRUE(subscribe(short_lived));
    clock.advance(seconds(1));
    ASSERT_TRUE(create(*store, town, gauge("urn:e:1", 1)));
    ASSERT_TRUE(reacted());
    ASSERT_TRUE(store->commit(town, [&](Transaction& tx) {
        return service->patch(tx, "urn:sub:1", *parse_json(R"({"isActive":true})"),
                              *core_context());
    }));
    ASSERT_TRUE(level("urn:e:1", 2));
    ASSERT_TRUE(all_delivered());
    EXPECT_EQ(told("urn:e:1"), std::vector<double>{2}) << "nothing of the time it slept";
}

TEST_P(DeliveryTest, InAReplayNobodyOutsideIsTold) {
    ASSERT_TRUE(subscribe(gauges()));
    ASSERT_TRUE(store->commit(town, [](Transaction& tx) -> Result<void> {
        put_replay_present(tx, Time{1});
        return {};
    }));
    ASSERT_TRUE(create(*store, town, gauge("urn:e:1", 1)));
    ASSERT_TRUE(reacted());
    EXPECT_EQ(outbox(), 0U);
    ASSERT_TRUE(store->commit(town, [](Transaction& tx) -> Result<void> {
        end_replay(tx);
        return {};
    }));
    ASSERT_TRUE(level("urn:e:1", 2));
    ASSERT_TRUE(all_delivered());
    EXPECT_EQ(told("urn:e:1"), std::vector<double>{2});
}

TEST_P(DeliveryTest, ADeletedSubscriptionTellsNothingMore) {
    ASSERT_TRUE(subscribe(gauges()));
    port.answer_all(500);
    ASSERT_TRUE(create(*store, town, gauge("urn:e:1", 1)));
    for (int i = 2; i <= 9; ++i) ASSERT_TRUE(level("urn:e:1", i));
    ASSERT_TRUE(comes_true([&] { return state().times_failed == 1; }));
    ASSERT_TRUE(reacted());
    ASSERT_TRUE(
        store->commit(town, [&](Transaction& tx) { return service->remove(tx, "urn:sub:1"); }));
    ASSERT_TRUE(comes_true([&] { return outbox() == 0; }));
    EXPECT_EQ(port.count(), 1U);
    EXPECT_FALSE(*store->record(0, kSubscriptionStateKind, "urn:sub:1"));
}

TEST_P(DeliveryTest, WhatWaitsGoesToTheReceiverThatWasMended) {
    ASSERT_TRUE(subscribe(gauges("urn:sub:1", "http://wrong/x")));
    port.react([](const Outgoing& o) {
        return Receipt{.status = o.uri == "http://right/x" ? 204 : 404, .retry_after = {}};
    });
    ASSERT_TRUE(create(*store, town, gauge("urn:e:1", 1)));
    ASSERT_TRUE(comes_true([&] { return state().times_failed == 1; }));
    ASSERT_TRUE(store->commit(town, [&](Transaction& tx) {
        return service->patch(
            tx, "urn:sub:1",
            *parse_json(R"({"notification":{"endpoint":{"uri":"http://right/x"}}})"),
            *core_context());
    }));
    clock.advance(seconds(2));
    ASSERT_TRUE(all_delivered());
    EXPECT_EQ(port.sent().back().outgoing.uri, "http://right/x");
    EXPECT_TRUE(list_dead_letters(*store, 0, 0, 10)->empty());
}

}  // namespace
}  // namespace musubi::testing
