#include <gtest/gtest.h>

#include <cmath>

#include "insight/lookahead/call.h"
#include "insight/lookahead/fit.h"
#include "insight/lookahead/trial.h"
#include "rule_world.h"

namespace musubi::test {
namespace {

Time at(int minute) { return RuleWorld::kDay + minutes(minute); }

TEST(Gauge, MeasuresRisesBetweenReadings) {
    Gauge gauge;
    gauge.add(at(0), 1.0);
    EXPECT_TRUE(gauge.is_first());
    EXPECT_EQ(gauge.now().last60, 0);
    gauge.add(at(20), 1.2);
    EXPECT_NEAR(gauge.now().last10, 0.1, 1e-12);  // half way between the readings
    EXPECT_NEAR(gauge.now().last60, 0.6, 1e-12);  // younger than that: as if it had gone on so
    gauge.add(at(60), 1.6);
    EXPECT_NEAR(gauge.now().last10, 0.1, 1e-12);
    EXPECT_NEAR(gauge.now().last60, 0.6, 1e-12);
    EXPECT_EQ(gauge.now().age, minutes(60));
}

TEST(Gauge, ForgetsWhatWasBeforeAGap) {
    Gauge gauge;
    gauge.add(at(0), 1.0);
    gauge.add(at(60), 2.0);  // no gap yet
    EXPECT_EQ(gauge.now().age, minutes(60));
    gauge.add(at(121), 5.0);
    EXPECT_EQ(gauge.now().age, minutes(0));
    EXPECT_EQ(gauge.now().last60, 0);
    EXPECT_NEAR(gauge.now().biggest, 1.0, 1e-12);
}

TEST(Gauge, TheLargestRiseIsOneThatWasSeenBefore) {
    Gauge gauge;
    for (int i = 0; i <= 6; ++i) gauge.add(at(10 * i), 0.1 * i);
    EXPECT_EQ(gauge.now().biggest, 0);
    gauge.add(at(70), 0.6);
    EXPECT_NEAR(gauge.now().biggest, 0.6, 1e-12);
    EXPECT_NEAR(gauge.nearness(1.2, 0.3), 0.0, 1e-12);
    EXPECT_NEAR(gauge.nearness(0.6, 0.3), 1.0, 1e-12);
    EXPECT_EQ(gauge.nearness(9, 0.3), -1);
}

TEST(Gauge, KeepsItsSizeHoweverFastReadingsCome) {
    Gauge gauge;
    for (int i = 0; i < 100'000; ++i) {
        gauge.add(RuleWorld::kDay + milliseconds(100 * i), 1.0 + i * 1e-5);
    }
    std::string bytes;
    ByteWriter out{bytes};
    gauge.write(out);
    EXPECT_LT(bytes.size(), 1'000U);
    EXPECT_NEAR(gauge.now().last60, 0.36, 1e-6);
}

TEST(Gauge, IsTheSameAfterBeingKept) {
    Gauge gauge;
    for (int i = 0; i < 30; ++i) gauge.add(at(7 * i), std::sin(0.3 * i));
    std::string bytes;
    ByteWriter out{bytes};
    gauge.write(out);
    ByteReader in{bytes};
    Gauge again = Gauge::read(in);
    EXPECT_FALSE(in.failed());
    gauge.add(at(300), 2);
    again.add(at(300), 2);
    EXPECT_EQ(again.now().last60, gauge.now().last60);
    EXPECT_EQ(again.now().biggest, gauge.now().biggest);
    EXPECT_EQ(again.now().age, gauge.now().age);
    ByteReader broken{std::string_view{bytes}.substr(0, bytes.size() - 3)};
    static_cast<void>(Gauge::read(broken));
    EXPECT_TRUE(broken.failed());
}

const LookAheadModel kModel;
Call::Reading reading(int minute, bool condition, bool onset = false) {
    return {.at = at(minute),
            .clock = at(minute),
            .above = onset,
            .onset = onset,
            .condition = condition};
}

TEST(Call, ComesTrueWithinTheHorizon) {
    Call call;
    EXPECT_EQ(call.take(kModel, reading(0, true)), Call::Step::Begins);
    EXPECT_EQ(call.take(kModel, reading(60, false, true)), Call::Step::ComesTrue);
    EXPECT_FALSE(call.active());
    call.take(kModel, reading(100, true));
    EXPECT_EQ(call.take(kModel, reading(161, false, true)), Call::Step::ComesFalse);
}

TEST(Call, ToldAtTheSameMomentIsNoLookAhead) {
    Call call;
    Call::Reading first = reading(0, true);
    first.clock = at(10);  // published ten minutes late
    call.take(kModel, first);
    EXPECT_EQ(call.take(kModel, reading(10, false, true)), Call::Step::ComesFalse);
}

TEST(Call, EndsWhenTheConditionHasFailedAndIsNotRenewed) {
    Call call;
    call.take(kModel, reading(0, true));
    EXPECT_EQ(call.take(kModel, reading(50, true)), Call::Step::None);
    EXPECT_EQ(call.take(kModel, reading(70, false)), Call::Step::None);  // held 20 minutes ago
    EXPECT_EQ(call.take(kModel, reading(80, true)), Call::Step::None);   // it goes on
    EXPECT_EQ(call.take(kModel, reading(110, false)), Call::Step::ComesFalse);
    EXPECT_EQ(call.take(kModel, reading(120, true)), Call::Step::Begins);
}

TEST(Model, TheParameterFileOfThePackIsRead) {
    const auto model =
        parse_look_ahead(file_text(project() + "/packs/river/lookahead.toml"), "l.toml");
    ASSERT_TRUE(model) << to_text(model.error());
    EXPECT_EQ(model->horizon, minutes(60));
    EXPECT_EQ(model->coefficients[0], -0.903);
    EXPECT_EQ(model->fitting.shifts.size(), 10U);
    EXPECT_EQ(model->fitting.exclude.size(), 3U);
    EXPECT_EQ(parse_look_ahead("fitted_on = \"x\"\n[coefficients]\n", "l.toml").error().where,
              "l.toml:2");
    EXPECT_EQ(parse_look_ahead("fitted_on = \"x\"\n[method]\nhold = 3\n", "l.toml").error().where,
              "l.toml:3");
}

/// Days of made-up storms: every gauge rises to its own height and falls again.
std::vector<GaugePast> storms(int gauges, int days, double extra_on_day_3 = 0) {
    std::vector<GaugePast> all;
    for (int g = 0; g < gauges; ++g) {
        GaugePast& past = all.emplace_back();
        past.id = "urn:" + std::to_string(g);
        past.thresholds["t"] = 2.0;
        Gauge gauge;
        for (int i = 0; i < 144 * days; ++i) {
            const int day = i / 144;
            const double height = 0.7 + 0.13 * ((g * 7 + day * 5) % 17);
            const double phase = (i % 144) / 144.0;
            double level = height * std::exp(-60 * (phase - 0.5) * (phase - 0.5));
            // Readings of the day's own files: 0:10 to 24:00 in Japan.
            if (day == 3) level += extra_on_day_3 * phase * ((i * 37) % 11);
            const Time when = begin_of(100) + minutes(10 * (i + 1));
            gauge.add(when, level);
            past.readings.push_back({gauge.now(), when, 0});
        }
    }
    return all;
}

std::set<DayNumber> days_from_100(int n) {
    std::set<DayNumber> days;
    for (int i = 0; i < n; ++i) days.insert(100 + i);
    return days;
}

LookAheadModel storm_model() {
    LookAheadModel model;
    model.fitting.threshold = "t";
    model.fitting.least_weight = 5;
    return model;
}

TEST(Fit, WhatHappensOnTheDayThatIsLeftOutTeachesNothing) {
    const LookAheadModel model = storm_model();
    const auto calm = storms(20, 6);
    const auto wild = storms(20, 6, 0.05);
    const auto a = LookAheadFitter{calm, model, 0.1, days_from_100(6)}.without(103);
    auto changed = wild;
    for (std::size_t g = 0; g < changed.size(); ++g) {
        // The largest rise ever seen is a scale, and not what is tested.
        for (std::size_t i = 0; i < changed[g].readings.size(); ++i) {
            const DayNumber day = day_of(changed[g].readings[i].rise.at);
            if (day != 103) changed[g].readings[i] = calm[g].readings[i];
        }
    }
    const auto b = LookAheadFitter{changed, model, 0.1, days_from_100(6)}.without(103);
    const auto all = LookAheadFitter{changed, model, 0.1, days_from_100(6)}.of_all();
    ASSERT_TRUE(a && b && all);
    EXPECT_EQ(a->coefficients, b->coefficients);
    EXPECT_EQ(a->rows, b->rows);
    EXPECT_NE(all->coefficients, b->coefficients);
}

TEST(Fit, OfTooLittleIsNone) {
    const LookAheadModel model = storm_model();
    const auto past = storms(1, 2);
    EXPECT_FALSE((LookAheadFitter{past, model, 0.1, days_from_100(2)}.of_all()));
}

TEST(Trial, WhatIsPublishedAfterACallDoesNotChangeIt) {
    const LookAheadModel model = storm_model();
    auto past = storms(20, 6);
    const auto fitted = LookAheadFitter{past, model, 0.1, days_from_100(6)}.of_all();
    ASSERT_TRUE(fitted);
    const CoefficientsOfDay same = [&](DayNumber) { return &fitted->coefficients; };
    Trial whole;
    for (const GaugePast& gauge : past) try_threshold(gauge, 2.0, {model, 0.1, same}, whole);
    ASSERT_FALSE(whole.calls.empty());
    const TriedCall first = whole.calls.front();
    GaugePast cut = *first.gauge;
    std::erase_if(cut.readings, [&](const SeenReading& r) { return r.clock > first.called; });
    Trial part;
    try_threshold(cut, 2.0, {model, 0.1, same}, part);
    ASSERT_FALSE(part.calls.empty());
    EXPECT_EQ(part.calls.back().called, first.called);
}

TEST(Days, MidnightBelongsToTheDayThatEnds) {
    const Time midnight = begin_of(200);
    EXPECT_EQ(day_of(midnight), 199);
    EXPECT_EQ(day_of(midnight + minutes(10)), 200);
    EXPECT_EQ(day_of(Time{-1'000'000'000'000'000}), -11574);
}

}  // namespace
}  // namespace musubi::test
