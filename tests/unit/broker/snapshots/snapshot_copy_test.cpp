#include "broker/snapshots/snapshot_copy.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "broker/snapshots/snapshot_service.h"
#include "store/codec.h"
#include "store/departed.h"
#include "store/memory/memory_store.h"
#include "store/tenants.h"

namespace musubi {
namespace {

constexpr Time kStart{1'700'000'000'000'000};

Attribute level(double value, Time at) {
    Attribute a;
    a.name = "urn:test:level";
    a.value = value;
    a.observed_at = at;
    return a;
}

class SnapshotCopy : public ::testing::Test {
protected:
    void SetUp() override {
        store = std::move(Store::open(make_memory_store(), {}, clock, log, metrics)).value();
        ASSERT_TRUE(service.load(*store));
        for (const char* id : {"urn:s:1", "urn:s:2"}) {
            Snapshot snapshot;
            snapshot.id = id;
            snapshot.queries = Json{Json::Array{}};
            ASSERT_TRUE(
                store->commit(town, [&](Transaction& tx) { return service.create(tx, snapshot); }));
        }
    }
    void create(const std::string& id) {
        Entity entity;
        entity.id = id;
        entity.types = {"urn:test:Gauge"};
        entity.scopes = {"/river"};
        entity.attributes = {level(1, kStart)};
        ASSERT_TRUE(store->commit(town, [&](Transaction& tx) -> Result<void> {
            TRY(tx.create(entity));
            return {};
        }));
    }
    void set(const std::string& id, double value, Time at) {
        ASSERT_TRUE(store->commit(town, [&](Transaction& tx) -> Result<void> {
            TRY(tx.edit(id))->set(level(value, at));
            return {};
        }));
    }
    EvolutionView whole(const Caller& caller, const std::string& id) {
        EvolutionView view{.id = id, .entity = *store->find(caller, id), .series = {}};
        view.series = *store->history(caller, id, {});
        return view;
    }
    std::vector<double> levels(const Caller& caller, const std::string& id) {
        std::vector<double> out;
        const auto all = store->history(caller, id, {"urn:test:level"});
        if (!all || all->empty()) return out;
        auto points = all->front().points;
        std::sort(points.begin(), points.end(),
                  [](const Point& a, const Point& b) { return a.at < b.at; });
        for (const Point& p : points) {
            if (!p.deleted) out.push_back(p.value.number());
        }
        return out;
    }

    ManualClock clock{kStart + hours(1)};
    Log log{LogLevel::Off};
    Metrics metrics;
    std::unique_ptr<Store> store;
    SnapshotService service{log};
    Caller town = service_caller("", "test");
    std::string inner = InnerTenant::name_of("", "urn:s:1");
    Caller within = service_caller(inner, "test");
};

TEST_F(SnapshotCopy, KeepsTheTimesOfWhatItCopies) {
    create("urn:a");
    const EntityPtr original = *store->find(town, "urn:a");
    clock.advance(hours(1));

    ASSERT_TRUE(copy_entities(*store, inner, {original}));

    const EntityPtr copy = *store->find(within, "urn:a");
    ASSERT_NE(copy, nullptr);
    EXPECT_EQ(copy->created_at, original->created_at);
    EXPECT_EQ(copy->modified_at, original->modified_at);
    EXPECT_EQ(copy->scopes, original->scopes);
    EXPECT_TRUE(same_content(copy->attributes.front(), original->attributes.front()));
    EXPECT_EQ(copy->attributes.front().modified_at, original->attributes.front().modified_at);
}

TEST_F(SnapshotCopy, CopiesAnEvolutionOnceHoweverOftenItIsDone) {
    create("urn:a");
    set("urn:a", 2, kStart + minutes(1));
    set("urn:a", 3, kStart + minutes(2));
    const EvolutionView view = whole(town, "urn:a");
    for (int i = 0; i < 2; ++i) ASSERT_TRUE(copy_evolution(*store, inner, view));
    EXPECT_EQ(levels(within, "urn:a"), (std::vector<double>{1, 2, 3}));
    EXPECT_EQ((*store->find(within, "urn:a"))->attributes.front().value.number(), 3);
}

TEST_F(SnapshotCopy, WhatWasDeletedIsOfThePastThereAsWell) {
    create("urn:a");
    ASSERT_TRUE(store->commit(town, [](Transaction& tx) { return tx.erase("urn:a"); }));
    const auto departed = find_departed(*store, town, "urn:a");
    ASSERT_TRUE(departed && *departed);
    EvolutionView view{.id = "urn:a", .entity = (*departed)->entity, .series = {}};
    view.deleted_at = (*departed)->deleted_at;
    view.series = *store->history(town, "urn:a", {});

    ASSERT_TRUE(copy_evolution(*store, inner, view));

    EXPECT_EQ(*store->find(within, "urn:a"), nullptr);
    EXPECT_TRUE(*find_departed(*store, within, "urn:a"));
    EXPECT_EQ(levels(within, "urn:a"), std::vector<double>{1});
}

TEST_F(SnapshotCopy, AClonesHoldsAllOfTheOther) {
    create("urn:a");
    set("urn:a", 2, kStart + minutes(1));
    ASSERT_TRUE(copy_evolution(*store, inner, whole(town, "urn:a")));
    const std::string other = InnerTenant::name_of("", "urn:s:2");
    ASSERT_TRUE(copy_all(*store, inner, other));
    EXPECT_EQ(levels(service_caller(other, "test"), "urn:a"), (std::vector<double>{1, 2}));
}

TEST_F(SnapshotCopy, GoesWithItsSnapshotAndWithItsTenant) {
    create("urn:a");
    ASSERT_TRUE(copy_entities(*store, inner, {*store->find(town, "urn:a")}));
    ASSERT_TRUE(
        store->commit(town, [&](Transaction& tx) { return service.remove(tx, "urn:s:1"); }));
    EXPECT_FALSE(store->tenant(inner));
    EXPECT_FALSE(service.find(0, "urn:s:1", clock.now()));
    EXPECT_TRUE(*store->find(town, "urn:a"));

    ASSERT_TRUE(store->create_tenant(town, "other"));
    Snapshot snapshot;
    snapshot.id = "urn:s:3";
    ASSERT_TRUE(store->commit(service_caller("other", "test"),
                              [&](Transaction& tx) { return service.create(tx, snapshot); }));
    ASSERT_TRUE(store->delete_tenant(town, "other"));
    EXPECT_FALSE(store->tenant(InnerTenant::name_of("other", "urn:s:3")));
}

}  // namespace
}  // namespace musubi
