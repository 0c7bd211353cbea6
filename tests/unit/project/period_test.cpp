#include "project/measures/period.h"

#include <gtest/gtest.h>

namespace musubi {
namespace {

std::string span_of(PeriodKind kind, const std::string& at) {
    const Period period = period_at(kind, *parse_time(at));
    return to_iso(period.from) + " " + to_iso(period.to);
}

TEST(Period, BeginsAtMidnightInJapan) {
    EXPECT_EQ(span_of(PeriodKind::Day, "2026-11-26T14:59:59Z"),
              "2026-11-25T15:00:00Z 2026-11-26T15:00:00Z");
    EXPECT_EQ(span_of(PeriodKind::Day, "2026-11-26T15:00:00Z"),
              "2026-11-26T15:00:00Z 2026-11-27T15:00:00Z");
    EXPECT_EQ(span_of(PeriodKind::Day, "1969-07-20T20:17:40Z"),
              "1969-07-20T15:00:00Z 1969-07-21T15:00:00Z");
    // 2026-11-26 is a Thursday.
    EXPECT_EQ(span_of(PeriodKind::Week, "2026-11-26T00:00:00Z"),
              "2026-11-22T15:00:00Z 2026-11-29T15:00:00Z");
    EXPECT_EQ(span_of(PeriodKind::Month, "2026-12-31T15:00:00Z"),
              "2026-12-31T15:00:00Z 2027-01-31T15:00:00Z");
    EXPECT_EQ(span_of(PeriodKind::Quarter, "2026-11-26T00:00:00Z"),
              "2026-09-30T15:00:00Z 2026-12-31T15:00:00Z");
    EXPECT_EQ(span_of(PeriodKind::FiscalYear, "2027-03-31T14:59:59Z"),
              "2026-03-31T15:00:00Z 2027-03-31T15:00:00Z");
    EXPECT_EQ(span_of(PeriodKind::CalendarYear, "2027-03-31T14:59:59Z"),
              "2026-12-31T15:00:00Z 2027-12-31T15:00:00Z");
}

TEST(Period, ThoseOfOneKindMeetAndCoverTheirOwn) {
    for (const PeriodKind kind :
         {PeriodKind::Day, PeriodKind::Week, PeriodKind::Month, PeriodKind::Quarter,
          PeriodKind::FiscalYear, PeriodKind::CalendarYear}) {
        EXPECT_EQ(period_kind(name_of(kind)), kind);
        Period period = period_at(kind, *parse_time("2019-01-01T00:00:00Z"));
        for (int i = 0; i < 100; ++i) {
            EXPECT_EQ(period_at(kind, period.from), period);
            EXPECT_EQ(period_at(kind, period.to - microseconds(1)), period);
            const Period next = next_period(kind, period);
            EXPECT_EQ(next.from, period.to);
            period = next;
        }
    }
    EXPECT_FALSE(period_kind("year"));
}

TEST(Period, IsNamedAsTheTownHallNamesIt) {
    const auto named = [](PeriodKind kind, const std::string& at) {
        const PeriodName name = name_of(kind, period_at(kind, *parse_time(at)));
        return name.ja + " " + name.en;
    };
    EXPECT_EQ(named(PeriodKind::FiscalYear, "2027-01-01T00:00:00Z"), "令和8年度 FY2026");
    EXPECT_EQ(named(PeriodKind::FiscalYear, "2019-04-01T00:00:00Z"), "令和元年度 FY2019");
    EXPECT_EQ(named(PeriodKind::FiscalYear, "2019-03-01T00:00:00Z"), "平成30年度 FY2018");
    EXPECT_EQ(named(PeriodKind::Quarter, "2027-01-01T00:00:00Z"), "令和8年度第4四半期 FY2026 Q4");
    EXPECT_EQ(named(PeriodKind::Month, "2026-11-26T00:00:00Z"), "2026年11月 2026-11");
    EXPECT_EQ(named(PeriodKind::Day, "2026-11-26T00:00:00Z"), "2026年11月26日 2026-11-26");
}

TEST(Period, DaysAreReadAsTheyStandInTheCalendar) {
    EXPECT_EQ(to_iso(*parse_day("2026-04-01")), "2026-03-31T15:00:00Z");
    for (const char* text :
         {"", "2026-4-1", "2026-02-29", "2026/04/01", "2026-04-01T", "-026-04-01"}) {
        EXPECT_FALSE(parse_day(text)) << text;
    }
}

}  // namespace
}  // namespace musubi
