#include "support/store_fixture.h"

namespace musubi::testing {
namespace {

class Entities : public StoreTest {};
INSTANTIATE_TEST_SUITE_P(Stores, Entities, ::testing::Values(Kind::Memory, Kind::Rocksdb), name_of);

TEST_P(Entities, WhatWasCreatedIsFound) {
    const auto committed = create(*store, town, gauge("urn:a", 2.5));
    ASSERT_TRUE(committed) << to_text(committed.error());
    EXPECT_EQ(committed->sequence, 1U);

    const auto found = store->find(town, "urn:a");
    ASSERT_TRUE(found && *found);
    EXPECT_EQ((*found)->attributes.at(0).value, Json{2.5});
    EXPECT_EQ((*found)->created_at, clock.now());
}

TEST_P(Entities, RefusesASecondEntityWithTheSameId) {
    ASSERT_TRUE(create(*store, town, gauge("urn:a", 1)));
    const auto second = create(*store, town, gauge("urn:a", 2));
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::AlreadyExists);
    EXPECT_EQ(store->sequence(), 1U);
}

TEST_P(Entities, AFailedCommandLeavesNothing) {
    ASSERT_TRUE(create(*store, town, gauge("urn:a", 1)));
    const auto failed = store->commit(town, [](Transaction& tx) -> Result<void> {
        TRY(tx.edit("urn:a"))->set(property("urn:test:level", 9));
        tx.put_record("test", "x", "y");
        return Error{ErrorCode::Conflict, "changed my mind"};
    });
    ASSERT_FALSE(failed);
    EXPECT_EQ((*store->find(town, "urn:a"))->attributes.at(0).value, Json{1});
    EXPECT_FALSE(*store->record(0, "test", "x"));
    EXPECT_EQ(store->sequence(), 1U);
}

TEST_P(Entities, ProtectedOnesAreChangedByTheirGuardianAlone) {
    Caller guardian = service_caller("", "alerts");
    guardian.guardian = "alerts";
    Entity alert = gauge("urn:alert", 1);
    alert.guardian = "alerts";
    EXPECT_FALSE(create(*store, town, alert));
    ASSERT_TRUE(create(*store, guardian, alert));

    const auto refused = set(*store, town, "urn:alert", property("urn:test:level", 2));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::Forbidden);
    EXPECT_TRUE(set(*store, guardian, "urn:alert", property("urn:test:level", 2)));
    const auto erased = store->commit(town, [](Transaction& tx) { return tx.erase("urn:alert"); });
    EXPECT_FALSE(erased);
}

TEST_P(Entities, AKeyForOneTypeNeitherSeesNorTouchesAnother) {
    ASSERT_TRUE(create(*store, town, gauge("urn:a", 1)));
    Caller limited = town;
    limited.access = std::make_shared<AccessFilter>(
        AccessFilter{.may_read = true, .may_write = true, .only_types = {"urn:test:Bus"}});
    EXPECT_EQ(*store->find(limited, "urn:a"), nullptr);
    const auto refused = set(*store, limited, "urn:a", property("urn:test:level", 2));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::NotFound);
    EXPECT_EQ(store->query(limited, {})->entities.size(), 0U);
    EXPECT_FALSE(store->history(limited, "urn:a", {}));
}

TEST_P(Entities, TenantsAreMadeDeliberatelyAndNeverMeet) {
    const Caller other = service_caller("aoi", "test");
    EXPECT_EQ(create(*store, other, gauge("urn:a", 1)).error().code, ErrorCode::NoTenant);
    ASSERT_TRUE(store->create_tenant(town, "aoi"));
    ASSERT_TRUE(create(*store, other, gauge("urn:a", 7)));
    EXPECT_EQ(*store->find(town, "urn:a"), nullptr);
    ASSERT_TRUE(store->delete_tenant(town, "aoi"));
    EXPECT_EQ(store->find(other, "urn:a").error().code, ErrorCode::NoTenant);
    ASSERT_TRUE(store->create_tenant(town, "aoi"));
    EXPECT_EQ(*store->find(other, "urn:a"), nullptr);
}

TEST_P(Entities, ErasedAndMadeAgainInOneCommand) {
    ASSERT_TRUE(create(*store, town, gauge("urn:a", 1)));
    ASSERT_TRUE(store->commit(town, [](Transaction& tx) -> Result<void> {
        TRY(tx.erase("urn:a"));
        TRY(tx.create(gauge("urn:a", 5)));
        return {};
    }));
    EXPECT_EQ((*store->find(town, "urn:a"))->attributes.at(0).value, Json{5});
    const auto series = store->history(town, "urn:a", {"urn:test:level"});
    ASSERT_TRUE(series);
    ASSERT_EQ(series->size(), 1U);
    EXPECT_EQ(series->at(0).points.size(), 3U);  // 1, its deletion, 5
}

// The count of a page is that of all pages, whoever tells it: the index where the types and the
// names of attributes decide, else a look at each entity.
TEST_P(Entities, AreCountedWithoutTheirPage) {
    for (int i = 0; i < 30; ++i) {
        Entity entity = gauge("urn:" + std::to_string(i), i);
        if (i % 3 == 0) entity.types.emplace_back("urn:test:Pump");
        if (i % 5 == 0) entity.attributes.push_back(property("urn:test:place", 1));
        ASSERT_TRUE(create(*store, town, entity));
    }
    ASSERT_TRUE(create(*store, town, gauge("urn:gone", 1)));
    ASSERT_TRUE(store->commit(town, [](Transaction& tx) { return tx.erase("urn:gone"); }));
    Caller pumps = town;
    pumps.access = std::make_shared<AccessFilter>(
        AccessFilter{.may_read = true, .only_types = {"urn:test:Pump"}});
    Caller nobody = town;
    nobody.access = std::make_shared<AccessFilter>();
    using Kind = TypeSelection::Kind;
    const TypeSelection gauge_type{Kind::Type, "urn:test:Gauge", {}};
    const TypeSelection pump_type{Kind::Type, "urn:test:Pump", {}};
    const std::vector<std::optional<TypeSelection>> types{
        std::nullopt, pump_type, TypeSelection{Kind::Or, "", {pump_type, gauge_type}},
        TypeSelection{Kind::And, "", {gauge_type, pump_type}},
        TypeSelection{Kind::Type, "urn:test:Bus", {}}};
    const std::vector<std::vector<std::string>> attrs{
        {}, {"urn:test:place"}, {"urn:test:place", "urn:test:level"}, {"urn:test:none"}};
    const auto check = [&](const Caller& caller, EntityQuery query) {
        query.limit = 100;
        const std::size_t all = store->query(caller, query)->entities.size();
        query.limit = 2;
        query.count = true;
        const auto page = store->query(caller, query);
        EXPECT_EQ(page->count, all);
        EXPECT_EQ(page->entities.size(), std::min<std::size_t>(2, all));
        query.id_pattern = Pattern::parse(".*").value();
        EXPECT_EQ(store->query(caller, query)->count, all);
    };
    for (const Caller* caller : {&town, &pumps, &nobody}) {
        for (const auto& selection : types) {
            for (const auto& names : attrs) {
                EntityQuery query;
                query.types = selection;
                query.attrs = names;
                check(*caller, query);
            }
        }
    }
}

// Of stores that keep what they hold.
class KeptEntities : public StoreTest {};
INSTANTIATE_TEST_SUITE_P(Stores, KeptEntities, ::testing::Values(Kind::Rocksdb), name_of);

TEST_P(KeptEntities, AreThereAfterOpeningAgain) {
    for (int i = 0; i < 100; ++i) {
        ASSERT_TRUE(create(*store, town, gauge("urn:" + std::to_string(i), i)));
    }
    reopen();
    EXPECT_EQ(store->sequence(), 100U);
    EXPECT_EQ((*store->find(town, "urn:7"))->attributes.at(0).value, Json{7});
    EntityQuery query;
    query.count = true;
    EXPECT_EQ(store->query(town, query)->count, 100U);
}

}  // namespace
}  // namespace musubi::testing
