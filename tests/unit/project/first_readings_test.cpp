#include "live_world.h"

namespace musubi::testing {
namespace {

// Readings are due from an entity's first one on, not from where the period begins.
class FirstReadings : public LiveWorld {
protected:
    static constexpr const char* kGauge = "urn:test:g1";
    void SetUp() override {
        LiveWorld::SetUp();
        expected = static_cast<std::size_t>(set->find("expected") - set->measures.data());
    }
    void begin(Time at) {
        ASSERT_TRUE(create(*store, town, gauge(kGauge, 1, at)));
        follow();
    }
    void read_late(Time at) {
        ASSERT_TRUE(store->commit(town, [&](Transaction& tx) -> Result<void> {
            TRY(tx.edit(kGauge))->add_late(property("urn:test:level", 1, at));
            return {};
        }));
        follow();
    }
    // How many there should be on the day of `at`, and that what is kept up says the same.
    double due(Time at) {
        const Period day = period_at(PeriodKind::Day, at);
        const auto anew = compute_measure(*store, town, set->measures[expected], day, now)->values;
        compare(expected, at);
        return anew.at(0).value.value_or(-1);
    }
    std::size_t expected = 0;
    Time noon{*parse_time("2026-11-20T03:00:00Z")};
};

TEST_P(FirstReadings, AreWhereItBegins) {
    now = noon + hours(1);
    begin(noon);
    // 12:00, 12:10, ... 13:00.
    EXPECT_EQ(due(noon), 7);
    EXPECT_EQ(due(noon - days(1)), 0) << "it was not there the day before";
    now = noon + days(2);
    EXPECT_EQ(due(noon), 72) << "12:00 to 23:50";
    EXPECT_EQ(due(noon + days(1)), 144);
    now = noon + days(3) + minutes(5);
    EXPECT_EQ(due(now), 72) << "half a day of whole intervals";
}

TEST_P(FirstReadings, AnEntityThatWasNeverHeardIsNotExpected) {
    now = noon + hours(1);
    Entity silent = gauge("urn:test:g2", 1, noon);
    silent.attributes.clear();
    ASSERT_TRUE(create(*store, town, silent));
    begin(noon);
    EXPECT_EQ(due(noon), 7);
}

TEST_P(FirstReadings, ALateOneMakesItBeginEarlier) {
    now = noon + days(3);
    begin(noon);
    EXPECT_EQ(due(noon), 72);
    EXPECT_EQ(due(noon + days(2)), 144);
    static_cast<void>(live->take_touched());

    read_late(noon - days(2) - hours(6));
    // What had a value by then is to have another.
    const auto touched = live->take_touched();
    for (int day = 0; day <= 2; ++day) {
        const LiveMeasures::Touched then{expected, period_at(PeriodKind::Day, noon - days(day))};
        EXPECT_NE(std::find(touched.begin(), touched.end(), then), touched.end()) << day;
    }
    EXPECT_EQ(due(noon), 144);
    EXPECT_EQ(due(noon - days(1)), 144);
    EXPECT_EQ(due(noon - days(2)), 108);
    EXPECT_EQ(due(noon - days(3)), 0);
}

TEST_P(FirstReadings, AWithdrawnOneMakesItBeginLater) {
    now = noon + days(1);
    begin(noon);
    read_late(noon - hours(1));
    EXPECT_EQ(due(noon), 78);
    const auto history = *store->history(town, kGauge, {"urn:test:level"});
    ASSERT_EQ(history.at(0).points.size(), 2U);
    const Point& late = history[0].points[1];
    ASSERT_TRUE(store->commit(town, [&](Transaction& tx) -> Result<void> {
        Attribute was = property("urn:test:level", 1, late.at);
        was.instance = late.instance;
        TRY(tx.edit(kGauge))->withdraw(was, std::nullopt);
        return {};
    }));
    follow();
    EXPECT_EQ(due(noon), 72);
}

// A gauge that is behind the others changes the day that looks back at its readings.
TEST_P(FirstReadings, AReadingOfTheDayBeforeIsForTheNext) {
    const auto behind = static_cast<std::size_t>(set->find("sum-together") - set->measures.data());
    now = noon + days(2);
    begin(noon);
    ASSERT_TRUE(create(*store, town, gauge("urn:test:g2", 5, noon + days(1))));
    follow();
    compare(behind, noon + days(1));
    static_cast<void>(live->take_touched());
    ASSERT_TRUE(testing::set(*store, town, kGauge, property("urn:test:level", 3, noon + hours(1))));
    follow();
    const auto touched = live->take_touched();
    const LiveMeasures::Touched next{behind, period_at(PeriodKind::Day, noon + days(1))};
    EXPECT_NE(std::find(touched.begin(), touched.end(), next), touched.end());
    compare(behind, noon + days(1));
    EXPECT_EQ(with_value, 2U);
    // Also of a day that nothing was read of yet, but that was asked for.
    compare(behind, noon + days(2));
    ASSERT_TRUE(testing::set(*store, town, "urn:test:g2",
                             property("urn:test:level", 7, noon + days(1) + hours(1))));
    follow();
    compare(behind, noon + days(2));
}

INSTANTIATE_TEST_SUITE_P(Memory, FirstReadings, ::testing::Values(Kind::Memory));

}  // namespace
}  // namespace musubi::testing
