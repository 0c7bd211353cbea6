#include "store/entity_cache.h"

#include <gtest/gtest.h>

#include <map>

#include "unit/store/random_entity.h"

namespace musubi::testing {
namespace {

EntityPtr entity(const std::string& id, std::size_t bytes = 100) {
    Entity e;
    e.id = id;
    e.types = {"urn:t"};
    e.guardian = std::string(bytes, 'x');
    return std::make_shared<const Entity>(std::move(e));
}

TEST(EntityCache, RefusesWhatWasReadBeforeAWrite) {
    Metrics metrics;
    EntityCache cache{1U << 20U, metrics};
    const std::uint64_t before = cache.version("a");
    const EntityPtr fresh = entity("a");
    cache.put("a", fresh);
    cache.offer("a", entity("a"), before);
    EXPECT_EQ(cache.find("a"), fresh);
    const std::uint64_t early = cache.version("a");
    cache.put("a", nullptr);
    cache.offer("a", fresh, early);
    EXPECT_EQ(cache.find("a"), nullptr) << "an erased entity came back";
    cache.offer("a", fresh, cache.version("a"));
    EXPECT_EQ(cache.find("a"), fresh);
    const std::uint64_t old = cache.version("a");
    cache.clear();
    cache.offer("a", fresh, old);
    EXPECT_EQ(cache.find("a"), nullptr);
}

TEST(EntityCache, StaysWithinItsBytes) {
    Metrics metrics;
    EntityCache cache{1U << 20U, metrics};
    std::vector<std::weak_ptr<const Entity>> all;
    for (int i = 0; i < 5'000; ++i) {
        const std::string id = std::to_string(i);
        const EntityPtr e = entity(id, 1'000);
        all.push_back(e);
        cache.put(id, e);
    }
    std::size_t alive = 0;
    for (const auto& e : all) alive += e.expired() ? 0 : 1;
    EXPECT_LT(alive, 1'100U);
    EXPECT_GT(alive, 500U);
}

TEST(EntityCache, KeepsWhatIsUsed) {
    Metrics metrics;
    EntityCache cache{1U << 20U, metrics};
    cache.put("hot", entity("hot"));
    for (int i = 0; i < 20'000; ++i) {
        const std::string id = std::to_string(i);
        cache.put(id, entity(id));
        ASSERT_NE(cache.find("hot"), nullptr) << i;
    }
}

TEST(EntityCache, GivesTheLatestWhateverTheOrder) {
    Metrics metrics;
    EntityCache cache{8U << 10U, metrics};
    SeededRandom random{8};
    std::map<std::string, EntityPtr> model;
    for (int i = 0; i < 50'000; ++i) {
        const std::string id = std::to_string(random.next() % 200);
        if (random.next() % 4 == 0) {
            const EntityPtr e = random.next() % 3 == 0 ? nullptr : entity(id, random.next() % 200);
            model[id] = e;
            cache.put(id, e);
        } else if (const EntityPtr found = cache.find(id)) {
            ASSERT_EQ(found, model[id]);
        }
    }
}

}  // namespace
}  // namespace musubi::testing
