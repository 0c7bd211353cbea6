#include "project/effect/panel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

#include "unit/project/effect/effect_data.h"

namespace musubi {
namespace {

using testing::readings_of;

std::vector<EffectReading> three_towns() {
    return readings_of({{1, 2, 3, 4}, {2, 3, 4, 5}, {3, 4, 9, 9}}, 1, 2);
}

EffectRule panel_refusal(const std::vector<EffectReading>& readings, const EffectPlan& plan) {
    const auto panel = make_panel(readings, plan);
    EXPECT_FALSE(panel);
    return panel ? EffectRule::PoorFit : panel.error().rule;
}

const EffectPlan kPlan{{"u1002"}, "2002"};

TEST(EffectPanel, PutsComparisonsFirstWhateverTheOrderOfRows) {
    std::vector<EffectReading> readings = three_towns();
    const EffectPlan plan = plan_of(readings).value();
    EXPECT_EQ(plan.treated, std::vector<std::string>{"u1002"});
    EXPECT_EQ(plan.first_after, "2002");
    const EffectPanel panel = make_panel(readings, plan).value();
    std::reverse(readings.begin(), readings.end());
    EXPECT_EQ(make_panel(readings, plan).value().values, panel.values);
    EXPECT_EQ(panel.units, (std::vector<std::string>{"u1000", "u1001", "u1002"}));
    EXPECT_EQ(panel.comparisons, 2U);
    EXPECT_EQ(panel.before, 2U);
    EXPECT_EQ(panel.at(2, 3), 9);
    EXPECT_EQ(panel.comparison_mean(), (std::vector<double>{1.5, 2.5, 3.5, 4.5}));
    // A name that sorts in front does not move the treated there.
    EXPECT_EQ(make_panel(readings, {{"u1000"}, "2002"}).value().units.back(), "u1000");
}

TEST(EffectPanel, RefusesGapsAndWhatIsTwice) {
    std::vector<EffectReading> readings = three_towns();
    readings.erase(readings.begin() + 5);
    const auto gap = make_panel(readings, kPlan);
    ASSERT_FALSE(gap);
    EXPECT_EQ(gap.error().rule, EffectRule::Gap);
    EXPECT_EQ(gap.error().place, "u1001, 2001");
    readings = three_towns();
    readings.push_back(readings.front());
    EXPECT_EQ(panel_refusal(readings, kPlan), EffectRule::GivenTwice);
    for (EffectReading& reading : readings) {
        if (reading.period == "2001") reading.period = "1990";
    }
    EXPECT_EQ(panel_refusal(readings, kPlan), EffectRule::UnevenPeriods);
}

TEST(EffectPanel, RefusesWhatIsNoNumber) {
    for (const double value :
         {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
        std::vector<EffectReading> readings = three_towns();
        readings[3].value = value;
        EXPECT_EQ(panel_refusal(readings, kPlan), EffectRule::NotANumber);
    }
}

TEST(EffectPanel, RefusesWhatIsTooLargeToComputeWith) {
    std::vector<EffectReading> readings = three_towns();
    readings[3].value = -1e308;
    const auto panel = make_panel(readings, kPlan);
    ASSERT_FALSE(panel);
    EXPECT_EQ(panel.error().rule, EffectRule::TooLarge);
    EXPECT_EQ(
        to_text(panel.error(), true),
        "u1000, 2003 の値が大きすぎて計算できません（10 の 100 乗まで）。打ち間違いでなければ、"
        "単位を大きくしてください。");
    readings[3].value = -1e100;
    EXPECT_TRUE(make_panel(readings, kPlan));
}

TEST(EffectPanel, ATableOfPlacesWithoutNamesIsAskedForThem) {
    std::vector<EffectReading> readings = three_towns();
    for (EffectReading& reading : readings) reading.unit = EffectReading::kOnePlace;
    const auto panel = make_panel(readings, {{"-"}, "2002"});
    ASSERT_FALSE(panel);
    EXPECT_EQ(panel.error().rule, EffectRule::PlacesUnsaid);
    EXPECT_EQ(panel.error().place, "2000");
    EXPECT_NE(to_text(panel.error(), true).find("--unit"), std::string::npos);
    // Of one place without a name, the period alone is told.
    readings.resize(4);
    readings[1].value = std::numeric_limits<double>::quiet_NaN();
    const auto hole = make_panel(readings, {{"-"}, "2002"});
    ASSERT_FALSE(hole);
    EXPECT_EQ(hole.error().place, "2001");
}

TEST(EffectPanel, SaysInWordsOfWhatThereIsTooMuch) {
    std::vector<EffectReading> readings;
    for (std::size_t i = 0; i <= EffectPanel::kMaxUnits; ++i) {
        readings.push_back({std::to_string(i), "1", 1});
    }
    EXPECT_EQ(panel_refusal(readings, {{"1"}, "1"}), EffectRule::TooManyPlaces);
    for (EffectReading& reading : readings) std::swap(reading.unit, reading.period);
    EXPECT_EQ(panel_refusal(readings, {{"1"}, "1"}), EffectRule::TooManyPeriods);
    for (const EffectRule rule : {EffectRule::TooManyPlaces, EffectRule::TooManyPeriods}) {
        const std::string ja = to_text({rule, 501, 500}, true);
        EXPECT_NE(ja.find("500"), std::string::npos);
        EXPECT_TRUE(std::none_of(ja.begin(), ja.end(), [](char c) { return c >= 'a' && c <= 'z'; }))
            << ja;
    }
}

TEST(EffectPanel, ReadsYearsMonthsAndDays) {
    const auto read = [](const std::vector<std::string>& periods) {
        std::vector<EffectReading> readings;
        for (const std::string& period : periods) readings.push_back({"a", period, 1});
        return make_panel(readings, {{"a"}, periods.back()});
    };
    EXPECT_TRUE(read({"2023-11", "2023-12", "2024-01"}));
    EXPECT_TRUE(read({"2024-02-28", "2024-02-29", "2024-03-01"}));
    EXPECT_TRUE(read({"2024-01-01", "2024-02-01", "2024-03-01"}));  // months, of unlike length
    EXPECT_TRUE(read({"9", "10", "11"}));                           // numbers, not words
    EXPECT_EQ(read({"9", "10", "11"})->periods.front(), "9");
    EXPECT_TRUE(read({"1970", "1975", "1980"}));
    for (const std::vector<std::string>& periods : std::vector<std::vector<std::string>>{
             {"2023-11", "2024-01", "2024-02"}, {"2024-01-01", "2024-02-01", "2024-02-03"}}) {
        ASSERT_FALSE(read(periods));
        EXPECT_EQ(read(periods).error().rule, EffectRule::UnevenPeriods);
    }
    for (const char* bad : {"", "2024-13", "2024-02-30", "令和6年", "2024/04", "1e3"}) {
        ASSERT_FALSE(read({"2023", bad}));
        EXPECT_EQ(read({"2023", bad}).error().rule, EffectRule::UnreadablePeriod) << bad;
    }
    EXPECT_EQ(read({"7", "07"}).error().rule, EffectRule::GivenTwice);
    EXPECT_EQ(read({"2024", "2024-02"}).error().rule, EffectRule::UnreadablePeriod);
}

TEST(EffectPanel, RefusesPlansThatAreNoBlock) {
    std::vector<EffectReading> readings = three_towns();
    EXPECT_EQ(panel_refusal({}, kPlan), EffectRule::NoReadings);
    EXPECT_EQ(panel_refusal(readings, {{}, "2002"}), EffectRule::NobodyTreated);
    EXPECT_EQ(panel_refusal(readings, {{"u9"}, "2002"}), EffectRule::UnknownUnit);
    EXPECT_EQ(panel_refusal(readings, {{"u1002"}, "2009"}), EffectRule::UnknownPeriod);
    EXPECT_EQ(panel_refusal(readings, {{"u1002"}, "2000"}), EffectRule::TooFewBefore);
    for (EffectReading& reading : readings) reading.treated = false;
    EXPECT_EQ(plan_of(readings).error().rule, EffectRule::NobodyTreated);
    readings[10].treated = true;  // u1002 in 2002, not in 2003
    EXPECT_EQ(plan_of(readings).error().rule, EffectRule::TreatmentEnds);
    readings[11].treated = true;
    EXPECT_TRUE(plan_of(readings));
    readings[7].treated = true;  // u1001 a year later
    EXPECT_EQ(plan_of(readings).error().rule, EffectRule::NotOneStart);
}

TEST(EffectRefusal, HasWordsForEachRule) {
    for (int i = 0; i <= static_cast<int>(EffectRule::PoorFit); ++i) {
        const EffectRefusal refusal{static_cast<EffectRule>(i), 3, 8, "橋"};
        EXPECT_FALSE(code_of(refusal.rule).empty());
        for (const bool japanese : {true, false}) {
            const std::string text = to_text(refusal, japanese);
            EXPECT_EQ(text.find('{'), std::string::npos) << text;
            EXPECT_GT(text.size(), 20U);
        }
        EXPECT_EQ(to_error(refusal).where, code_of(refusal.rule));
    }
    EXPECT_EQ(to_text({EffectRule::TooFewBefore, 3, 8}, true),
              "取り組みの前の期間が3しかありません。少なくとも8必要です。");
}

}  // namespace
}  // namespace musubi
