#include <gtest/gtest.h>

#include "measure_world.h"
#include "project/measures/compute.h"

namespace musubi::testing {
namespace {

class Stopping : public StoreTest {};

// It is asked before each entity, so that it ends soon however many there are.
TEST_P(Stopping, GatheringEndsBeforeTheNextEntity) {
    for (const char* id : {"urn:test:a", "urn:test:b", "urn:test:c"}) {
        ASSERT_TRUE(create(*store, town, gauge(id, 1, clock.now())));
    }
    const MeasureSetPtr set = measures_of(measure_text("level", "day", "mean"));
    const Measure& measure = *set->find("level");
    const std::vector<Period> periods{period_at(measure.period, clock.now())};
    std::stop_source stop;
    int seen = 0;
    ComputedAt at{clock.now(), [&](const std::vector<std::string>&) {
                      ++seen;
                      stop.request_stop();
                      return false;
                  }};
    EXPECT_TRUE(compute_measures(*store, town, measure, periods, at)) << "nothing stops it";
    EXPECT_EQ(seen, 3);

    stop = std::stop_source{};
    at.stop = stop.get_token();
    seen = 0;
    const auto computed = compute_measures(*store, town, measure, periods, at);
    ASSERT_FALSE(computed);
    EXPECT_EQ(computed.error().code, ErrorCode::Busy);
    EXPECT_EQ(seen, 1);
}

INSTANTIATE_TEST_SUITE_P(Each, Stopping, ::testing::Values(Kind::Memory, Kind::Rocksdb), name_of);

}  // namespace
}  // namespace musubi::testing
