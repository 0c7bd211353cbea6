#include "store/departed.h"

#include "support/store_fixture.h"

namespace musubi::testing {
namespace {

class DepartedEntities : public StoreTest {
protected:
    std::vector<std::string> listed(const Caller& caller) {
        std::vector<std::string> out;
        std::string after;
        for (bool more = true; more;) {
            const auto page =
                list_departed(*store, caller, after, 2, [](const Entity&) { return true; });
            EXPECT_TRUE(page) << to_text(page.error());
            for (const Departed& one : page->departed) out.push_back(one.entity->id);
            after = page->last;
            more = page->more;
        }
        return out;
    }
    void erase(const std::string& id) {
        ASSERT_TRUE(store->commit(town, [&](Transaction& tx) { return tx.erase(id); }));
    }
};
INSTANTIATE_TEST_SUITE_P(Stores, DepartedEntities, ::testing::Values(Kind::Memory, Kind::Rocksdb),
                         name_of);

TEST_P(DepartedEntities, AreKnownByWhatTheyWere) {
    for (const char* id : {"urn:a", "urn:b", "urn:c", "urn:d"}) {
        ASSERT_TRUE(create(*store, town, gauge(id, 1.5)));
    }
    const Time created = (*store->find(town, "urn:c"))->created_at;
    clock.advance(minutes(1));
    for (const char* id : {"urn:c", "urn:a", "urn:d"}) erase(id);

    EXPECT_EQ(listed(town), (std::vector<std::string>{"urn:a", "urn:c", "urn:d"}));
    const auto gone = find_departed(*store, town, "urn:c");
    ASSERT_TRUE(gone && *gone);
    EXPECT_EQ((*gone)->entity->types, gauge("urn:c", 1).types);
    EXPECT_EQ((*gone)->entity->created_at, created);
    EXPECT_GE((*gone)->deleted_at, created + minutes(1));
    EXPECT_FALSE(*find_departed(*store, town, "urn:b"));
}

TEST_P(DepartedEntities, OneThatIsMadeAnewIsThere) {
    ASSERT_TRUE(create(*store, town, gauge("urn:a", 1.5)));
    erase("urn:a");
    ASSERT_TRUE(create(*store, town, gauge("urn:a", 2.5)));
    EXPECT_TRUE(listed(town).empty());
    EXPECT_FALSE(*find_departed(*store, town, "urn:a"));
}

TEST_P(DepartedEntities, GoWithTheirHistory) {
    ASSERT_TRUE(create(*store, town, gauge("urn:a", 1.5)));
    ASSERT_TRUE(create(*store, town, gauge("urn:b", 1.5)));
    erase("urn:a");
    ASSERT_TRUE(store->commit(town, [](Transaction& tx) { return tx.purge("urn:a"); }));
    ASSERT_TRUE(store->commit(town, [](Transaction& tx) { return tx.purge("urn:b"); }));
    EXPECT_TRUE(listed(town).empty());
}

TEST_P(DepartedEntities, AreOnlyShownToWhoCouldReadThem) {
    ASSERT_TRUE(create(*store, town, gauge("urn:a", 1.5)));
    erase("urn:a");
    Caller other = town;
    AccessFilter narrow = *town.access;
    narrow.only_types = {"urn:test:Bridge"};
    other.access = std::make_shared<const AccessFilter>(narrow);
    EXPECT_TRUE(listed(other).empty());
    EXPECT_FALSE(store->history(other, "urn:a", {}));
    narrow.only_types = gauge("urn:a", 1).types;
    other.access = std::make_shared<const AccessFilter>(narrow);
    EXPECT_EQ(listed(other).size(), 1U);
    EXPECT_TRUE(store->history(other, "urn:a", {}));
}

TEST_P(DepartedEntities, AreForgottenWhenNothingOfThemIsLeft) {
    ASSERT_TRUE(create(*store, town, gauge("urn:a", 1.5)));
    erase("urn:a");
    clock.advance(days(10));
    ASSERT_TRUE(create(*store, town, gauge("urn:b", 1.5)));
    erase("urn:b");
    ASSERT_TRUE(store->apply_retention({{"*", days(5)}}));
    EXPECT_EQ(listed(town), std::vector<std::string>{"urn:b"});
}

TEST_P(DepartedEntities, AMalformedRecordIsNone) {
    const std::string bytes = encode_departed(gauge("urn:a", 1.5), clock.now());
    ASSERT_TRUE(decode_departed("urn:a", bytes));
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_FALSE(decode_departed("urn:a", bytes.substr(0, size)));
    }
    EXPECT_FALSE(decode_departed("urn:a", bytes + "x"));
}

}  // namespace
}  // namespace musubi::testing
