#include "store/histories.h"

#include <atomic>
#include <map>
#include <thread>

#include "base/random.h"
#include "store/keys.h"
#include "store/verify.h"
#include "support/store_fixture.h"

namespace musubi::testing {
namespace {

// A store whose history is written at random, next to a model of it.
class HistoryAgainstAModel : public StoreTest {
protected:
    struct State {
        InstanceId instance;
        Json value;
        bool deleted = false;
    };
    using Model = std::map<InstanceId, State>;

    void step() {
        const int e = static_cast<int>(random.next() % 5);
        const std::string id = "urn:e" + std::to_string(e);
        const std::string name = "urn:p" + std::to_string(random.next() % 3);
        const std::uint64_t what = random.next() % 20;
        const auto done = store->commit(town, [&](Transaction& tx) -> Result<void> {
            auto found = tx.edit(id);
            if (!found) {
                Entity entity;
                entity.id = id;
                entity.types = {"urn:t"};
                found = TRY(tx.create(std::move(entity)));
            }
            EntityEdit& edit = **found;
            if (what == 0) {
                TRY(random.next() % 3 == 0 ? tx.purge(id) : tx.erase(id));
                return {};
            }
            if (what == 5) {
                edit.purge(name, {});
                return {};
            }
            if (what >= 6 && what <= 9) return rewrite(edit, id, name, what < 8);
            for (std::uint64_t n = 1 + random.next() % 40; n > 0; --n) {
                const Attribute a = property(name, next_value(), Time{} + minutes(++minute));
                if (what < 4) {
                    edit.add_late(a);
                } else if (what == 4) {
                    edit.remove(name, {});
                } else {
                    edit.set(a);
                }
            }
            return {};
        });
        ASSERT_TRUE(done) << to_text(done.error());
        take_changes(done->sequence);
    }
    // Corrects or withdraws one of the states, whichever of them.
    Result<void> rewrite(EntityEdit& edit, const std::string& id, const std::string& name,
                         bool correct) {
        const auto series = store->history(town, id, {name});
        if (!series || series->empty() || series->front().points.empty()) return {};
        const std::vector<Point>& points = series->front().points;
        const Point& target = points[random.next() % points.size()];
        Attribute was = TRY(from_point(name, {}, target));
        const Attribute* present = edit.state().find(name);
        const bool is_present = present != nullptr && present->instance == target.instance;
        if (is_present) was = *present;
        if (correct) {
            Attribute now = was;
            now.value = next_value();
            return edit.correct(was, std::move(now));
        }
        std::optional<Attribute> successor;
        const Point& other = points[random.next() % points.size()];
        if (is_present && !other.deleted && other.instance != target.instance) {
            successor = TRY(from_point(name, {}, other));
        }
        edit.withdraw(was, std::move(successor));
        return {};
    }
    // The model learns from the changes: each tells of the states it made.
    void take_changes(std::uint64_t sequence) {
        if (sequence == 0) return;
        const auto changes = store->changes(sequence - 1, 1, Duration{});
        ASSERT_EQ(changes->size(), 1U);
        for (const EntityChange& e : changes->front()->entities) {
            if (e.purged) {
                for (auto& [name, states] : model) {
                    if (name.starts_with(e.id)) states.clear();
                }
                continue;
            }
            for (const AttributeChange& a : e.attributes) {
                Model& states = model[e.id + a.name.text()];
                if (a.rewrite == Rewrite::Purged) states.clear();
                if (a.rewrite == Rewrite::Withdrawn) states.erase(a.target);
                if (a.rewrite == Rewrite::Corrected) {
                    states[a.target] = {a.target, a.after->value, is_deletion(*a.after)};
                }
                if (a.rewrite != Rewrite::None) continue;
                State state{a.instance, a.after ? a.after->value : Json{}, !a.after};
                model[e.id + a.name.text()].emplace(a.instance, state);
            }
        }
    }
    Json next_value() {
        switch (random.next() % 10) {
            case 0: return "text" + std::to_string(random.next() % 4);
            case 1: return Json{Json::Array{1, 2}};
            default: return static_cast<double>(random.next() % 10'000) / 100;
        }
    }
    void compare() {
        for (const auto& [name, states] : model) {
            const std::string id = name.substr(0, 6);
            if (states.empty()) continue;
            const auto series = store->history(town, id, {name.substr(6)});
            ASSERT_TRUE(series) << to_text(series.error());
            ASSERT_EQ(series->size(), 1U) << name;
            const auto& points = series->front().points;
            ASSERT_EQ(points.size(), states.size()) << name;
            std::size_t i = 0;
            for (const auto& [instance, state] : states) {
                ASSERT_EQ(points[i].instance, instance) << name;
                ASSERT_EQ(points[i].deleted, state.deleted) << name;
                ASSERT_TRUE(state.deleted || points[i].value == state.value) << name;
                ++i;
            }
        }
        const auto report = verify_store(store->key_value());
        ASSERT_TRUE(report);
        ASSERT_TRUE(report->clean()) << report->faults.front();
    }
    SeededRandom random{77};
    int minute = 0;
    std::map<std::string, Model> model;
};
INSTANTIATE_TEST_SUITE_P(Stores, HistoryAgainstAModel,
                         ::testing::Values(Kind::Memory, Kind::Rocksdb), name_of);

TEST_P(HistoryAgainstAModel, HoldsWhatWasWrittenAndNothingTwice) {
    options.durability = Durability::Relaxed;
    options.open_history_bytes = 64U << 10U;  // so that tails are sealed early
    options.keep_change_bytes = 64U << 10U;
    reopen();
    for (int round = 0; round < 12; ++round) {
        for (int i = 0; i < 60; ++i) ASSERT_NO_FATAL_FAILURE(step());
        if (GetParam() == Kind::Rocksdb && round % 2 == 0) reopen();
        ASSERT_NO_FATAL_FAILURE(compare());
    }
    EXPECT_TRUE(store->key_value().scan(Space::History, {}, {})->valid());
}

TEST_P(HistoryAgainstAModel, ALateReadingMayComeBeforeThePresentIsSuperseded) {
    ASSERT_TRUE(create(*store, town, gauge("urn:e1", 1, Time{} + minutes(10))));
    ASSERT_TRUE(store->commit(town, [](Transaction& tx) -> Result<void> {
        TRY(tx.edit("urn:e1"))->add_late(property("urn:test:level", 0.5, Time{} + minutes(5)));
        return {};
    }));
    ASSERT_TRUE(set(*store, town, "urn:e1", property("urn:test:level", 2, Time{} + minutes(20))));
    ASSERT_TRUE(store->commit(town, [](Transaction& tx) { return tx.erase("urn:e1"); }));
    const auto series = store->history(town, "urn:e1", {"urn:test:level"});
    ASSERT_EQ(series->front().points.size(), 4U);
    EXPECT_TRUE(series->front().points.back().deleted);
}

TEST_P(HistoryAgainstAModel, OneCommandMayWriteMoreStatesThanAChunkHolds) {
    constexpr int kStates = 30'000;
    const auto many = [&](Transaction& tx) -> Result<void> {
        EntityEdit* edit = TRY(tx.edit("urn:e1"));
        for (int i = 0; i < kStates; ++i) edit->set(property("urn:test:level", i));
        return {};
    };
    ASSERT_TRUE(create(*store, town, gauge("urn:e1", -1)));
    // Several of them in one group: the first holds the committer up until all wait.
    std::atomic<bool> hold{true};
    std::atomic<int> done{0};
    store->submit({.caller = town,
                   .run = [&](Transaction&) -> Result<void> {
                       while (hold) std::this_thread::yield();
                       return {};
                   },
                   .done = [](Result<Committed>) {}});
    for (int i = 0; i < 4; ++i) {
        store->submit({.caller = town, .run = many, .done = [&](Result<Committed> r) {
                           EXPECT_TRUE(r);
                           ++done;
                       }});
    }
    hold = false;
    ASSERT_TRUE(set(*store, town, "urn:e1", property("urn:test:level", -2)));
    EXPECT_EQ(done, 4);
    if (GetParam() == Kind::Rocksdb) reopen();
    const auto series = store->history(town, "urn:e1", {"urn:test:level"});
    ASSERT_TRUE(series);
    EXPECT_EQ(series->front().points.size(), 4U * kStates + 2);
    const auto refused = store->commit(town, [&](Transaction& tx) -> Result<void> {
        EntityEdit* edit = TRY(tx.edit("urn:e1"));
        for (int i = 0; i < 70'000; ++i) edit->set(property("urn:test:level", i));
        return {};
    });
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::TooLarge);
}

TEST_P(HistoryAgainstAModel, ADamagedChunkDoesNotStopTheOthersFromBeingPacked) {
    options.open_history_bytes = 1;
    options.durability = Durability::Relaxed;
    reopen();
    const std::string text(20'000, 'x');
    const auto fill = [&](const std::string& id) {
        for (int i = 0; i < 120; ++i) {
            ASSERT_TRUE(
                set(*store, town, id, property("urn:test:level", text + std::to_string(i))));
        }
    };
    ASSERT_TRUE(create(*store, town, gauge("urn:e1", 1)));
    fill("urn:e1");
    const auto damaged = store->key_value().last(Space::History, {}, {});
    ASSERT_TRUE(*damaged) << "nothing was packed";
    Batch damage;
    damage.put(Space::History, (*damaged)->first, "broken");
    ASSERT_TRUE(store->key_value().write(damage, Durability::Relaxed));
    const auto chunks = [&] {
        int count = 0;
        const auto cursor = store->key_value().scan(Space::History, {}, {});
        for (; cursor->valid(); cursor->next()) ++count;
        return count;
    };
    const int before = chunks();
    fill("urn:e1");
    EXPECT_GT(chunks(), before);
}

}  // namespace
}  // namespace musubi::testing
