#include "broker/readings.h"
#include "support/store_fixture.h"

// A present state joins history only when it is superseded, which may be after a reading that came
// late and has a later instance id. The open tail took this for a broken order and stopped the
// program.
namespace musubi::testing {
namespace {

class LateReading : public StoreTest {};
INSTANTIATE_TEST_SUITE_P(Stores, LateReading, ::testing::Values(Kind::Memory, Kind::Rocksdb),
                         name_of);

TEST_P(LateReading, MayComeBetweenAStateAndTheOneThatSupersedesIt) {
    const auto level = [](int minute, double value) {
        return Reading{"urn:a",
                       {"urn:test:Gauge"},
                       {property("urn:test:level", value, Time{} + minutes(minute))}};
    };
    for (const auto& [minute, value] : {std::pair{10, 1.0}, {30, 3.0}, {20, 2.0}, {40, 4.0}}) {
        ASSERT_TRUE(store->commit(
            town, [&, minute = minute, value = value](Transaction& tx) -> Result<void> {
                TRY(apply_readings(tx, {level(minute, value)}));
                return {};
            }));
    }
    const auto series = store->history(town, "urn:a", {"urn:test:level"});
    ASSERT_TRUE(series && series->size() == 1U);
    std::vector<double> values;
    for (const Point& point : series->front().points) values.push_back(point.value.number());
    EXPECT_EQ(values, (std::vector<double>{1.0, 3.0, 2.0, 4.0}));  // in order of instance ids
}

}  // namespace
}  // namespace musubi::testing
