#include "live_world.h"

namespace musubi::testing {
namespace {

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

// A clock a day ahead, what it sends late after that, and another's reading that begins the day.
TEST_P(LiveWorld, ADayThatALateReadingWasForIsNotBegunWithoutIt) {
    const Time before = now - days(2);
    for (const std::uint64_t n : {0U, 1U}) {
        ASSERT_TRUE(create(*store, town, gauge(id_of(n), 1, before)));
    }
    follow();
    ASSERT_TRUE(testing::set(*store, town, id_of(0), property("urn:test:level", 9, now + days(1))));
    ASSERT_TRUE(store->commit(town, [&](Transaction& tx) -> Result<void> {
        TRY(tx.edit(id_of(0)))->add_late(property("urn:test:level", 100, now));
        return {};
    }));
    ASSERT_TRUE(testing::set(*store, town, id_of(1), property("urn:test:level", 1, now)));
    follow();
    for (std::size_t m = 0; m < set->measures.size(); ++m) {
        compare(m, now);
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

INSTANTIATE_TEST_SUITE_P(Memory, LiveWorld, ::testing::Values(Kind::Memory));

}  // namespace
}  // namespace musubi::testing
