#include <atomic>
#include <thread>

#include "base/random.h"
#include "store/index/entity_index.h"
#include "store/index/image.h"
#include "support/memory_file.h"
#include "support/store_fixture.h"

namespace musubi::testing {
namespace {

constexpr TenantId kTenant = 3;

Entity random_entity(SeededRandom& random, int number) {
    Entity e;
    e.id = "urn:e" + std::to_string(number);
    e.types = {"urn:t" + std::to_string(random.next() % 3)};
    if (random.next() % 3 == 0) e.types.emplace_back("urn:t9");
    for (int i = 0; i < 4; ++i) {
        Attribute a = property("urn:p" + std::to_string(random.next() % 6), 1.5);
        switch (random.next() % 4) {
            case 0: a.value = "text" + std::to_string(random.next() % 3); break;
            case 1: a.value = Json{Json::Array{1, 2}}; break;
            case 2:
                a.kind = AttributeKind::GeoProperty;
                a.value = *parse_json(R"({"type":"Point","coordinates":[)" +
                                      std::to_string(random.next() % 90) + ",3]}");
                break;
            default: a.value = static_cast<double>(random.next() % 100);
        }
        if (e.find(a.name, a.dataset_id) == nullptr) e.attributes.push_back(a);
    }
    return e;
}

using Entities = std::map<std::string, Entity>;
using Stale = std::vector<std::pair<TenantId, std::string>>;

std::string image_of(const EntityIndex& index) {
    std::string bytes;
    StringWriter file{bytes};
    ImageWriter out{file};
    EXPECT_TRUE(index.write(out) && out.finish());
    return bytes;
}

Result<void> read_index(EntityIndex& index, const std::string& bytes, const Stale& stale = {},
                        const std::vector<TenantId>& tenants = {kTenant}) {
    StringReader file{bytes};
    ImageReader in{file};
    TRY(index.read(in, tenants, stale));
    return in.finish();
}

void expect_agrees(const EntityIndex& index, const Entities& entities) {
    std::size_t rows = 0;
    for (const auto& [id, entity] : entities) {
        EXPECT_TRUE(index.agrees(kTenant, entity)) << id;
        rows += entity.types.size();
    }
    EXPECT_EQ(index.rows(), rows);
    EXPECT_EQ(index.entities(), entities.size());
    EntityIndex fresh;
    for (const auto& [id, entity] : entities) fresh.add(kTenant, entity);
    const Caller caller = service_caller("", "test");
    const auto counted = [&](const EntityIndex& one) {
        std::multiset<std::size_t> counts;
        for (const EntityShape& shape : one.shapes(kTenant, caller)) counts.insert(shape.entities);
        return counts;
    };
    EXPECT_EQ(counted(index), counted(fresh));
}

class EntityIndexImage : public ::testing::Test {
protected:
    void put(EntityIndex& index, int number) {
        Entity e = random_entity(random, number);
        index.put(kTenant, e.id, &e);
        entities.insert_or_assign(e.id, std::move(e));
    }
    void erase(EntityIndex& index, int number) {
        const std::string id = "urn:e" + std::to_string(number);
        index.put(kTenant, id, nullptr);
        entities.erase(id);
    }
    SeededRandom random{20'261'125};
    Entities entities;
};

TEST_F(EntityIndexImage, HoldsWhatTheIndexHeld) {
    EntityIndex index;
    for (int i = 0; i < 3'000; ++i) put(index, i);
    for (int i = 0; i < 3'000; i += 3) erase(index, i);
    for (int i = 0; i < 500; ++i) put(index, static_cast<int>(random.next() % 3'000));
    expect_agrees(index, entities);
    EntityIndex again;
    ASSERT_TRUE(read_index(again, image_of(index)));
    expect_agrees(again, entities);
    for (int i = 0; i < 2'000; ++i) put(again, static_cast<int>(random.next() % 4'000));
    for (int i = 0; i < 2'000; ++i) erase(again, static_cast<int>(random.next() % 4'000));
    expect_agrees(again, entities);
}

TEST_F(EntityIndexImage, LeavesOutTenantsThatAreGone) {
    EntityIndex index;
    for (int i = 0; i < 10; ++i) put(index, i);
    EntityIndex again;
    ASSERT_TRUE(read_index(again, image_of(index), {}, {0}));
    EXPECT_EQ(again.entities(), 0U);
    EXPECT_EQ(again.rows(), 0U);
}

TEST_F(EntityIndexImage, WhatIsStaleIsPutAgain) {
    EntityIndex index;
    for (int i = 0; i < 300; ++i) put(index, i);
    const std::string bytes = image_of(index);
    Stale stale;
    for (int i = 0; i < 350; i += 7) stale.emplace_back(kTenant, "urn:e" + std::to_string(i));
    EntityIndex again;
    ASSERT_TRUE(read_index(again, bytes, stale));
    for (int i = 0; i < 350; i += 7) i % 2 == 0 ? erase(again, i) : put(again, i);
    expect_agrees(again, entities);
}

// A thread goes on changing entities while the image is written. All that it touched is stale.
TEST_F(EntityIndexImage, IsWrittenWhileTheIndexChanges) {
    EntityIndex index;
    for (int i = 0; i < 60'000; ++i) put(index, i);
    std::set<int> touched;
    std::atomic<bool> stop{false};
    std::atomic<int> done{0};
    std::thread writer{[&] {
        while (!stop) {
            const int number = static_cast<int>(random.next() % 70'000);
            touched.insert(number);
            random.next() % 2 == 0 ? erase(index, number) : put(index, number);
            ++done;
        }
    }};
    std::string bytes;
    while (done == 0) std::this_thread::yield();
    bytes = image_of(index);
    stop = true;
    writer.join();
    Stale stale;
    for (const int number : touched) stale.emplace_back(kTenant, "urn:e" + std::to_string(number));
    EntityIndex again;
    ASSERT_TRUE(read_index(again, bytes, stale));
    for (const auto& [tenant, id] : stale) {
        const auto found = entities.find(id);
        again.put(kTenant, id, found == entities.end() ? nullptr : &found->second);
    }
    expect_agrees(again, entities);
    expect_agrees(index, entities);
}

TEST_F(EntityIndexImage, AgreesWithNothingElse) {
    EntityIndex index;
    Entity e = gauge("urn:e", 1);
    Attribute place = property("urn:place", *parse_json(R"({"type":"Point","coordinates":[1,2]})"));
    place.kind = AttributeKind::GeoProperty;
    e.attributes.push_back(place);
    index.add(kTenant, e);
    ASSERT_TRUE(index.agrees(kTenant, e));
    const auto refuses = [&](const auto& change) {
        Entity other = e;
        change(other);
        return !index.agrees(kTenant, other);
    };
    EXPECT_TRUE(refuses([](Entity& o) { o.attributes.own(0).value = 2; })) << "a number";
    EXPECT_TRUE(refuses([](Entity& o) { o.attributes.own(1).value = "other"; })) << "a text";
    EXPECT_TRUE(refuses([](Entity& o) { o.attributes.own(0).kind = AttributeKind::Relationship; }));
    EXPECT_TRUE(refuses([](Entity& o) {
        o.attributes.own(2).value = *parse_json(R"({"type":"Point","coordinates":[1,3]})");
    })) << "a place";
    EXPECT_TRUE(refuses([](Entity& o) { o.attributes.pop_back(); })) << "a place that is not there";
    EXPECT_TRUE(refuses([](Entity& o) { o.attributes.erase(o.attributes.begin()); }));
    EXPECT_TRUE(refuses([](Entity& o) { o.attributes.push_back(property("urn:more", 1)); }));
    EXPECT_TRUE(refuses([](Entity& o) { o.types = {"urn:elsewhere"}; }));
    EXPECT_FALSE(index.agrees(kTenant + 1, e));
}

}  // namespace
}  // namespace musubi::testing
