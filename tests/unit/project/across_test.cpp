#include "measure_world.h"
#include "project/measures/compute.h"
#include "project/measures/words.h"
#include "store/edit_values.h"

namespace musubi::testing {
namespace {

// Firms with a figure a day, and values of the formula for each of them.
class AcrossFirms : public StoreTest {
protected:
    void firm(const std::string& id, const std::string& cohort, double level, Time at) {
        Entity entity = gauge(id, level, at);
        entity.attributes.push_back(property("urn:test:cohort", cohort.c_str()));
        ASSERT_TRUE(create(*store, town, entity));
    }
    void read(const std::string& id, double level, Time at) {
        ASSERT_TRUE(testing::set(*store, town, id, property("urn:test:level", level, at)));
    }
    std::vector<MeasureValue> values(const std::string& of_measure, const std::string& more = "",
                                     const std::string& is = "sum") {
        set = measures_of(measure_text("m", "day", is, more, of_measure));
        const Period day = period_at(PeriodKind::Day, noon);
        return compute_measure(*store, town, set->measures[0], day, day.to)->values;
    }
    MeasureSetPtr set;
    Time noon{*parse_time("2026-11-20T03:00:00Z")};
};

TEST_P(AcrossFirms, TheMedianIsOfTheValuesOfEach) {
    firm("urn:test:a", "on", 1, noon);
    read("urn:test:a", 2, noon + hours(1));  // 3 together
    firm("urn:test:b", "on", 10, noon);
    firm("urn:test:c", "on", 100, noon);
    EXPECT_EQ(values("across = \"median\"\n").at(0).value, 10);
    EXPECT_EQ(values("across = \"median\"\n").at(0).cases, 3U);
    EXPECT_EQ(values("across = \"mean\"\n").at(0).value, 113.0 / 3);
    EXPECT_EQ(values("").at(0).value, 113) << "of all readings together";
    firm("urn:test:d", "off", 20, noon);
    EXPECT_EQ(values("across = \"median\"\n").at(0).value, 15) << "between 10 and 20";
    const auto parted = values("across = \"median\"\nby = \"urn:test:cohort\"\n");
    ASSERT_EQ(parted.size(), 2U);
    EXPECT_EQ(parted[0].group, "off");
    EXPECT_EQ(parted[0].value, 20);
    EXPECT_EQ(parted[1].value, 10);
    EXPECT_EQ(parted[1].parts.at(0).readings, 4U);
    EXPECT_FALSE(parted[1].parts.at(0).value) << "what each has is not the group's";
}

TEST_P(AcrossFirms, WhoLacksAPartDoesNotCount) {
    firm("urn:test:a", "on", 1, noon);
    firm("urn:test:b", "on", 5, noon - days(3));
    EXPECT_EQ(values("across = \"median\"\n").at(0).value, 1);
    EXPECT_EQ(values("across = \"median\"\n").at(0).cases, 1U);
    const auto none = values("across = \"median\"\n", "q = \"urn:test:cohort==\\\"x\\\"\"\n");
    EXPECT_EQ(none.at(0).lack, MeasureLack::Part);
    EXPECT_EQ(values("across = \"median\"\nsmallest = 2\n").at(0).lack, MeasureLack::TooSmall);
}

TEST_P(AcrossFirms, EntitiesOfOneFirmAreTakenTogether) {
    firm("urn:test:a1", "first", 1, noon);
    firm("urn:test:a2", "first", 4, noon);
    firm("urn:test:b", "second", 9, noon);
    const auto value = values("across = \"median\"\neach = \"urn:test:cohort\"\n").at(0);
    EXPECT_EQ(value.value, 7) << "between 5 and 9";
    EXPECT_EQ(value.cases, 2U);
    const MeasureWords words = describe(set->measures[0], *core_context());
    EXPECT_NE(words.en.find("the median of these"), std::string::npos) << words.en;
    EXPECT_NE(words.ja.find("中央値"), std::string::npos);
}

TEST_P(AcrossFirms, APartIsOfAPeriodBefore) {
    firm("urn:test:a", "on", 3, noon - days(2));
    read("urn:test:a", 50, noon - days(1));
    read("urn:test:a", 7, noon);
    EXPECT_EQ(values("").at(0).value, 7);
    EXPECT_EQ(values("", "ago = 1\n").at(0).value, 50);
    EXPECT_EQ(values("", "ago = 2\n").at(0).value, 3);
    EXPECT_EQ(values("", "ago = 3\n").at(0).lack, MeasureLack::Part);
    EXPECT_NE(describe(set->measures[0], *core_context()).en.find("3 periods before"),
              std::string::npos);
}

TEST_P(AcrossFirms, TheRootIsOfTheReadingsThatWereUsed) {
    firm("urn:test:a", "on", 3, noon - days(2));
    read("urn:test:a", 7, noon);
    const auto root = [&](const std::string& more) {
        set = measures_of(measure_text("m", "day", "sum", more));
        const Period day = period_at(PeriodKind::Day, noon);
        return compute_measure(*store, town, set->measures[0], day, day.to)->roots.at(0);
    };
    const std::string before = root("ago = 2\n");
    EXPECT_NE(before, root(""));
    read("urn:test:a", 8, noon + hours(1));
    EXPECT_EQ(before, root("ago = 2\n"));
}

TEST_P(AcrossFirms, TimesAreInSecondsAndTakenLessAnother) {
    const auto alert = [&](const std::string& id, const char* opened, const char* taken) {
        Entity entity = gauge(id, 0, noon);
        entity.attributes.clear();
        entity.attributes.push_back(property_of("urn:test:opened", date_time(*parse_time(opened))));
        Attribute level = property_of("urn:test:level", date_time(*parse_time(taken)));
        level.observed_at = *parse_time(taken);
        entity.attributes.push_back(std::move(level));
        ASSERT_TRUE(create(*store, town, entity));
    };
    alert("urn:test:a", "2026-11-20T01:00:00Z", "2026-11-20T01:05:00Z");
    alert("urn:test:b", "2026-11-19T14:00:00Z", "2026-11-19T15:00:00.5Z");  // over midnight
    const std::string less = "less_attribute = \"urn:test:opened\"\n";
    EXPECT_EQ(values("", less, "min").at(0).value, 300);
    EXPECT_EQ(values("", less, "max").at(0).value, 3600.5);
    firm("urn:test:c", "on", 5, noon);  // has nothing that it is less of
    EXPECT_EQ(values("", less, "count").at(0).value, 2);
    EXPECT_EQ(values("", "", "members").at(0).value, 3);
}

INSTANTIATE_TEST_SUITE_P(Each, AcrossFirms, ::testing::Values(Kind::Memory, Kind::Rocksdb));

}  // namespace
}  // namespace musubi::testing
