#include "broker/deliveries/dispatcher.h"

#include <gtest/gtest.h>

namespace musubi {
namespace {

using Verdict = Dispatcher::Verdict;
using Fate = Dispatcher::Settled::Fate;

constexpr Time kWall{1'763'800'000'000'000};

class DispatcherTest : public ::testing::Test {
protected:
    static std::string value(const std::string& entity, std::size_t body = 2) {
        Delivery delivery;
        delivery.entity = entity;
        delivery.subscription = "urn:s:" + entity;
        delivery.due_at = kWall;
        delivery.body = std::string(body, 'x');
        return encode(delivery);
    }
    static std::string name(std::uint64_t channel, std::uint64_t sequence) {
        return delivery_name(channel, {sequence, 1});
    }
    void add(std::uint64_t channel, std::uint64_t sequence, const std::string& entity) {
        ASSERT_TRUE(dispatcher.add(0, name(channel, sequence), value(entity)));
    }
    /// The sequence number of what goes next; 0: nothing does.
    std::uint64_t next() {
        const auto parcel = dispatcher.next(now);
        return parcel ? id_in(parcel->name).sequence : 0;
    }
    std::vector<std::uint64_t> all() {
        std::vector<std::uint64_t> out;
        while (const std::uint64_t sequence = next()) out.push_back(sequence);
        return out;
    }
    Fate settle(std::uint64_t channel, std::uint64_t sequence, Verdict verdict,
                Duration wait = {}) {
        return dispatcher.settle(0, name(channel, sequence), {verdict, wait}, now, kWall + now)
            .fate;
    }
    void done(std::uint64_t channel, std::uint64_t sequence) {
        EXPECT_EQ(settle(channel, sequence, Verdict::Delivered), Fate::Done);
        dispatcher.erased(0, name(channel, sequence));
    }
    using Numbers = std::vector<std::uint64_t>;

    SeededRandom random{1};
    DeliveryLimits limits;
    Dispatcher dispatcher{limits, random};
    Duration now;
};

TEST_F(DispatcherTest, AnEntityGoesInOrderOneAtATime) {
    for (std::uint64_t i = 1; i <= 3; ++i) add(1, i, "a");
    EXPECT_EQ(all(), Numbers{1});
    done(1, 1);
    EXPECT_EQ(all(), Numbers{2});
    done(1, 2);
    EXPECT_EQ(all(), Numbers{3});
}

TEST_F(DispatcherTest, AReceiverGetsSeveralEntitiesAtOnceUpToItsLanes) {
    for (std::uint64_t i = 1; i <= 6; ++i) add(1, i, "e" + std::to_string(i));
    EXPECT_EQ(all(), (Numbers{1, 2, 3, 4}));
    done(1, 2);
    EXPECT_EQ(all(), Numbers{5});
}

TEST_F(DispatcherTest, AFailingReceiverWaitsLongerEachTimeAndHoldsNobodyElse) {
    add(1, 1, "a");
    add(2, 2, "b");
    EXPECT_EQ(all(), (Numbers{1, 2}));
    Duration expected = seconds(1);
    for (int failure = 1; failure <= 11; ++failure) {
        EXPECT_EQ(settle(1, 1, Verdict::Unreachable), Fate::Again);
        EXPECT_EQ(next(), 0U);
        ASSERT_TRUE(dispatcher.next_at());
        const Duration pause = *dispatcher.next_at() - now;
        EXPECT_GE(pause.us, expected.us * 3 / 4) << failure;
        EXPECT_LE(pause.us, expected.us * 5 / 4 + 1) << failure;
        now = now + pause - microseconds(1);
        EXPECT_EQ(next(), 0U);
        now = now + minutes(5);  // beyond both pauses: the receiver's and its own
        EXPECT_EQ(next(), 1U);
        expected = std::min(expected * 2, minutes(5));
    }
    EXPECT_EQ(settle(1, 1, Verdict::Unreachable), Fate::Dead) << "twelve times";
    done(2, 2);
}

TEST_F(DispatcherTest, SeveralFailuresAtOnceAreOneAndThenOneIsTried) {
    for (std::uint64_t i = 1; i <= 8; ++i) add(1, i, "e" + std::to_string(i));
    EXPECT_EQ(all().size(), 4U);
    for (std::uint64_t i = 1; i <= 4; ++i) {
        EXPECT_EQ(settle(1, i, Verdict::Unreachable), Fate::Again);
    }
    EXPECT_EQ(next(), 0U);
    EXPECT_LE(dispatcher.next_at()->us, milliseconds(1250).us);
    now = seconds(2);
    const Numbers probe = all();
    ASSERT_EQ(probe.size(), 1U) << "one at a time until it works";
    done(1, probe.at(0));
    EXPECT_EQ(all().size(), 4U);
}

TEST_F(DispatcherTest, WhatTheReceiverRefusesHoldsItsOwnEntityAlone) {
    add(1, 1, "a");
    add(1, 2, "a");
    add(1, 3, "b");
    EXPECT_EQ(all(), (Numbers{1, 3}));
    EXPECT_EQ(settle(1, 1, Verdict::Refused), Fate::Again);
    done(1, 3);
    add(1, 4, "b");
    EXPECT_EQ(all(), Numbers{4});
    now = now + seconds(10);
    EXPECT_EQ(all(), Numbers{1});
    EXPECT_EQ(settle(1, 1, Verdict::Refused), Fate::Again);
    now = now + seconds(10);
    EXPECT_EQ(all(), Numbers{1});
    EXPECT_EQ(settle(1, 1, Verdict::Refused), Fate::Dead) << "three times";
    EXPECT_EQ(all(), Numbers{2}) << "what waited behind it";
}

TEST_F(DispatcherTest, WaitsAsLongAsItIsAskedTo) {
    add(1, 1, "a");
    EXPECT_EQ(next(), 1U);
    EXPECT_EQ(settle(1, 1, Verdict::Unreachable, seconds(90)), Fate::Again);
    now = seconds(89);
    EXPECT_EQ(next(), 0U);
    now = seconds(90);
    EXPECT_EQ(next(), 1U);
}

TEST_F(DispatcherTest, AFailureAfterADayIsTheLast) {
    add(1, 1, "a");
    EXPECT_EQ(next(), 1U);
    now = hours(24);
    EXPECT_EQ(settle(1, 1, Verdict::Unreachable), Fate::Dead);
}

TEST_F(DispatcherTest, KeepsAWindowInMemoryAndReadsOn) {
    const std::size_t count = limits.window * 3;
    for (std::uint64_t i = 1; i <= count; ++i) add(1, i, "a");
    EXPECT_LT(dispatcher.bytes(), (limits.window + 1) * 1024);
    EXPECT_TRUE(dispatcher.refills().empty());
    std::vector<std::uint64_t> seen;
    for (std::uint64_t expected = 1; expected <= count; ++expected) {
        ASSERT_EQ(next(), expected);
        done(1, expected);
        for (const auto& refill : dispatcher.refills()) {
            std::vector<std::pair<std::string, std::string>> records;
            std::uint64_t i = id_in(refill.after).sequence;
            i += id_in(refill.after).number > 0 ? 1 : 0;
            for (; i <= count && records.size() < 100; ++i) {
                if (i > expected) records.emplace_back(name(1, i), value("a"));
            }
            const bool more = i <= count;
            ASSERT_TRUE(dispatcher.refilled(refill, records, more));
        }
    }
    EXPECT_EQ(next(), 0U);
    EXPECT_EQ(dispatcher.bytes(), 0U);
}

TEST_F(DispatcherTest, EachReceiverKeepsSomeWhenMemoryIsShort) {
    limits.window_bytes = 1000;
    Dispatcher tight{limits, random};
    for (std::uint64_t channel = 1; channel <= 3; ++channel) {
        for (std::uint64_t i = 1; i <= 9; ++i) {
            ASSERT_TRUE(tight.add(0, name(channel, i), value("a", 400)));
        }
    }
    EXPECT_LE(tight.bytes(), 12U * 1200U);
    std::size_t sent = 0;
    while (tight.next(now)) ++sent;
    EXPECT_EQ(sent, 3U) << "one entity in each of three";
}

TEST_F(DispatcherTest, OneThatIsSentAgainByHandIsNotForgotten) {
    for (std::uint64_t i = 10; i <= 12; ++i) add(1, i, "a");
    EXPECT_EQ(next(), 10U);
    add(1, 2, "a");  // an old one comes back
    done(1, 10);
    EXPECT_EQ(next(), 2U);
    done(1, 2);
    EXPECT_EQ(next(), 11U);
}

TEST_F(DispatcherTest, WhatIsKnownAlreadyIsNotAddedTwice) {
    add(1, 1, "a");
    add(1, 1, "a");
    EXPECT_EQ(next(), 1U);
    EXPECT_EQ(settle(1, 1, Verdict::Delivered), Fate::Done);
    add(1, 1, "a");  // done, but still in the outbox
    EXPECT_EQ(next(), 0U);
    dispatcher.erased(0, name(1, 1));
    EXPECT_FALSE(dispatcher.oldest());
}

TEST_F(DispatcherTest, TenantsAndSubscriptionsGoWithWhatTheyHad) {
    add(1, 1, "a");
    add(1, 2, "b");
    add(1, 3, "b");
    EXPECT_EQ(dispatcher.discard(0, "urn:s:b"), (std::vector<std::string>{name(1, 2), name(1, 3)}));
    EXPECT_EQ(all(), Numbers{1});
    dispatcher.erase_tenant(0);
    EXPECT_EQ(dispatcher.in_flight(), 0U);
    EXPECT_EQ(dispatcher.bytes(), 0U);
    EXPECT_FALSE(dispatcher.settle(0, name(1, 1), {Verdict::Delivered, {}}, now, kWall).delivery);
}

TEST_F(DispatcherTest, AMendedReceiverIsTriedAtOnce) {
    add(1, 1, "a");
    EXPECT_EQ(next(), 1U);
    EXPECT_EQ(settle(1, 1, Verdict::Unreachable, hours(1)), Fate::Again);
    EXPECT_EQ(next(), 0U);
    dispatcher.wake(0, 1, now);
    EXPECT_EQ(next(), 1U);
}

}  // namespace
}  // namespace musubi
