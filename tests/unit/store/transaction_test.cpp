#include "store/tenants.h"
#include "support/store_fixture.h"

namespace musubi::testing {
namespace {

class Transactions : public StoreTest {
protected:
    ChangePtr last_change() {
        return store->changes(store->sequence() - 1, 1, Duration{})->front();
    }
    Result<Committed> run(std::function<Result<void>(Transaction&)> f) {
        return store->commit(town, std::move(f));
    }
};
INSTANTIATE_TEST_SUITE_P(Stores, Transactions, ::testing::Values(Kind::Memory), name_of);

TEST_P(Transactions, StampWhatIsSet) {
    const auto first = create(*store, town, gauge("urn:a", 1));
    const Time made = clock.now();
    clock.advance(seconds(5));
    const auto second = set(*store, town, "urn:a", property("urn:test:level", 2));
    const EntityPtr e = *store->find(town, "urn:a");
    const Attribute* level = e->find("urn:test:level");
    EXPECT_EQ(level->created_at, made);
    EXPECT_EQ(level->modified_at, clock.now());
    EXPECT_EQ(level->instance, (InstanceId{second->sequence, 0}));
    EXPECT_EQ(e->find("urn:test:name")->instance, (InstanceId{first->sequence, 1}));
    EXPECT_EQ(e->created_at, made);
    EXPECT_EQ(e->modified_at, clock.now());
    const ChangePtr change = last_change();
    EXPECT_EQ(change->cause, "test");
    ASSERT_EQ(change->entities.size(), 1U);
    ASSERT_EQ(change->entities[0].attributes.size(), 1U);
    EXPECT_EQ(change->entities[0].attributes[0].before->value, Json{1});
    EXPECT_EQ(change->entities[0].attributes[0].after->value, Json{2});
    EXPECT_EQ(change->entities[0].after, e);
}

TEST_P(Transactions, SeeWhatTheyDidThemselves) {
    ASSERT_TRUE(run([](Transaction& tx) -> Result<void> {
        EntityEdit* edit = TRY(tx.create(gauge("urn:a", 1)));
        for (int i = 0; i < 100; ++i) TRY(tx.create(gauge("urn:" + std::to_string(i), i)));
        edit->set(property("urn:test:level", 7));  // the pointer stays good
        EXPECT_EQ(TRY(tx.find("urn:a"))->find("urn:test:level")->value, Json{7});
        EXPECT_EQ(TRY(tx.edit("urn:a")), edit);
        EXPECT_EQ(tx.create(gauge("urn:a", 1)).error().code, ErrorCode::AlreadyExists);
        TRY(tx.erase("urn:5"));
        EXPECT_EQ(TRY(tx.find("urn:5")), nullptr);
        EXPECT_EQ(tx.edit("urn:5").error().code, ErrorCode::NotFound);
        tx.put_record("k", "n", "v");
        EXPECT_EQ(*TRY(tx.record("k", "n")), "v");
        tx.erase_record("k", "n");
        EXPECT_FALSE(TRY(tx.record("k", "n")));
        return {};
    }));
    EXPECT_EQ(store->figures().entities, 100U);
    EXPECT_EQ(last_change()->entities.size(), 100U) << "made and erased in one: no change";
}

TEST_P(Transactions, ErasedAndMadeAgainTellBoth) {
    ASSERT_TRUE(create(*store, town, gauge("urn:a", 1)));
    ASSERT_TRUE(run([](Transaction& tx) -> Result<void> {
        TRY(tx.erase("urn:a"));
        TRY(tx.create(gauge("urn:a", 2)));
        TRY(tx.erase("urn:a"));
        Entity bus = gauge("urn:a", 3);
        bus.types = {"urn:test:Bus"};
        TRY(tx.create(bus));
        return {};
    }));
    const ChangePtr change = last_change();
    ASSERT_EQ(change->entities.size(), 2U);
    EXPECT_EQ(change->entities[0].kind, ChangeKind::Deleted);
    EXPECT_EQ(change->entities[0].types, std::vector<std::string>{"urn:test:Gauge"});
    EXPECT_EQ(change->entities[1].kind, ChangeKind::Created);
    EXPECT_EQ((*store->find(town, "urn:a"))->types, std::vector<std::string>{"urn:test:Bus"});
    EntityQuery query;
    query.types = TypeSelection{.type = "urn:test:Gauge"};
    EXPECT_TRUE(store->query(town, query)->entities.empty());
    query.types = TypeSelection{.type = "urn:test:Bus"};
    EXPECT_EQ(store->query(town, query)->entities.size(), 1U);
}

TEST_P(Transactions, TypesAndScopesChange) {
    ASSERT_TRUE(create(*store, town, gauge("urn:a", 1)));
    ASSERT_TRUE(run([](Transaction& tx) -> Result<void> {
        EntityEdit* edit = TRY(tx.edit("urn:a"));
        edit->set_types({"urn:z", "urn:b", "urn:z"});
        edit->set_scopes({"/x"});
        return {};
    }));
    EXPECT_TRUE(last_change()->entities[0].types_changed);
    EXPECT_EQ((*store->find(town, "urn:a"))->types, (std::vector<std::string>{"urn:b", "urn:z"}));
    const std::uint64_t before = store->sequence();
    ASSERT_TRUE(run([](Transaction& tx) -> Result<void> {
        TRY(tx.edit("urn:a"))->set_types({"urn:z", "urn:b"});
        return {};
    }));
    EXPECT_EQ(store->sequence(), before) << "the same types are no change";
}

TEST_P(Transactions, AreRefusedToWhoMayNot) {
    ASSERT_TRUE(create(*store, town, gauge("urn:a", 1)));
    Caller reader = town;
    reader.guardian.clear();
    reader.access = std::make_shared<AccessFilter>(AccessFilter{.may_read = true});
    EXPECT_EQ(create(*store, reader, gauge("urn:b", 1)).error().code, ErrorCode::Forbidden);
    EXPECT_EQ(set(*store, reader, "urn:a", property("urn:x", 1)).error().code,
              ErrorCode::Forbidden);
    Caller nobody = reader;
    nobody.access = nullptr;
    EXPECT_EQ(create(*store, nobody, gauge("urn:b", 1)).error().code, ErrorCode::Forbidden);
    EXPECT_EQ(*store->find(nobody, "urn:a"), nullptr);
    EXPECT_TRUE(store->query(nobody, {})->entities.empty());
    EXPECT_FALSE(store->history(nobody, "urn:a", {}));
    Caller device = reader;
    device.access = std::make_shared<AccessFilter>(AccessFilter{.may_write = true});
    EXPECT_TRUE(set(*store, device, "urn:a", property("urn:x", 1)));
    EXPECT_EQ(*store->find(device, "urn:a"), nullptr);
}

TEST_P(Transactions, LateReadingsAreKnownAfterwards) {
    const auto reading = property("urn:test:level", 0.5, Time{} + minutes(5));
    ASSERT_TRUE(create(*store, town, gauge("urn:a", 1, Time{} + minutes(10))));
    ASSERT_TRUE(run([&](Transaction& tx) -> Result<void> {
        EntityEdit* edit = TRY(tx.edit("urn:a"));
        EXPECT_FALSE(TRY(tx.is_known(*edit, reading)));
        edit->add_late(reading);
        EXPECT_TRUE(TRY(tx.is_known(*edit, reading)));
        return {};
    }));
    ASSERT_TRUE(run([&](Transaction& tx) -> Result<void> {
        EXPECT_TRUE(TRY(tx.is_known(*TRY(tx.edit("urn:a")), reading)));
        return {};
    }));
    EXPECT_EQ((*store->find(town, "urn:a"))->find("urn:test:level")->value, Json{1});
}

TEST_P(Transactions, TenantsHaveNamesANumberAndACap) {
    options.max_tenants = 3;
    reopen();
    for (const char* bad : {"Aoi", "", "a b", "ä", "a/b"}) {
        EXPECT_EQ(store->create_tenant(town, bad).error().code, ErrorCode::BadRequest) << bad;
    }
    EXPECT_FALSE(store->create_tenant(town, std::string(51, 'a')));
    const TenantId first = *store->create_tenant(town, "aoi");
    EXPECT_EQ(store->create_tenant(town, "aoi").error().code, ErrorCode::AlreadyExists);
    ASSERT_TRUE(store->create_tenant(town, "umi_2"));
    EXPECT_EQ(store->create_tenant(town, "third").error().code, ErrorCode::TooLarge);
    EXPECT_EQ(store->delete_tenant(town, "").error().code, ErrorCode::Conflict);
    EXPECT_EQ(store->delete_tenant(town, "none").error().code, ErrorCode::NoTenant);
    ASSERT_TRUE(store->delete_tenant(town, "aoi"));
    EXPECT_GT(*store->create_tenant(town, "aoi"), first) << "numbers are not used again";
    EXPECT_EQ(store->tenants().size(), 3U);
    EXPECT_EQ(store->tenants().front().first, "");
}

TEST_P(Transactions, RecordsAreListedInOrder) {
    ASSERT_TRUE(run([](Transaction& tx) -> Result<void> {
        for (const char* name : {"b", "a", "c", "ab"}) tx.put_record("kind", name, name);
        tx.put_record("kind2", "x", "x");
        return {};
    }));
    const auto all = store->records(0, "kind");
    ASSERT_EQ(all->size(), 4U);
    EXPECT_EQ(all->at(1).first, "ab");
    const auto some = store->records(0, "kind", "a", 2);
    ASSERT_EQ(some->size(), 2U);
    EXPECT_EQ(some->at(0).first, "ab");
    EXPECT_EQ(some->at(1).first, "b");
}

}  // namespace
}  // namespace musubi::testing
