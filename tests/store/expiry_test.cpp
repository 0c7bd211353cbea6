#include "store/codec.h"
#include "support/store_fixture.h"

namespace musubi::testing {
namespace {

class Expiry : public StoreTest {};
INSTANTIATE_TEST_SUITE_P(Stores, Expiry, ::testing::Values(Kind::Memory, Kind::Rocksdb), name_of);

Entity transient(const std::string& id, std::optional<Time> entity, std::optional<Time> level) {
    Entity out = gauge(id, 1.5);
    out.expires_at = entity;
    out.attributes.own(0).expires_at = level;
    return out;
}

TEST_P(Expiry, WhatHasExpiredIsNotAnsweredAndThenRemoved) {
    const Time soon = clock.now() + seconds(10);
    ASSERT_TRUE(create(*store, town, transient("urn:a", soon, {})));
    ASSERT_TRUE(create(*store, town, transient("urn:b", {}, soon)));
    ASSERT_TRUE(create(*store, town, transient("urn:c", {}, {})));
    EXPECT_EQ(*store->remove_expired(), 0U);
    EXPECT_NE(*store->find(town, "urn:a"), nullptr);

    clock.advance(seconds(10));
    EXPECT_EQ(*store->find(town, "urn:a"), nullptr);
    EXPECT_EQ((*store->find(town, "urn:b"))->attributes.size(), 1U);
    EXPECT_EQ(store->query(town, {})->entities.size(), 2U);
    EXPECT_EQ(store->figures().entities, 3U);

    EXPECT_EQ(*store->remove_expired(), 2U);
    EXPECT_EQ(*store->remove_expired(), 0U);
    EXPECT_EQ(store->figures().entities, 2U);
    EXPECT_TRUE(create(*store, town, transient("urn:a", {}, {})));
}

TEST_P(Expiry, ALaterExpiryTakesThePlaceOfTheEarlierOne) {
    ASSERT_TRUE(create(*store, town, transient("urn:a", clock.now() + seconds(10), {})));
    ASSERT_TRUE(store->commit(town, [&](Transaction& tx) -> Result<void> {
        TRY(tx.edit("urn:a"))->set_expiry(clock.now() + hours(1));
        return {};
    }));
    clock.advance(minutes(1));
    EXPECT_EQ(*store->remove_expired(), 0U);
    EXPECT_NE(*store->find(town, "urn:a"), nullptr);
}

TEST_P(Expiry, IsKnownAgainAfterAStart) {
    if (GetParam() == Kind::Rocksdb) {
        ASSERT_TRUE(create(*store, town, transient("urn:a", clock.now() + seconds(10), {})));
        ASSERT_TRUE(create(*store, town, transient("urn:b", {}, clock.now() + seconds(10))));
        reopen();
        EXPECT_EQ((*store->find(town, "urn:a"))->expires_at, clock.now() + seconds(10));
        clock.advance(seconds(11));
        EXPECT_EQ(*store->remove_expired(), 2U);
        EXPECT_EQ(store->figures().entities, 1U);
    } else {
        reopen();  // nothing outlives it
        EXPECT_EQ(*store->remove_expired(), 0U);
    }
}

// 4.22: the expiry of an attribute is that of what is stored of it.
TEST_P(Expiry, HistoryOfATransientAttributeGoesWithIt) {
    const Time soon = clock.now() + seconds(10);
    ASSERT_TRUE(create(*store, town, transient("urn:a", {}, soon)));
    Attribute lasting = property("urn:test:level", 2.5);
    ASSERT_TRUE(set(*store, town, "urn:a", lasting));
    EXPECT_EQ(store->history(town, "urn:a", {"urn:test:level"})->front().points.size(), 2U);
    clock.advance(seconds(10));
    const auto series = store->history(town, "urn:a", {"urn:test:level"});
    ASSERT_EQ(series->front().points.size(), 1U);
    EXPECT_EQ(series->front().points.front().value, Json{2.5});
}

}  // namespace
}  // namespace musubi::testing
