#include <atomic>
#include <functional>
#include <future>
#include <latch>
#include <thread>

#include "store/keys.h"
#include "store/tenants.h"
#include "store/verify.h"
#include "support/store_fixture.h"

namespace musubi::testing {
namespace {

class Committer : public StoreTest {
protected:
    // Holds the committer's thread until let go: what is submitted meanwhile becomes one group.
    void hold() {
        const auto entered = std::make_shared<std::promise<void>>();
        released = std::promise<void>{};
        store->submit(
            {.caller = town,
             .run = [entered, wait = released.get_future().share()](Transaction&) -> Result<void> {
                 entered->set_value();
                 wait.wait();
                 return {};
             },
             .done = [](Result<Committed>) {}});
        entered->get_future().wait();
    }
    void release() { released.set_value(); }
    std::promise<void> released;
};
INSTANTIATE_TEST_SUITE_P(Stores, Committer, ::testing::Values(Kind::Memory, Kind::Rocksdb),
                         name_of);

// Of stores that keep what they hold.
class KeptCommitter : public Committer {};
INSTANTIATE_TEST_SUITE_P(Stores, KeptCommitter, ::testing::Values(Kind::Rocksdb), name_of);

TEST_P(Committer, AFullQueueAnswersBusyAtOnce) {
    options.queue_commands = 3;
    reopen();
    hold();
    std::atomic<int> done{0};
    std::atomic<int> busy{0};
    for (int i = 0; i < 5; ++i) {
        store->submit({.caller = town,
                       .run = [](Transaction&) -> Result<void> { return {}; },
                       .done = [&](Result<Committed> r) { ++(r ? done : busy); }});
    }
    EXPECT_EQ(busy, 2);
    release();
    ASSERT_TRUE(create(*store, town, gauge("urn:a", 1)));
    EXPECT_EQ(done, 3);
}

TEST_P(Committer, AQueueFullOfBytesAnswersBusy) {
    options.queue_bytes = 10'000;
    reopen();
    hold();
    std::atomic<int> busy{0};
    for (int i = 0; i < 3; ++i) {
        store->submit({.caller = town,
                       .run = [](Transaction&) -> Result<void> { return {}; },
                       .done = [&](Result<Committed> r) { busy += r ? 0 : 1; },
                       .bytes = 4'000});
    }
    EXPECT_EQ(busy, 1);
    release();
    ASSERT_TRUE(create(*store, town, gauge("urn:a", 1)));  // until all of them are answered
}

TEST_P(Committer, AnswersInTheOrderOfCommitsOnceAllIsVisible) {
    hold();
    std::vector<std::uint64_t> order;
    for (int i = 0; i < 50; ++i) {
        const std::string id = "urn:" + std::to_string(i);
        store->submit({.caller = town,
                       .run = [id, i](Transaction& tx) -> Result<void> {
                           TRY(tx.create(gauge(id, i)));
                           if (i % 5 == 4) return Error{ErrorCode::Conflict, "no"};
                           return {};
                       },
                       .done =
                           [&, id, i](Result<Committed> r) {
                               ASSERT_EQ(bool{r}, i % 5 != 4);
                               if (!r) return;
                               order.push_back(r->sequence);
                               EXPECT_NE(*store->find(town, id), nullptr);
                               EXPECT_GE(store->sequence(), r->sequence);
                           }});
    }
    release();
    ASSERT_TRUE(create(*store, town, gauge("urn:last", 1)));
    ASSERT_EQ(order.size(), 40U);
    for (std::size_t i = 0; i < order.size(); ++i) EXPECT_EQ(order[i], i + 1);
}

TEST_P(Committer, ConcurrentUpdatesAreNotLost) {
    options.durability = Durability::Relaxed;
    reopen();
    Entity counter = gauge("urn:counter", 0);
    counter.attributes.own(0).value = std::int64_t{0};
    ASSERT_TRUE(create(*store, town, counter));
    constexpr int kThreads = 8;
    constexpr int kEach = 300;
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < kThreads; ++t) {
            threads.emplace_back([&] {
                for (int i = 0; i < kEach; ++i) {
                    EXPECT_TRUE(store->commit(town, [](Transaction& tx) -> Result<void> {
                        EntityEdit* edit = TRY(tx.edit("urn:counter"));
                        const auto n = edit->state().find("urn:test:level")->value.integer();
                        edit->set(property("urn:test:level", n + 1));
                        return {};
                    }));
                }
            });
        }
    }
    EXPECT_EQ((*store->find(town, "urn:counter"))->find("urn:test:level")->value,
              Json{kThreads * kEach});
    const auto series = store->history(town, "urn:counter", {"urn:test:level"});
    ASSERT_EQ(series->front().points.size(), 1U + kThreads * kEach);
    std::int64_t expected = 0;
    for (const Point& p : series->front().points) EXPECT_EQ(p.value, Json{expected++});
}

// Whoever reads while others write sees each state that was there before: none is missing for a
// moment between the state and its history.
TEST_P(Committer, HistoryHasNoHoleWhileItIsWritten) {
    options.durability = Durability::Relaxed;
    options.cache_bytes = 1;  // so that readers go to the disk
    reopen();
    Entity counter = gauge("urn:counter", 0);
    ASSERT_TRUE(create(*store, town, counter));
    ASSERT_TRUE(create(*store, town, gauge("urn:other", 0)));
    std::atomic<bool> stop{false};
    std::atomic<int> reads{0};
    std::vector<std::jthread> readers;  // end before what they use
    for (int r = 0; r < 2; ++r) {
        readers.emplace_back([&] {
            while (!stop) {
                const auto series = store->history(town, "urn:counter", {"urn:test:level"});
                ASSERT_TRUE(series);
                const auto& points = series->front().points;
                for (std::size_t i = 0; i < points.size(); ++i) {
                    ASSERT_EQ(points[i].value, Json{static_cast<double>(i)}) << "a hole";
                }
                ++reads;
            }
        });
    }
    for (int i = 1; i < 2'000; ++i) {
        ASSERT_TRUE(set(*store, town, "urn:counter", property("urn:test:level", i)));
    }
    // On a machine that is busy the readers come last.
    for (int i = 0; i < 6'000 && reads <= 10 && !HasFailure(); ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    stop = true;
    EXPECT_GT(reads, 10);
}

// Calls back between a write and the moment the store hears of it.
class Peeking final : public KeyValueStore {
public:
    explicit Peeking(std::function<void()>& written)
        : inner_{make_memory_store()}, written_{written} {}
    [[nodiscard]] Result<std::optional<std::string>> get(Space space,
                                                         std::string_view key) const override {
        return inner_->get(space, key);
    }
    [[nodiscard]] std::unique_ptr<Cursor> scan(Space space, std::string_view from,
                                               std::string_view to) const override {
        return inner_->scan(space, from, to);
    }
    [[nodiscard]] Result<std::optional<std::pair<std::string, std::string>>> last(
        Space space, std::string_view from, std::string_view to) const override {
        return inner_->last(space, from, to);
    }
    [[nodiscard]] Result<void> write(const Batch& batch, Durability durability) override {
        TRY(inner_->write(batch, durability));
        if (written_) written_();
        return {};
    }
    [[nodiscard]] std::uint64_t syncs() const override { return inner_->syncs(); }
    [[nodiscard]] SpaceSize size(Space space) const override { return inner_->size(space); }
    [[nodiscard]] Result<void> compact(Space space) override { return inner_->compact(space); }
    [[nodiscard]] Result<void> backup(const std::string& to) override { return inner_->backup(to); }
    [[nodiscard]] Result<void> verify_checksums() const override { return {}; }

private:
    std::unique_ptr<KeyValueStore> inner_;
    std::function<void()>& written_;
};

// A reader that finds the new state on the disk before the history of the old one is in its tail
// must not miss the old one.
TEST(CommitterBetween, HistoryHasNoHoleBetweenAWriteAndItsProjection) {
    std::function<void()> written;
    Log log{LogLevel::Off};
    Metrics metrics;
    const SystemClock clock;
    const Caller town = service_caller("", "test");
    const auto store =
        Store::open(std::make_unique<Peeking>(written), {.cache_bytes = 1}, clock, log, metrics);
    ASSERT_TRUE(store);
    for (int i = 0; i < 200; ++i) {
        ASSERT_TRUE(create(**store, town, gauge("urn:" + std::to_string(i), i)));
    }
    ASSERT_TRUE(create(**store, town, gauge("urn:a", 0)));
    std::size_t seen = 0;
    written = [&] {
        for (int i = 0; i < 200; ++i) {  // drives it out of the cache
            static_cast<void>((*store)->find(town, "urn:" + std::to_string(i)));
        }
        const auto series = (*store)->history(town, "urn:a", {"urn:test:level"});
        ASSERT_TRUE(series);
        seen = series->front().points.size();
    };
    for (int i = 1; i < 5; ++i) {
        ASSERT_TRUE(set(**store, town, "urn:a", property("urn:test:level", i)));
        EXPECT_EQ(seen, 1U + static_cast<std::size_t>(i));
    }
    ASSERT_TRUE((*store)->commit(town, [](Transaction& tx) -> Result<void> {
        EntityEdit* edit = TRY(tx.edit("urn:a"));
        edit->set(property("urn:test:level", 10));
        edit->set(property("urn:test:level", 11));
        return {};
    }));
    EXPECT_EQ(seen, 7U);
    written = nullptr;
}

TEST_P(Committer, NothingIsWrittenForATenantThatIsBeingDeleted) {
    const Caller other = service_caller("aoi", "test");
    ASSERT_TRUE(store->create_tenant(town, "aoi"));
    const TenantId id = *store->tenant("aoi");
    hold();
    std::atomic<bool> refused{false};
    store->submit({.caller = town,
                   .run = [](Transaction& tx) { return Tenants::erase(tx, "aoi"); },
                   .done = [](Result<Committed> r) { EXPECT_TRUE(r); }});
    store->submit(
        {.caller = other,
         .run = [](Transaction& tx) -> Result<void> {
             TRY(tx.create(gauge("urn:late", 1)));
             tx.put_record("test", "x", "y");
             return {};
         },
         .done =
             [&](Result<Committed> r) { refused = !r && r.error().code == ErrorCode::NoTenant; }});
    release();
    ASSERT_TRUE(create(*store, town, gauge("urn:a", 1)));
    EXPECT_TRUE(refused);
    for (const Space space : {Space::Entities, Space::History, Space::Records}) {
        EXPECT_FALSE(
            store->key_value().scan(space, keys::tenant(id), keys::after_tenant(id))->valid());
    }
}

TEST_P(KeptCommitter, ADeletedTenantsHistoryDoesNotComeBackFromTheLog) {
    const Caller other = service_caller("aoi", "test");
    ASSERT_TRUE(store->create_tenant(town, "aoi"));
    ASSERT_TRUE(create(*store, other, gauge("urn:a", 1)));
    ASSERT_TRUE(set(*store, other, "urn:a", property("urn:test:level", 2)));
    ASSERT_TRUE(store->delete_tenant(town, "aoi"));
    EXPECT_EQ(store->figures().open_points, 0U);
    reopen();
    EXPECT_EQ(store->figures().open_points, 0U);
    EXPECT_TRUE(verify_store(store->key_value())->clean());
}

TEST_P(Committer, AProjectionSeesEachCommitBeforeItsReply) {
    class Seen final : public Projection {
    public:
        void apply(const Change* change, const std::vector<RecordChange>& records) override {
            if (change != nullptr) last = change->sequence;
            record_count += static_cast<int>(records.size());
        }
        void erase_tenant(TenantId) override { ++erased; }
        std::atomic<std::uint64_t> last{0};
        std::atomic<int> record_count{0};
        std::atomic<int> erased{0};
    };
    Seen seen;
    store->add_projection(seen);
    const auto done = create(*store, town, gauge("urn:a", 1));
    EXPECT_EQ(seen.last, done->sequence);
    ASSERT_TRUE(store->commit(town, [](Transaction& tx) -> Result<void> {
        tx.put_record("test", "x", "y");
        return {};
    }));
    EXPECT_EQ(seen.record_count, 1);
    EXPECT_EQ(seen.last, done->sequence);
    ASSERT_TRUE(store->create_tenant(town, "aoi"));
    ASSERT_TRUE(store->delete_tenant(town, "aoi"));
    EXPECT_EQ(seen.erased, 1);
    store.reset();
}

}  // namespace
}  // namespace musubi::testing
