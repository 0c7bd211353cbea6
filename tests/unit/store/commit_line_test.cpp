#include "store/commit_line.h"

#include <atomic>
#include <chrono>
#include <future>
#include <semaphore>

#include "store/witness.h"
#include "support/store_fixture.h"

namespace musubi::testing {
namespace {

using namespace std::chrono_literals;

// A store in memory whose writes wait until they are told how they end.
class HeldStore final : public KeyValueStore {
public:
    [[nodiscard]] Result<std::optional<std::string>> get(Space space,
                                                         std::string_view key) const override {
        return kept_->get(space, key);
    }
    [[nodiscard]] std::unique_ptr<Cursor> scan(Space space, std::string_view from,
                                               std::string_view to) const override {
        return kept_->scan(space, from, to);
    }
    [[nodiscard]] Result<std::optional<std::pair<std::string, std::string>>> last(
        Space space, std::string_view from, std::string_view to) const override {
        return kept_->last(space, from, to);
    }
    [[nodiscard]] Result<void> write(const Batch& batch, Durability durability) override {
        if (holding) {
            entered_.release();
            ends_.acquire();
        }
        if (failing) return Error{ErrorCode::Io, "the disk is gone"};
        return kept_->write(batch, durability);
    }
    [[nodiscard]] std::uint64_t syncs() const override { return kept_->syncs(); }
    [[nodiscard]] SpaceSize size(Space space) const override { return kept_->size(space); }
    [[nodiscard]] Result<void> compact(Space space) override { return kept_->compact(space); }
    [[nodiscard]] Result<void> backup(const std::string& to) override { return kept_->backup(to); }
    [[nodiscard]] Result<void> verify_checksums() const override { return {}; }

    void wait_for_write() { ASSERT_TRUE(entered_.try_acquire_for(20s)); }
    void end_write() { ends_.release(); }
    std::atomic<bool> holding = false;
    std::atomic<bool> failing = false;

private:
    std::unique_ptr<KeyValueStore> kept_ = make_memory_store();
    std::counting_semaphore<> entered_{0};
    std::counting_semaphore<> ends_{0};
};

class CommitLineTest : public ::testing::Test {
protected:
    using Answer = std::future<Result<Committed>>;

    void SetUp() override {
        auto kv = std::make_unique<HeldStore>();
        disk = kv.get();
        auto opened = Store::open(std::move(kv), {}, clock, log, metrics);
        ASSERT_TRUE(opened);
        store = std::move(opened).value();
    }
    /// Returns once the command has run, where it is to run at once.
    Answer submit(std::function<Result<void>(Transaction&)> run, bool runs_at_once = true) {
        auto ran = std::make_shared<std::promise<void>>();
        auto answer = std::make_shared<std::promise<Result<Committed>>>();
        store->submit({.caller = town,
                       .run =
                           [run = std::move(run), ran, told = false](Transaction& tx) mutable {
                               auto done = run(tx);
                               if (!std::exchange(told, true)) ran->set_value();
                               return done;
                           },
                       .done = [answer](Result<Committed> r) { answer->set_value(std::move(r)); }});
        if (runs_at_once) EXPECT_EQ(ran->get_future().wait_for(20s), std::future_status::ready);
        return answer->get_future();
    }
    static bool is_answered(const Answer& answer) {
        return answer.wait_for(30ms) == std::future_status::ready;
    }
    static auto creating(const Entity& entity) {
        return [entity](Transaction& tx) -> Result<void> {
            TRY(tx.create(entity));
            return {};
        };
    }
    static auto setting(double level) {
        return [level](Transaction& tx) -> Result<void> {
            TRY(tx.edit("urn:a"))->set(property("urn:test:level", level));
            return {};
        };
    }

    HeldStore* disk = nullptr;
    ManualClock clock{Time{1'763'800'000'000'000}};
    Log log{LogLevel::Off};
    Metrics metrics;
    std::unique_ptr<Store> store;
    Caller town = service_caller("", "test");
};

TEST_F(CommitLineTest, RunsTheNextCommandsWhileOneIsWrittenAndAnswersAfterThem) {
    disk->holding = true;
    Answer first = submit(creating(gauge("urn:a", 1)));
    disk->wait_for_write();
    Answer second = submit(setting(2));
    Answer refused = submit(creating(gauge("urn:a", 3)));
    EXPECT_FALSE(is_answered(first) || is_answered(second) || is_answered(refused));
    EXPECT_EQ(*store->find(town, "urn:a"), nullptr);

    disk->end_write();
    disk->wait_for_write();
    EXPECT_EQ(first.get()->sequence, 1U);
    EXPECT_FALSE(is_answered(second) || is_answered(refused));
    EXPECT_EQ((*store->find(town, "urn:a"))->find("urn:test:level")->value, Json{1.0});

    disk->end_write();
    EXPECT_EQ(second.get()->sequence, 2U);
    EXPECT_EQ(refused.get().error().code, ErrorCode::AlreadyExists);
    EXPECT_EQ((*store->find(town, "urn:a"))->find("urn:test:level")->value, Json{2.0});
}

TEST_F(CommitLineTest, WhatWasRunOnAFailedWriteFailsWithIt) {
    disk->holding = true;
    Answer first = submit(creating(gauge("urn:a", 1)));
    disk->wait_for_write();
    Answer second = submit(setting(2));
    Answer third = submit(creating(gauge("urn:b", 1)));
    disk->holding = false;
    disk->failing = true;
    disk->end_write();
    for (Answer* answer : {&first, &second, &third}) {
        EXPECT_EQ(answer->get().error().code, ErrorCode::Io);
    }
    disk->failing = false;
    EXPECT_EQ(*store->find(town, "urn:a"), nullptr);
    EXPECT_EQ(*store->find(town, "urn:b"), nullptr);
    EXPECT_EQ(submit(creating(gauge("urn:a", 4))).get()->sequence, 1U);  // no number is missing
    EXPECT_EQ((*store->find(town, "urn:a"))->find("urn:test:level")->value, Json{4.0});
}

TEST_F(CommitLineTest, ANameThatCameUpDuringAWriteIsWrittenWithItsOwnGroup) {
    disk->holding = true;
    Answer first = submit(creating(gauge("urn:a", 1)));
    disk->wait_for_write();
    Answer second = submit([](Transaction& tx) -> Result<void> {
        TRY(tx.edit("urn:a"))->set(property("urn:test:new", 1.0));
        return {};
    });
    disk->holding = false;
    disk->end_write();
    ASSERT_TRUE(first.get());
    ASSERT_TRUE(second.get());
    Dictionary stored;
    ASSERT_TRUE(stored.load(store->key_value()));
    EXPECT_TRUE(stored.find("urn:test:new"));
}

TEST_F(CommitLineTest, WhatNeedsThePastRunsOnceItIsWritten) {
    disk->holding = true;
    Answer first = submit(creating(gauge("urn:a", 1)));
    disk->wait_for_write();
    Answer second = submit(setting(2));
    std::atomic<std::size_t> states{0};
    Answer past = submit(
        [&](Transaction& tx) -> Result<void> {
            const auto all = TRY(tx.past("urn:a", "urn:test:level", {}));
            states = all.empty() ? 0 : all.front().points.size();
            return {};
        },
        false);
    disk->end_write();
    disk->wait_for_write();
    EXPECT_FALSE(is_answered(past));
    disk->holding = false;
    disk->end_write();
    ASSERT_TRUE(past.get());
    EXPECT_EQ(states, 1U);  // the first state, which the second superseded
}

TEST_F(CommitLineTest, ATenantThatIsBeingDeletedTakesNothingMore) {
    ASSERT_TRUE(store->create_tenant(town, "aoi"));
    disk->holding = true;
    Answer gone = submit([](Transaction& tx) { return Tenants::erase(tx, "aoi"); });
    disk->wait_for_write();
    town = service_caller("aoi", "test");
    Answer late = submit(creating(gauge("urn:late", 1)), false);
    disk->holding = false;
    disk->end_write();
    EXPECT_TRUE(gone.get());
    EXPECT_EQ(late.get().error().code, ErrorCode::NoTenant);
}

TEST_F(CommitLineTest, EndsAfterWhatIsQueued) {
    disk->holding = true;
    Answer first = submit(creating(gauge("urn:a", 1)));
    disk->wait_for_write();
    Answer second = submit(setting(2));
    auto closing = std::async(std::launch::async, [&] { store.reset(); });
    disk->holding = false;
    disk->end_write();
    closing.get();
    EXPECT_TRUE(first.get());
    EXPECT_TRUE(second.get());
}

// What takes a right away is visible before anything that waits behind it is run, though the next
// group is otherwise run while the last one is written.
TEST_F(CommitLineTest, WhatWaitsBehindAWithdrawalIsHeldAgainstIt) {
    class Right final : public Projection {
    public:
        void apply(const Change* /*change*/, const std::vector<RecordChange>& records) override {
            for (const RecordChange& record : records) {
                if (record.kind == "right") held = record.value.has_value();
            }
        }
        void erase_tenant(TenantId /*tenant*/) override {}
        std::atomic<bool> held = true;
    };
    Right right;
    store->add_projection(right);
    store->set_gate({.still = [&right](const Caller&) -> Result<void> {
                         if (right.held) return {};
                         return Error{ErrorCode::Unauthorized, "it was taken away"};
                     },
                     .kinds = {"right"}});
    disk->holding = true;
    const Answer withdrawn = submit([](Transaction& tx) -> Result<void> {
        tx.put_record_of(0, "right", "of the town", std::nullopt);
        return {};
    });
    disk->wait_for_write();
    bool ran = false;
    const Answer late = submit(
        [&ran](Transaction&) -> Result<void> {
            ran = true;
            return {};
        },
        false);
    EXPECT_FALSE(is_answered(late));
    disk->holding = false;
    disk->end_write();
    EXPECT_TRUE(withdrawn.wait_for(20s) == std::future_status::ready);
    ASSERT_EQ(late.wait_for(20s), std::future_status::ready);
    EXPECT_FALSE(ran);
}

// Who has to know of a change knows it before it is on its way to the disk, and can refuse it.
TEST_F(CommitLineTest, AWitnessSeesAChangeBeforeItIsWritten) {
    std::atomic<int> seen = 0;
    std::atomic<bool> failing = false;
    std::string record;
    set_witness(*store,
                [&](const Caller& /*caller*/, const Change& change,
                    std::span<const RecordChange> records) -> Result<void> {
                    if (!records.empty()) record = records.front().name;
                    if (!change.entities.empty() && change.entities.front().id == "urn:a") ++seen;
                    if (failing) return Error{ErrorCode::Io, "it can not be recorded"};
                    return {};
                });
    disk->holding = true;
    Answer first = submit(creating(gauge("urn:a", 1)));
    disk->wait_for_write();
    EXPECT_EQ(seen, 1);
    disk->holding = false;
    disk->end_write();
    ASSERT_TRUE(first.get());

    failing = true;
    const auto refused = submit(setting(2)).get();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Io);
    EXPECT_EQ(seen, 2);
    const auto keeping = [](Transaction& tx) -> Result<void> {
        tx.put_record_of(0, "thing", "one", "1");
        return {};
    };
    EXPECT_FALSE(submit(keeping).get());
    EXPECT_EQ(record, "one");

    failing = false;
    EXPECT_TRUE(submit(keeping).get());
    ASSERT_TRUE(submit(setting(3)).get());
    EXPECT_EQ(seen, 3);
    const auto changes = store->changes(0, 10, Duration{});
    ASSERT_TRUE(changes);
    EXPECT_EQ(changes->size(), 2U) << "what was refused has left something";
}

}  // namespace
}  // namespace musubi::testing
