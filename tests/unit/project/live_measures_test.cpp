#include "project/measures/live_measures.h"

#include <array>
#include <optional>

#include "base/random.h"
#include "measure_world.h"
#include "store/codec.h"

namespace musubi::testing {
namespace {

constexpr std::array kAll{"count",    "distinct", "entities",    "members", "expected",
                          "arrived",  "sum",      "mean",        "min",     "max",
                          "quantile", "share",    "time-beyond", "change",  "rate"};

// Every kind of part, alone, by group, of some entities, beyond a number and an attribute.
std::string all_measures() {
    std::string text;
    for (const std::string kind : kAll) {
        const bool bound = kind == "share" || kind == "time-beyond";
        const std::string hold = kind == "time-beyond" ? "hold = \"PT35M\"\n" : "";
        const std::string quantile = kind == "quantile" ? "quantile = 0.9\n" : "";
        const std::string beyond =
            std::string{bound ? "above = 0.5\n" : ""}.append(hold + quantile);
        text += measure_text(kind, "day", kind, (bound ? "above = 1.0\n" : "") + hold + quantile);
        text +=
            measure_text(kind + "-by", "day", kind,
                         (bound ? "below_attribute = \"urn:test:danger\"\n" : "") + hold + quantile,
                         "by = \"urn:test:river\"\nsmallest = 2\n");
        text += measure_text(kind + "-strict", "day", kind,
                             beyond + (kind.size() % 2 == 0 ? "every = \"PT40M\"\n" : ""),
                             "missing = \"no-value\"\nleast_share = 0.6\n");
        // Of each, of who are taken together, of the day before, less what another attribute says.
        const bool of_readings = kind != "members" && kind != "expected";
        text += measure_text(kind + "-each", "day", kind,
                             beyond + (of_readings ? "less_attribute = \"urn:test:danger\"\n" : ""),
                             "across = \"median\"\nby = \"urn:test:river\"\n");
        text += measure_text(kind + "-together", "day", kind,
                             beyond + (kind == "time-beyond" ? "" : "ago = 1\n"),
                             "across = \"mean\"\neach = \"urn:test:kind\"\n");
        text += measure_text(
            kind + "-some", "week", kind,
            "q = \"urn:test:kind==\\\"main\\\"\"\nunit = \"MTR\"\n" +
                std::string{bound ? "above_attribute = \"urn:test:danger\"\n" : ""} + hold);
    }
    return text;
}

// A store in which anything happens to gauges, and measures that follow it.
class LiveWorld : public StoreTest {
protected:
    void SetUp() override {
        StoreTest::SetUp();
        set = measures_of(all_measures());
        begin_anew();
    }
    void begin_anew() {
        live.emplace(
            set, [this](const std::string& id) { return store->find(town, id); },
            [this](const std::string& id, const std::string& attribute) {
                return reading_times(*store, town, id, attribute);
            });
    }
    static std::string id_of(std::uint64_t n) { return "urn:test:g" + std::to_string(n); }
    std::uint64_t draw(std::uint64_t below) { return random.next() % below; }

    Attribute level(Time at) {
        Attribute reading = property("urn:test:level", static_cast<double>(draw(300)) / 100, at);
        if (draw(50) == 0) reading.value = Json{"high"};
        reading.unit_code = draw(40) == 0 ? "CMT" : "MTR";
        return reading;
    }
    void make(const std::string& id) {
        Entity entity = gauge(id, 0.5, now);
        entity.attributes.push_back(property("urn:test:river", draw(2) == 0 ? "九頭竜" : "足羽"));
        entity.attributes.push_back(property("urn:test:kind", draw(3) == 0 ? "side" : "main"));
        if (draw(4) != 0) entity.attributes.push_back(property("urn:test:danger", 1.5));
        ASSERT_TRUE(create(*store, town, entity));
    }
    // A past reading was never so: perhaps the first one.
    void withdraw_one(const std::string& id, const Attribute& present) {
        const auto history = *store->history(town, id, {"urn:test:level"});
        const auto& points = history.at(0).points;
        const Point& point = points[draw(2) == 0 ? 0 : draw(points.size())];
        if (point.deleted || point.instance == present.instance) return;
        const Attribute was = *from_point("urn:test:level", "", point);
        ASSERT_TRUE(store->commit(town, [&](Transaction& tx) -> Result<void> {
            TRY(tx.edit(id))->withdraw(was, std::nullopt);
            return {};
        }));
    }
    // A reading in order, late, or again at the same time; a change of who belongs where; an end.
    void something() {
        const std::string id = id_of(draw(6));
        const EntityPtr entity = *store->find(town, id);
        if (!entity) return make(id);
        const Attribute* present = entity->find("urn:test:level");
        const std::uint64_t what = draw(100);
        const auto change = [&](const auto& run) {
            ASSERT_TRUE(store->commit(town, [&](Transaction& tx) -> Result<void> {
                EntityEdit* edit = TRY(tx.edit(id));
                return run(*edit);
            }));
        };
        if (what < 80 || present == nullptr) {
            change([&](EntityEdit& edit) -> Result<void> {
                // Each gauge has a delay of its own: others may have begun the next period.
                const std::uint64_t delay = id.back() % 4U * 17U;
                // Now and then a clock is a day ahead: what comes after it is late.
                const Duration ahead = draw(40) == 0 ? days(1) : Duration{};
                const Attribute reading =
                    level(now - minutes(static_cast<std::int64_t>(delay)) + ahead);
                const bool late =
                    present != nullptr && *reading.observed_at < *present->observed_at;
                late ? edit.add_late(reading) : edit.set(reading);
                return {};
            });
        } else if (what < 86) {
            change([&](EntityEdit& edit) -> Result<void> {
                edit.add_late(
                    level(*present->observed_at - minutes(static_cast<std::int64_t>(draw(3'000)))));
                return {};
            });
        } else if (what < 89) {
            change([&](EntityEdit& edit) {
                return edit.correct(*present, level(*present->observed_at));
            });
        } else if (what < 91) {
            change([&](EntityEdit& edit) -> Result<void> {
                edit.set(level(*present->observed_at));
                return {};
            });
        } else if (what < 93) {
            withdraw_one(id, *present);
        } else if (what < 97) {
            const std::array changes{property("urn:test:river", draw(2) == 0 ? "九頭竜" : "足羽"),
                                     property("urn:test:kind", draw(2) == 0 ? "side" : "main"),
                                     property("urn:test:danger", static_cast<double>(draw(3)))};
            change([&](EntityEdit& edit) -> Result<void> {
                edit.set(changes.at(draw(3)));
                return {};
            });
        } else if (what < 99) {
            change([&](EntityEdit& edit) -> Result<void> {
                edit.remove("urn:test:level", "");
                return {};
            });
        } else {
            ASSERT_TRUE(store->commit(town, [&](Transaction& tx) { return tx.erase(id); }));
        }
    }
    void follow() {
        for (;;) {
            const auto changes = *store->changes(taken, 1'000, {});
            if (changes.empty()) return;
            for (const ChangePtr& change : changes) {
                ASSERT_TRUE(live->take(*change, 0));
                taken = change->sequence;
            }
        }
    }
    // Each value as it is kept up, or gathered where it is not, against one from nothing.
    void compare(std::size_t measure, Time at) {
        const Measure& of = set->measures[measure];
        const Period period = period_at(of.period, at);
        auto kept = live->values(measure, period, now);
        if (!kept) {
            kept = *live->gather(*store, town, measure, period, now);
            ++gathered;
        } else {
            ++kept_up;
        }
        const auto anew = compute_measure(*store, town, of, period, now)->values;
        ASSERT_EQ(*kept, anew) << told(*kept) << " against " << told(anew) << of.id << " "
                               << to_iso(period.from) << " " << kept->size();
        for (const MeasureValue& value : anew) {
            with_value += value.value ? 1 : 0;
            with_missing += value.lack == MeasureLack::Missing ? 1 : 0;
        }
    }

    static std::string told(const std::vector<MeasureValue>& values) {
        std::string out;
        for (const MeasureValue& value : values) {
            out += "[" + value.group + " " + (value.value ? std::to_string(*value.value) : "none") +
                   " lack " + std::to_string(static_cast<int>(value.lack)) + " came " +
                   std::to_string(value.came.came) + "/" + std::to_string(value.came.due) + " of";
            for (const auto& part : value.parts) {
                out += " " + std::to_string(part.readings) + "/" + std::to_string(part.entities);
            }
            out += " " + value.entity + "]";
        }
        return out;
    }

    MeasureSetPtr set;
    std::optional<LiveMeasures> live;
    SeededRandom random{20261126};
    Time now{*parse_time("2026-11-20T00:00:00Z")};
    std::uint64_t taken = 0;
    std::size_t gathered = 0;
    std::size_t kept_up = 0;
    std::size_t with_value = 0;
    std::size_t with_missing = 0;
};

TEST_P(LiveWorld, SaysWhatARecomputationSays) {
    for (int round = 0; round < 900; ++round) {
        for (std::uint64_t n = draw(6); n > 0; --n) {
            now = now + minutes(static_cast<std::int64_t>(1 + draw(20)));
            something();
            if (HasFatalFailure()) return;
        }
        if (draw(10) == 0) now = now + hours(static_cast<std::int64_t>(draw(30)));
        follow();
        for (int i = 0; i < 6; ++i) {
            const Time at = draw(4) == 0 ? now - hours(static_cast<std::int64_t>(draw(60))) : now;
            compare(draw(set->measures.size()), at);
            if (HasFatalFailure()) return;
        }
    }
    EXPECT_GT(kept_up, 900U) << "it would show nothing";
    EXPECT_GT(gathered, 300U);
    EXPECT_GT(with_value, 2'000U);
    EXPECT_GT(with_missing, 50U);
}

// Gathered while changes wait to be taken: none is counted twice, none is missed.
TEST_P(LiveWorld, WhatWasGatheredAlreadyIsNotCountedAgain) {
    for (int round = 0; round < 300; ++round) {
        for (std::uint64_t n = draw(8); n > 0; --n) {
            now = now + minutes(static_cast<std::int64_t>(1 + draw(10)));
            something();
            if (HasFatalFailure()) return;
        }
        const std::size_t measure = draw(set->measures.size());
        const Period period = period_at(set->measures[measure].period, now);
        if (draw(2) == 0) {
            ASSERT_TRUE(live->gather(*store, town, measure, period, now));
        }
        follow();
        for (std::size_t m = 0; m < set->measures.size(); m += 5) {
            compare(m, now);
            if (HasFatalFailure()) return;
        }
        compare(measure, now);
        if (HasFatalFailure()) return;
    }
}

// The log is taken again from before the program ended; the state of the store is that of its end.
TEST_P(LiveWorld, AfterARestartWhatIsTakenAgainIsNotCountedAgain) {
    for (int round = 0; round < 120; ++round) {
        const std::uint64_t before = taken;
        for (std::uint64_t n = 2 + draw(12); n > 0; --n) {
            now = now + minutes(static_cast<std::int64_t>(1 + draw(40)));
            something();
            if (HasFatalFailure()) return;
        }
        follow();
        begin_anew();
        for (std::uint64_t n = 0; n < 6; ++n) {
            const EntityPtr entity = *store->find(town, id_of(n));
            if (entity) ASSERT_TRUE(live->adopt(*entity));
        }
        taken = before;
        for (std::size_t m = draw(4); m < set->measures.size(); m += 4) {
            ASSERT_TRUE(
                live->gather(*store, town, m, period_at(set->measures[m].period, now), now));
        }
        follow();
        for (std::size_t m = 0; m < set->measures.size(); m += 3) {
            compare(m, now);
            if (HasFatalFailure()) return;
        }
    }
}

TEST_P(LiveWorld, SeveralPeriodsInOnePassAreAsEachAlone) {
    for (int n = 0; n < 400; ++n) {
        now = now + minutes(static_cast<std::int64_t>(1 + draw(90)));
        something();
        if (HasFatalFailure()) return;
    }
    for (const Measure& measure : set->measures) {
        std::vector<Period> periods{period_at(measure.period, now - days(25))};
        while (periods.back().to <= now)
            periods.push_back(next_period(measure.period, periods.back()));
        const auto together = *compute_measures(*store, town, measure, periods, now);
        ASSERT_EQ(together.size(), periods.size());
        for (std::size_t n = 0; n < periods.size(); ++n) {
            const ComputedMeasure alone = *compute_measure(*store, town, measure, periods[n], now);
            ASSERT_EQ(together[n].values, alone.values) << measure.id;
            ASSERT_EQ(together[n].roots, alone.roots) << measure.id;
        }
    }
}

// The root of a few readings tells what they were to who tries them all.
TEST_P(LiveWorld, AGroupThatIsTooSmallShowsNoRoot) {
    make(id_of(1));
    const Measure& measure = *set->find("mean-by");
    const Period day = period_at(measure.period, now);
    const ComputedMeasure computed = *compute_measure(*store, town, measure, day, now);
    ASSERT_EQ(computed.values.size(), 1U);
    EXPECT_EQ(computed.values[0].lack, MeasureLack::TooSmall);
    EXPECT_EQ(computed.roots[0], ReadingsRoot{}.hex());
}

TEST_P(LiveWorld, TellsWhichPeriodsReadingsTouched) {
    make(id_of(1));
    follow();
    static_cast<void>(live->take_touched());
    compare(0, now);
    now = now + minutes(10);
    ASSERT_TRUE(testing::set(*store, town, id_of(1), level(now)));
    follow();
    const auto touched = live->take_touched();
    const LiveMeasures::Touched today{0, period_at(PeriodKind::Day, now)};
    EXPECT_NE(std::find(touched.begin(), touched.end(), today), touched.end());
    EXPECT_TRUE(live->take_touched().empty());
    // A late one of a day that is not kept up.
    ASSERT_TRUE(store->commit(town, [&](Transaction& tx) -> Result<void> {
        TRY(tx.edit(id_of(1)))->add_late(level(now - days(40)));
        return {};
    }));
    follow();
    const auto late = live->take_touched();
    const LiveMeasures::Touched then{0, period_at(PeriodKind::Day, now - days(40))};
    EXPECT_NE(std::find(late.begin(), late.end(), then), late.end());
}

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
INSTANTIATE_TEST_SUITE_P(Memory, LiveWorld, ::testing::Values(Kind::Memory));

}  // namespace
}  // namespace musubi::testing
