#include "store/index/entity_index.h"

#include <set>

#include "base/random.h"
#include "support/store_fixture.h"

namespace musubi::testing {
namespace {

Entity thing(const std::string& id, const std::string& type, double level) {
    Entity e;
    e.id = id;
    e.types = {type};
    e.attributes.push_back(property("urn:test:level", level));
    return e;
}

std::vector<std::string> walk(const EntityIndex& index, EntityIndex::Walk& at, std::size_t limit,
                              const EntityQuery& query = {}) {
    std::vector<EntityIndex::Candidate> out;
    index.next(0, query, limit, at, out);
    std::vector<std::string> ids;
    for (const auto& c : out) ids.push_back(c.id);
    return ids;
}

Change deletion_of(const std::string& id) {
    Change change;
    change.entities.push_back({.id = id, .types = {"urn:t"}, .kind = ChangeKind::Deleted});
    return change;
}

TEST(EntityIndex, AWalkMissesNothingWhenTheTableIsCompactedUnderIt) {
    EntityIndex index;
    constexpr int kAll = 4'000;
    for (int i = 0; i < kAll; ++i) index.add(0, thing("urn:" + std::to_string(i), "urn:t", i));
    EntityIndex::Walk at;
    std::set<std::string> seen;
    for (const std::string& id : walk(index, at, 1'000)) seen.insert(id);
    for (int i = 0; i < kAll - 500; ++i) index.apply(deletion_of("urn:" + std::to_string(i)));
    for (int i = kAll; i < kAll + 10; ++i) {
        index.add(0, thing("urn:" + std::to_string(i), "urn:t", i));
    }
    for (auto ids = walk(index, at, 100); !ids.empty(); ids = walk(index, at, 100)) {
        for (const std::string& id : ids) EXPECT_TRUE(seen.insert(id).second) << id << " twice";
    }
    for (int i = kAll - 500; i < kAll + 10; ++i) {
        ASSERT_TRUE(seen.contains("urn:" + std::to_string(i))) << i << " was missed";
    }
}

TEST(EntityIndex, CountsAnEntityOfSeveralTypesOnce) {
    EntityIndex index;
    Entity both = thing("urn:a", "urn:t", 1);
    both.types.emplace_back("urn:u");
    index.add(7, both);
    index.add(0, thing("urn:b", "urn:t", 1));
    EXPECT_EQ(index.entities(), 2U);
    index.erase_tenant(7);
    EXPECT_EQ(index.entities(), 1U);
    EXPECT_EQ(index.count(7, service_caller("", "test"), {}), 0U);
}

// The same entities in a store and in a list; each query is answered from both.
class IndexAgainstBruteForce : public StoreTest {
protected:
    Attribute random_attribute() {
        const std::uint64_t n = random.next() % 6;
        Attribute a = property("urn:p" + std::to_string(n), {});
        switch (random.next() % 7) {
            case 0: a.value = static_cast<std::int64_t>(random.next() % 5); break;
            case 1: a.value = next_unit(random) * 5; break;
            case 2: a.value = "text" + std::to_string(random.next() % 3); break;
            case 3: a.value = Json{Json::Array{1, "text1"}}; break;
            case 4: a.value = random.next() % 2 == 0; break;
            default: {
                a.kind = AttributeKind::GeoProperty;
                const std::string x = std::to_string(random.next() % 10);
                const std::string y = std::to_string(random.next() % 10);
                a.value = *parse_json(R"({"type":"Point","coordinates":[)" + x + "," + y + "]}");
            }
        }
        if (random.next() % 4 == 0) a.dataset_id = "urn:d" + std::to_string(random.next() % 2);
        return a;
    }
    std::vector<std::string> random_types() {
        std::vector<std::string> types{"urn:t" + std::to_string(random.next() % 3)};
        if (random.next() % 3 == 0) types.push_back("urn:t3");
        return types;
    }
    void change_something() {
        const std::string id = "urn:e" + std::to_string(random.next() % 150);
        const auto done = store->commit(town, [&](Transaction& tx) -> Result<void> {
            auto edit = tx.edit(id);
            if (!edit) {
                Entity e;
                e.id = id;
                e.types = random_types();
                for (int i = 0; i < 3; ++i) {
                    const Attribute a = random_attribute();
                    if (e.find(a.name, a.dataset_id) == nullptr) e.attributes.push_back(a);
                }
                TRY(tx.create(std::move(e)));
                return {};
            }
            switch (random.next() % 8) {
                case 0: return tx.erase(id);
                case 1: (*edit)->set_types(random_types()); return {};
                case 2:
                    if (!(*edit)->state().attributes.empty()) {
                        const Attribute a = (*edit)->state().attributes.front();
                        (*edit)->remove(a.name, a.dataset_id);
                    }
                    return {};
                default: (*edit)->set(random_attribute()); return {};
            }
        });
        ASSERT_TRUE(done) << to_text(done.error());
    }
    EntityQuery random_query() {
        static constexpr const char* kQ[] = {
            "<urn:p0>==2",           "<urn:p1>>1.5",    "<urn:p0>==1..3",
            "<urn:p2>==\"text1\"",   "<urn:p0>==1,2,3", "<urn:p1><2;<urn:p2>>=1",
            "<urn:p3>!=2",           "<urn:p4>",        "<urn:p0>==2|<urn:p1>==2",
            "<urn:p5>==\"text0\",1", "<urn:p1>==true",  "<urn:p0><=0"};
        static constexpr const char* kGeo[] = {"near;maxDistance==200000", "within", "intersects",
                                               "disjoint", "near;minDistance==300000"};
        EntityQuery query;
        query.limit = 1'000;
        query.count = true;
        const ContextPtr core = core_context();
        if (random.next() % 3 != 0) query.q = *parse_q(kQ[random.next() % std::size(kQ)], *core);
        if (random.next() % 3 == 0) {
            const std::size_t which = random.next() % std::size(kGeo);
            const bool near = which == 0 || which == 4;
            query.geo =
                *parse_geo_query(kGeo[which], near ? "Point" : "Polygon",
                                 *parse_json(near ? "[4,5]" : "[[[2,2],[7,2],[7,6],[2,6],[2,2]]]"),
                                 "<urn:p" + std::to_string(random.next() % 6) + ">", *core);
            query.geo->property = "urn:p" + std::to_string(random.next() % 6);
        }
        if (random.next() % 2 == 0) {
            query.types =
                parse_type_selection(
                    random.next() % 2 == 0 ? "urn:t1,urn:t3" : "(urn:t0,urn:t2);urn:t3", *core)
                    .value();
        }
        return query;
    }
    std::set<std::string> by_brute_force(const EntityQuery& query) {
        std::set<std::string> ids;
        for (int i = 0; i < 150; ++i) {
            const EntityPtr e = *store->find(town, "urn:e" + std::to_string(i));
            if (e && matches(query, *e)) ids.insert(e->id);
        }
        return ids;
    }
    SeededRandom random{20'261'122};
};
INSTANTIATE_TEST_SUITE_P(Stores, IndexAgainstBruteForce, ::testing::Values(Kind::Memory), name_of);

TEST_P(IndexAgainstBruteForce, GivesTheSame) {
    for (int round = 0; round < 1'500; ++round) {
        ASSERT_NO_FATAL_FAILURE(change_something());
        if (round < 200) continue;
        const EntityQuery query = random_query();
        const auto result = store->query(town, query);
        ASSERT_TRUE(result) << to_text(result.error());
        std::set<std::string> ids;
        for (const EntityPtr& e : result->entities) {
            ASSERT_TRUE(ids.insert(e->id).second) << e->id << " stands twice";
        }
        ASSERT_EQ(ids, by_brute_force(query))
            << "round " << round << " q " << (query.q ? to_text(*query.q) : "") << " geo "
            << (query.geo ? query.geo->property : "");
        ASSERT_EQ(*result->count, ids.size());
    }
}

TEST_P(IndexAgainstBruteForce, PagesAreTheWholeInPieces) {
    for (int i = 0; i < 400; ++i) ASSERT_NO_FATAL_FAILURE(change_something());
    EntityQuery query;
    query.limit = 1'000;
    const auto whole = store->query(town, query)->entities;
    query.limit = 7;
    std::vector<std::string> ids;
    for (query.offset = 0; query.offset < whole.size(); query.offset += 7) {
        const auto page = store->query(town, query);
        for (const EntityPtr& e : page->entities) ids.push_back(e->id);
    }
    ASSERT_EQ(ids.size(), whole.size());
    for (std::size_t i = 0; i < ids.size(); ++i) EXPECT_EQ(ids[i], whole[i]->id);
}

TEST_P(IndexAgainstBruteForce, NumbersAtTheEdgeOfADoubleAreCompared) {
    Entity e = thing("urn:e0", "urn:t", 0);
    e.attributes.own(0).value = std::int64_t{9007199254740992};
    ASSERT_TRUE(create(*store, town, e));
    for (const char* q : {"<urn:test:level><9007199254740993", "<urn:test:level>==9007199254740992",
                          "<urn:test:level>>9007199254740991"}) {
        EntityQuery query;
        query.q = *parse_q(q, *core_context());
        const bool matched = matches(*query.q, **store->find(town, "urn:e0"));
        EXPECT_EQ(store->query(town, query)->entities.size(), matched ? 1U : 0U) << q;
    }
}

TEST_P(IndexAgainstBruteForce, AnIdAskedForTwiceIsGivenOnce) {
    ASSERT_TRUE(create(*store, town, gauge("urn:e1", 1)));
    EntityQuery query;
    query.ids = {"urn:e1", "urn:none", "urn:e1"};
    query.count = true;
    const auto result = store->query(town, query);
    EXPECT_EQ(result->entities.size(), 1U);
    EXPECT_EQ(*result->count, 1U);
}

}  // namespace
}  // namespace musubi::testing
