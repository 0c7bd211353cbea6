#include <array>
#include <atomic>
#include <map>
#include <thread>

#include "base/random.h"
#include "store/verify.h"
#include "support/store_fixture.h"

namespace musubi::testing {
namespace {

// Several threads do random things to a store; what must always hold is asked after each. Each
// writer owns some entities and so knows what they are; sums go over all (after TigerBeetle's
// VOPR).
class Simulator : public StoreTest {
protected:
    static constexpr int kWriters = 3;
    static constexpr int kEntities = 12;  // a writer

    struct Expected {
        bool there = false;
        std::int64_t level = 0;
        std::size_t states = 0;  // deletions included
    };
    using Model = std::map<std::string, Expected>;

    static std::string id_of(int writer, std::uint64_t n) {
        return "urn:w" + std::to_string(writer) + ":" + std::to_string(n);
    }

    void write(int writer, std::uint64_t seed, Model& model, const std::atomic<bool>& stop) {
        SeededRandom random{seed};
        while (!stop && !HasFatalFailure()) {
            const std::string id = id_of(writer, random.next() % kEntities);
            Expected next = model[id];
            const std::uint64_t what = random.next() % 12;
            const auto level = static_cast<std::int64_t>(random.next() % 1'000);
            const auto done = store->commit(town, [&](Transaction& tx) -> Result<void> {
                if (what == 0) return Error{ErrorCode::Conflict, "changed my mind"};
                if (!next.there) {
                    TRY(tx.create(gauge(id, 0)))->set(property("urn:test:level", level));
                    return {};
                }
                if (what == 1) return tx.erase(id);
                EntityEdit* edit = TRY(tx.edit(id));
                edit->set(property("urn:test:level", level));
                if (what == 2) edit->set_types({"urn:test:Gauge", "urn:test:Other"});
                return {};
            });
            ASSERT_EQ(bool{done}, what != 0) << (done ? "" : to_text(done.error()));
            if (!done) continue;
            next.states += next.there ? 1 : 2;
            next.there = !next.there || what != 1;
            next.level = level;
            model[id] = next;
            ASSERT_NO_FATAL_FAILURE(check(id, next));
        }
    }
    void check(const std::string& id, const Expected& expected) {
        const EntityPtr found = *store->find(town, id);
        ASSERT_EQ(found != nullptr, expected.there) << id;
        const auto series = store->history(town, id, {"urn:test:level"});
        ASSERT_TRUE(series);
        const auto& points = series->front().points;
        ASSERT_EQ(points.size(), expected.states) << id;
        ASSERT_EQ(points.back().deleted, !expected.there);
        if (!expected.there) return;
        ASSERT_EQ(found->find("urn:test:level")->value, Json{expected.level});
        EntityQuery query;
        query.q = *parse_q("<urn:test:level>==" + std::to_string(expected.level), *core_context());
        query.limit = 1'000;
        const auto result = store->query(town, query);
        ASSERT_TRUE(std::any_of(result->entities.begin(), result->entities.end(),
                                [&](const EntityPtr& e) { return e->id == id; }));
    }
    // The changes follow each other without a gap, and lead to the state that is there.
    void follow(const std::atomic<bool>& stop) {
        std::uint64_t position = store->sequence();
        while (!stop && !HasFatalFailure()) {
            const auto changes = store->changes(position, 64, milliseconds(20));
            ASSERT_TRUE(changes);
            for (const ChangePtr& c : *changes) {
                ASSERT_EQ(c->sequence, ++position);
                ASSERT_FALSE(c->entities.empty());
            }
        }
    }
};
INSTANTIATE_TEST_SUITE_P(Stores, Simulator, ::testing::Values(Kind::Memory, Kind::Rocksdb),
                         name_of);

TEST_P(Simulator, WhatMustHoldHoldsAfterEachOperation) {
    options.durability = Durability::Relaxed;
    options.cache_bytes = 64U << 10U;
    options.open_history_bytes = 32U << 10U;
    const std::uint64_t seed = 20'261'122;
    std::array<Model, kWriters> models;
    for (int round = 0; round < 3; ++round) {
        if (round == 0 || GetParam() == Kind::Rocksdb) reopen();
        std::atomic<bool> stop{false};
        {
            std::vector<std::jthread> threads;
            for (int w = 0; w < kWriters; ++w) {
                threads.emplace_back([&, w] {
                    write(w, seed + static_cast<std::uint64_t>(round * kWriters + w),
                          models.at(static_cast<std::size_t>(w)), stop);
                });
            }
            threads.emplace_back([&] { follow(stop); });
            std::this_thread::sleep_for(std::chrono::milliseconds(800));
            stop = true;
        }
        std::size_t there = 0;
        for (const Model& model : models) {
            for (const auto& [id, expected] : model) {
                ASSERT_NO_FATAL_FAILURE(check(id, expected));
                there += expected.there ? 1 : 0;
            }
        }
        EntityQuery all;
        all.count = true;
        ASSERT_EQ(*store->query(town, all)->count, there);
        ASSERT_EQ(store->figures().entities, there);
        const auto report = verify_store(store->key_value());
        ASSERT_TRUE(report->clean()) << report->faults.front();
    }
}

}  // namespace
}  // namespace musubi::testing
