#include <set>

#include "faults/crash_store.h"

// The machine's clock is set forward and back while the town writes. What is kept does not hang on
// it: the sequence of commits tells the order, the wall clock only says when.
namespace musubi::testing {
namespace {

class ClockJump : public StoreTest {};
INSTANTIATE_TEST_SUITE_P(Stores, ClockJump, ::testing::Values(Kind::Memory, Kind::Rocksdb),
                         name_of);

TEST_P(ClockJump, NothingIsLostAndTheOrderOfCommitsStays) {
    constexpr int kWrites = 1'200;  // more than a chunk of history
    const Time noon = clock.now();
    ASSERT_TRUE(create(*store, town, gauge("urn:test:1", 0)));
    std::uint64_t last = store->sequence();
    for (int i = 1; i <= kWrites; ++i) {
        if (i % 100 == 50) clock.jump_to(Time{noon.us - days(400).us});
        if (i % 100 == 0) clock.jump_to(Time{noon.us + days(i).us});
        const auto done = set(*store, town, "urn:test:1", property("urn:test:level", i));
        ASSERT_TRUE(done) << to_text(done.error());
        ASSERT_GT(done->sequence, last);
        last = done->sequence;
        ASSERT_EQ((*store->find(town, "urn:test:1"))->find("urn:test:level")->value, Json{i})
            << "an update by a person counts, whatever the clock says";
    }
    if (GetParam() == Kind::Rocksdb) reopen();
    EXPECT_EQ((*store->find(town, "urn:test:1"))->find("urn:test:level")->value, Json{kWrites});
    const auto series = store->history(town, "urn:test:1", {"urn:test:level"});
    ASSERT_TRUE(series && !series->empty());
    const auto& points = series->front().points;
    ASSERT_EQ(points.size(), kWrites + 1U);
    std::set<std::uint64_t> sequences;
    for (const Point& point : points) sequences.insert(point.instance.sequence);
    EXPECT_EQ(sequences.size(), points.size());
    const auto report = verify_store(store->key_value());
    ASSERT_TRUE(report);
    EXPECT_TRUE(report->clean()) << report->faults.front();
}

}  // namespace
}  // namespace musubi::testing
