#include "store/reactor.h"

#include <thread>

#include "base/random.h"
#include "support/store_fixture.h"

namespace musubi::testing {
namespace {

// Adds the number of foreign changes to a counter entity.
class Counting final : public Reactor {
public:
    explicit Counting(std::string name = "counting") : name_{std::move(name)} {}
    [[nodiscard]] std::string_view name() const override { return name_; }
    [[nodiscard]] Duration pulse() const override { return milliseconds(1); }
    Result<Effect> react(const std::string& /*tenant*/,
                         std::span<const ChangePtr> changes) override {
        std::int64_t count = 0;
        for (const ChangePtr& c : changes) {
            if (c->cause == name_) {
                ++own;
            } else {
                ++count;
            }
        }
        if (fail_every != 0 && ++calls % fail_every == 0) {
            return Error{ErrorCode::Unavailable, "not now"};
        }
        if (count == 0) return Effect{};
        return Effect{[count](Transaction& tx) -> Result<void> {
            const auto present = TRY(tx.find("urn:counter"));
            if (!present) {
                Entity e = gauge("urn:counter", 0);
                e.attributes.own(0).value = count;
                TRY(tx.create(std::move(e)));
                return {};
            }
            const std::int64_t before = present->find("urn:test:level")->value.integer();
            TRY(tx.edit("urn:counter"))->set(property("urn:test:level", before + count));
            return {};
        }};
    }
    std::atomic<std::int64_t> own{0};
    int fail_every = 0;
    int calls = 0;

private:
    std::string name_;
};

class ReactorsOfStore : public StoreTest {
protected:
    [[nodiscard]] std::int64_t counted() const {
        const auto found = store->find(town, "urn:counter");
        return found && *found ? (*found)->find("urn:test:level")->value.integer() : 0;
    }
    void write(int count) {
        for (int i = 0; i < count; ++i) {
            ASSERT_TRUE(set(*store, town, "urn:a", property("urn:test:level", ++value)));
        }
    }
    void wait_until_counted(std::int64_t expected) const {
        for (int i = 0; i < 6'000 && counted() < expected; ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        ASSERT_EQ(counted(), expected);
    }
    int value = 0;
};
INSTANTIATE_TEST_SUITE_P(Stores, ReactorsOfStore, ::testing::Values(Kind::Memory, Kind::Rocksdb),
                         name_of);

// Of stores that keep what they hold.
class ReactorsOfKeptStore : public ReactorsOfStore {};
INSTANTIATE_TEST_SUITE_P(Stores, ReactorsOfKeptStore, ::testing::Values(Kind::Rocksdb), name_of);

TEST_P(ReactorsOfKeptStore, EachChangeCountsOnceWhateverHappens) {
    options.durability = Durability::Relaxed;
    reopen();
    SeededRandom random{5};
    {
        Counting c;
        const ReactorRunner runner{*store, clock, log, metrics, c};
    }
    ASSERT_TRUE(create(*store, town, gauge("urn:a", 0)));
    std::int64_t expected = 1;
    for (int round = 0; round < 10; ++round) {
        Counting reactor;
        reactor.fail_every = round % 3 == 0 ? 7 : 0;
        {
            const ReactorRunner runner{*store, clock, log, metrics, reactor};
            const int count = 1 + static_cast<int>(random.next() % 60);
            ASSERT_NO_FATAL_FAILURE(write(count));
            expected += count;
        }
        const int unseen = static_cast<int>(random.next() % 20);
        ASSERT_NO_FATAL_FAILURE(write(unseen));
        expected += unseen;
        if (random.next() % 2 == 0) reopen();
    }
    Counting last;
    const ReactorRunner runner{*store, clock, log, metrics, last};
    ASSERT_NO_FATAL_FAILURE(wait_until_counted(expected));
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    EXPECT_EQ(counted(), expected);
}

TEST_P(ReactorsOfStore, ItsOwnCommitsDoNotLoop) {
    Counting reactor;
    const ReactorRunner runner{*store, clock, log, metrics, reactor};
    ASSERT_TRUE(create(*store, town, gauge("urn:a", 0)));
    ASSERT_NO_FATAL_FAILURE(wait_until_counted(1));
    for (int i = 0; i < 6'000 && runner.position() < 2; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(100));  // in which nothing more happens
    EXPECT_EQ(store->sequence(), 2U);
    EXPECT_EQ(reactor.own, 1);
    EXPECT_EQ(runner.position(), 2U);
}

TEST_P(ReactorsOfStore, WhatItCouldNotReadInTimeIsCounted) {
    options.keep_change_bytes = 64U << 10U;
    options.max_change_bytes = 1U << 20U;
    options.durability = Durability::Relaxed;
    reopen();
    ASSERT_TRUE(create(*store, town, gauge("urn:a", 0)));
    {
        Counting c;
        const ReactorRunner runner{*store, clock, log, metrics, c};
    }
    const std::string large(200'000, 'x');
    constexpr int kChanges = 60;
    for (int i = 0; i < kChanges; ++i) {
        ASSERT_TRUE(
            set(*store, town, "urn:a", property("urn:test:level", large + std::to_string(i))));
    }
    ASSERT_GT(store->first_sequence(), 2U) << "nothing was trimmed: the test shows nothing";
    const std::uint64_t first = store->first_sequence();
    Counting late;
    const ReactorRunner runner{*store, clock, log, metrics, late};
    ASSERT_NO_FATAL_FAILURE(
        wait_until_counted(static_cast<std::int64_t>(store->sequence() - first + 1)));
    EXPECT_NE(metrics.render().find("musubi_reactor_counting_lost_changes_total " +
                                    std::to_string(first - 2)),
              std::string::npos);
}

// What one reactor writes at start must not trim away what another has yet to read.
TEST_P(ReactorsOfKeptStore, AStoredPositionHoldsTheLogFromTheStart) {
    options.keep_change_bytes = 64U << 10U;
    options.durability = Durability::Relaxed;
    reopen();
    {
        Counting c{"slow"};
        const ReactorRunner runner{*store, clock, log, metrics, c};
    }
    const std::string large(200'000, 'x');
    ASSERT_TRUE(create(*store, town, gauge("urn:a", 0)));
    for (int i = 0; i < 60; ++i) {
        ASSERT_TRUE(
            set(*store, town, "urn:a", property("urn:test:level", large + std::to_string(i))));
    }
    reopen();
    for (int i = 0; i < 60; ++i) {
        ASSERT_TRUE(set(*store, town, "urn:a",
                        property("urn:test:level", large + std::to_string(i) + "y")));
    }
    Counting slow{"slow"};
    const ReactorRunner runner{*store, clock, log, metrics, slow};
    ASSERT_NO_FATAL_FAILURE(wait_until_counted(121));
}

}  // namespace
}  // namespace musubi::testing
