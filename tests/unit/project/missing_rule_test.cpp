#include "measure_world.h"
#include "project/measures/compute.h"
#include "project/measures/words.h"

namespace musubi::testing {
namespace {

const std::string kStrict = "missing = \"no-value\"\nleast_share = 0.75\n";

// Four gauges that were all heard the day before, and a day on which some are.
class MissingReadings : public StoreTest {
protected:
    void SetUp() override {
        StoreTest::SetUp();
        for (int n = 0; n < 4; ++n) {
            ASSERT_TRUE(create(*store, town, gauge(id_of(n), 0, noon - days(1))));
        }
    }
    static std::string id_of(int n) { return "urn:test:g" + std::to_string(n); }
    void read(int n, Time at, double level = 2) {
        ASSERT_TRUE(testing::set(*store, town, id_of(n), property("urn:test:level", level, at)));
    }
    MeasureValue value(const std::string& text, Time as_of) {
        set = measures_of(text);
        const Period day = period_at(PeriodKind::Day, noon);
        auto values = compute_measure(*store, town, set->measures[0], day, as_of)->values;
        EXPECT_EQ(values.size(), 1U);
        return values.at(0);
    }
    MeasureSetPtr set;
    Time noon{*parse_time("2026-11-20T03:00:00Z")};
    Time midnight{*parse_time("2026-11-20T15:00:00Z")};
};

TEST_P(MissingReadings, OfTooFewEntitiesThereIsNoValueAndItIsSaidWhy) {
    read(0, noon);
    read(1, noon);
    const MeasureValue none = value(measure_text("m", "day", "mean", "", kStrict), midnight);
    EXPECT_FALSE(none.value);
    EXPECT_EQ(none.lack, MeasureLack::Missing);
    const MeasureWords words = describe_lack(set->measures[0], none);
    EXPECT_EQ(words.en, "of 'x' 2 of 4 that are known came, less than 75%, so there is no value");
    EXPECT_NE(words.ja.find("あるはずの 4 のうち 2 しかありません"), std::string::npos) << words.ja;
    EXPECT_EQ(value(measure_text("m", "day", "mean"), midnight).value, 2) << "as it is";

    read(2, noon);  // three of four are enough
    EXPECT_EQ(value(measure_text("m", "day", "mean", "", kStrict), midnight).value, 2);
}

// A division by nothing is no news to an officer; that nothing was due yet is.
TEST_P(MissingReadings, WhereNothingWasDueYetThatIsSaid) {
    const auto lack_of = [&](const std::string& is, const std::string& type) {
        std::string text = measure_text("m", "day", is);
        text.replace(text.find("formula = \"x\""), 13, "formula = \"1 / x\"");
        text.replace(text.find("urn:test:Gauge"), 14, type);
        const MeasureValue none = value(text, midnight);
        EXPECT_EQ(none.lack, MeasureLack::Division) << is;
        return describe_lack(set->measures[0], none).ja;
    };
    EXPECT_EQ(lack_of("expected", "urn:test:Nobody"),
              "届くはずの読み取りがまだないので、値がありません");
    EXPECT_EQ(lack_of("members", "urn:test:Nobody"), "数える対象がまだないので、値がありません");
    EXPECT_EQ(lack_of("count", "urn:test:Nobody"), "ゼロで割ることになるので、値がありません");
}

TEST_P(MissingReadings, OfAPartWithEveryReadingsAreCounted) {
    for (int n = 0; n < 4; ++n) {
        for (int hour = 0; hour < 12; ++hour) read(n, noon + hours(hour));
    }
    const std::string hourly = measure_text("m", "day", "mean", "every = \"PT1H\"\n", kStrict);
    const MeasureValue half = value(hourly, midnight);  // 48 of 96
    EXPECT_EQ(half.lack, MeasureLack::Missing);
    EXPECT_EQ(half.came.came, 48U);
    EXPECT_EQ(half.came.due, 96U);
    EXPECT_NE(describe_lack(set->measures[0], half).en.find("48 of 96 readings"),
              std::string::npos);
    // What comes more often than it is due does not make up for half a day of silence.
    const std::string rarely = measure_text("m", "day", "mean", "every = \"PT2H\"\n", kStrict);
    const MeasureValue often = value(rarely, midnight);
    EXPECT_EQ(often.lack, MeasureLack::Missing);
    EXPECT_EQ(often.came.came, 28U);
    EXPECT_EQ(often.came.due, 48U);
}

TEST_P(MissingReadings, WhoCameLaterIsNotMissedBefore) {
    for (int n = 0; n < 3; ++n) read(n, noon);
    for (int n = 4; n < 9; ++n) {
        ASSERT_TRUE(create(*store, town, gauge(id_of(n), 5, midnight + hours(3))));
    }
    EXPECT_EQ(value(measure_text("m", "day", "mean", "", kStrict), midnight).value, 2);
}

TEST_P(MissingReadings, TheRuleIsPartOfTheDefinition) {
    const auto hash = [](const std::string& of_measure, const std::string& more = "") {
        return measures_of(measure_text("m", "day", "mean", more, of_measure))->measures[0].hash;
    };
    EXPECT_EQ(hash(""), hash("missing = \"as-is\"\n"));
    EXPECT_NE(hash(""), hash(kStrict));
    EXPECT_NE(hash(kStrict), hash("missing = \"no-value\"\n")) << "0.8";
    EXPECT_EQ(hash("missing = \"no-value\"\nleast_share = 0.8\n"),
              hash("missing = \"no-value\"\n"));
    EXPECT_NE(hash(kStrict), hash(kStrict, "every = \"PT10M\"\n"));
    set = measures_of(measure_text("m", "day", "mean", "", kStrict));
    const MeasureWords words = describe(set->measures[0], *core_context());
    EXPECT_NE(words.en.find("No value where less than 75% of what was due came."),
              std::string::npos);
}

TEST_P(MissingReadings, AGroupOfNobodyHasNoReadingAndIsNotTooSmall) {
    const std::string nobody = measure_text("m", "day", "mean", "q = \"urn:test:kind==1\"\n");
    const MeasureValue none = value(nobody, midnight);
    EXPECT_EQ(none.lack, MeasureLack::Part);
    const std::string small =
        measure_text("m", "day", "mean", "q = \"urn:test:kind==1\"\n", "smallest = 2\n");
    EXPECT_EQ(value(small, midnight).lack, MeasureLack::TooSmall);
}

INSTANTIATE_TEST_SUITE_P(Each, MissingReadings, ::testing::Values(Kind::Memory, Kind::Rocksdb));

// One that sends every ten seconds makes up neither for another that is silent nor for itself.
TEST_P(MissingReadings, WhatArrivedIsOneEachIntervalAtMost) {
    const std::string text = measure_text("m", "day", "arrived", "every = \"PT1H\"\n");
    const Time begin = midnight - days(1);
    for (int n = 0; n < 360; ++n) read(0, begin + seconds(10) * n);
    EXPECT_EQ(value(text, midnight).value, 2) << "an hour: two, give or take half of one";
    EXPECT_EQ(value(text, midnight).parts[0].readings, 360U);
    // Those that are due and come a little early or late count all.
    for (int hour = 0; hour < 24; ++hour) {
        read(1, begin + hours(hour) + minutes(hour % 3 == 0 ? 12 : hour % 3 == 1 ? 0 : 25));
    }
    EXPECT_EQ(value(text, midnight).value, 26);
}

// A mean of metres and centimetres is neither.
TEST_P(MissingReadings, ReadingsOfDifferentUnitsHaveNoValue) {
    const auto in_unit = [&](int n, Time at, const std::string& unit) {
        Attribute reading = property("urn:test:level", 2, at);
        reading.unit_code = unit;
        ASSERT_TRUE(testing::set(*store, town, id_of(n), reading));
    };
    in_unit(0, noon, "MTR");
    in_unit(1, noon, "MTR");
    const std::string any = measure_text("m", "day", "mean");
    const std::string metres = measure_text("m", "day", "mean", "unit = \"MTR\"\n");
    EXPECT_EQ(value(any, midnight).value, 2);
    in_unit(2, noon, "CMT");
    for (const std::string& text : {any, metres}) {
        const MeasureValue mixed = value(text, midnight);
        EXPECT_EQ(mixed.lack, MeasureLack::Unit);
        EXPECT_EQ(mixed.entity, id_of(2));
    }
    EXPECT_EQ(value(measure_text("m", "day", "count"), midnight).value, 3) << "no amounts";
    // The unit that readings had then counts, not that of now.
    in_unit(2, midnight + hours(1), "MTR");
    EXPECT_EQ(value(metres, midnight).lack, MeasureLack::Unit);
}

// The measure of one part alone says the unit of its readings by its own.
TEST_P(MissingReadings, AreHeldAgainstTheUnitOfTheMeasure) {
    const auto read_in = [&](int n, Json level, const std::string& unit) {
        Attribute reading = property("urn:test:level", std::move(level), noon);
        reading.unit_code = unit;
        ASSERT_TRUE(testing::set(*store, town, id_of(n), reading));
    };
    const auto in_metres = [](const std::string& is) {
        std::string text = measure_text("m", "day", is);
        text.replace(text.find("C62"), 3, "MTR");
        return text;
    };
    read_in(0, 300, "CMT");
    for (const char* is : {"mean", "sum", "min", "max", "quantile"}) {
        EXPECT_EQ(value(in_metres(is), midnight).lack, MeasureLack::Unit) << is;
    }
    EXPECT_EQ(value(measure_text("m", "day", "mean"), midnight).value, 300) << "a number of things";
    // None at all are what they are taken for; some beside others are not.
    read_in(0, 300, "");
    EXPECT_EQ(value(in_metres("mean"), midnight).value, 300);
    read_in(1, 3, "MTR");
    const MeasureValue mixed = value(in_metres("mean"), midnight);
    EXPECT_EQ(mixed.lack, MeasureLack::Unit);
    EXPECT_EQ(mixed.entity, id_of(0));
    EXPECT_EQ(value(measure_text("m", "day", "mean", "unit = \"MTR\"\n"), midnight).lack,
              MeasureLack::Unit);
    // True and false are no metres.
    read_in(0, true, "");
    EXPECT_EQ(value(in_metres("mean"), midnight).value, 3);
    EXPECT_EQ(value(in_metres("sum"), midnight).parts[0].readings, 1U);
    EXPECT_EQ(value(measure_text("m", "day", "mean"), midnight).value, 2) << "without a unit, 1";
}

}  // namespace
}  // namespace musubi::testing
