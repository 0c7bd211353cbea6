#include <map>
#include <set>

#include "unit/broker/delivery_fixture.h"

namespace musubi::testing {
namespace {

class DeliveryCrash : public DeliveryTest {};
INSTANTIATE_TEST_SUITE_P(Stores, DeliveryCrash, ::testing::Values(Kind::Memory, Kind::Rocksdb),
                         name_of);

TEST_P(DeliveryCrash, WhatWasNotTakenOutIsSentAgainWithTheSameId) {
    ASSERT_TRUE(subscribe(gauges()));
    port.react([](const Outgoing&) { return std::nullopt; });
    ASSERT_TRUE(create(*store, town, gauge("urn:e:1", 1)));
    ASSERT_TRUE(comes_true([&] { return port.count() == 1; }));
    crash();
    port.answer_all(204);
    start();
    ASSERT_TRUE(all_delivered());
    ASSERT_EQ(port.count(), 2U);
    EXPECT_EQ(port.sent().at(0).header("Musubi-Delivery-Id"),
              port.sent().at(1).header("Musubi-Delivery-Id"));
    EXPECT_EQ(port.sent().at(0).outgoing.body, port.sent().at(1).outgoing.body);
}

// The power goes at a moment that the rounds shift through all that happens: whatever was
// acknowledged is told, in order; what is told twice has the same id.
TEST_P(DeliveryCrash, NothingDueIsLostWheneverThePowerGoes) {
    constexpr int kRounds = 12;
    constexpr int kEntities = 3;
    ASSERT_TRUE(subscribe(gauges()));
    port.react([this](const Outgoing&) -> std::optional<Result<Receipt>> {
        const std::uint64_t chance = chances.next() % 8;
        if (chance == 0) return Receipt{.status = 503, .retry_after = {}};
        if (chance == 1) return Error{ErrorCode::Timeout, "too slow"};
        return Receipt{.status = 204, .retry_after = {}};
    });
    std::map<std::string, int> acknowledged;
    for (int round = 0; round < kRounds; ++round) {
        for (int i = 0; i < 20; ++i) {
            const std::string id = "urn:e:" + std::to_string(i % kEntities);
            int& last = acknowledged[id];
            ASSERT_TRUE(last == 0 ? create(*store, town, gauge(id, 1)) : level(id, last + 1));
            ++last;
        }
        std::this_thread::sleep_for(std::chrono::microseconds(round * 400));
        clock.advance(seconds(2));
        crash();
        start();
    }
    port.answer_all(204);
    ASSERT_TRUE(comes_true([&] {
        clock.advance(minutes(1));
        return runner->position() == store->sequence() && outbox() == 0;
    }));
    EXPECT_TRUE(list_dead_letters(*store, 0, 0, 10)->empty());
    std::map<std::string, std::set<std::string>> ids_of;  // by entity and level
    for (const auto& sent : port.sent()) {
        const std::string key = sent.entity().find("id")->string() + " " +
                                to_text(*sent.entity().find("urn:test:level"));
        ids_of[key].insert(sent.header("Musubi-Delivery-Id"));
    }
    for (const auto& [id, last] : acknowledged) {
        // The first time each level was told gives the order.
        std::vector<double> first;
        for (const double value : told(id)) {
            if (std::find(first.begin(), first.end(), value) == first.end()) first.push_back(value);
        }
        ASSERT_EQ(first.size(), static_cast<std::size_t>(last)) << id;
        EXPECT_TRUE(std::is_sorted(first.begin(), first.end())) << id;
    }
    for (const auto& [key, ids] : ids_of) EXPECT_EQ(ids.size(), 1U) << key;
}

}  // namespace
}  // namespace musubi::testing
