#include "base/time.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/random.h"

namespace musubi {
namespace {

Time time_of(std::string_view text) {
    const auto time = parse_time(text);
    EXPECT_TRUE(time) << text << ": " << (time ? "" : to_text(time.error()));
    return time ? *time : Time{};
}

TEST(Time, IsReadWithItsZone) {
    EXPECT_EQ(time_of("1970-01-01T00:00:00Z").us, 0);
    EXPECT_EQ(time_of("2021-08-14T17:50:00+09:00"), time_of("2021-08-14T08:50:00Z"));
    EXPECT_EQ(time_of("2021-08-14T17:50:00+0900"), time_of("2021-08-14T08:50:00Z"));
    EXPECT_EQ(time_of("2021-08-14T03:20:00-05:30"), time_of("2021-08-14T08:50:00Z"));
    EXPECT_EQ(time_of("2021-08-14T24:00:00Z"), time_of("2021-08-15T00:00:00Z"));
    EXPECT_EQ(time_of("2021-08-14T08:50:00.5Z").us % 1'000'000, 500'000);
    EXPECT_EQ(time_of("2021-08-14T08:50:00,000001Z").us % 1'000'000, 1);
}

TEST(Time, KnowsLeapYears) {
    EXPECT_TRUE(parse_time("2000-02-29T00:00:00Z"));
    EXPECT_TRUE(parse_time("2024-02-29T00:00:00Z"));
    EXPECT_FALSE(parse_time("1900-02-29T00:00:00Z"));
    EXPECT_FALSE(parse_time("2023-02-29T00:00:00Z"));
    EXPECT_EQ((time_of("2024-03-01T00:00:00Z") - time_of("2024-02-28T00:00:00Z")), days(2));
}

TEST(Time, RefusesWhatIsNone) {
    for (const char* text : {"",
                             "2021",
                             "2021-08-14",
                             "2021-08-14T08:50Z",
                             "2021-08-14 08:50:00Z",
                             "2021-08-14T08:50:00",
                             "2021-13-01T00:00:00Z",
                             "2021-00-01T00:00:00Z",
                             "2021-01-32T00:00:00Z",
                             "2021-01-01T25:00:00Z",
                             "2021-01-01T24:00:01Z",
                             "2021-01-01T00:60:00Z",
                             "2021-01-01T00:00:61Z",
                             "2021-01-01T00:00:00.Z",
                             "2021-01-01T00:00:00+9",
                             "2021-01-01T00:00:00+09:",
                             "2021-01-01T00:00:00+15:00",
                             "2021-01-01T00:00:00+09:60",
                             "2021-01-01T00:00:00Zx",
                             "-021-01-01T00:00:00Z",
                             "2021-01-01T00:00:00z",
                             "20210101T000000Z",
                             "2O21-01-01T00:00:00Z"}) {
        const auto time = parse_time(text);
        ASSERT_FALSE(time) << text;
        EXPECT_EQ(time.error().code, ErrorCode::BadRequest);
    }
}

TEST(Time, ThatNoFourDigitYearCanWriteIsRefused) {
    EXPECT_FALSE(parse_time("9999-12-31T23:59:59-14:00"));
    EXPECT_FALSE(parse_time("0000-01-01T00:00:00+14:00"));
    EXPECT_EQ(to_iso(time_of("9999-12-31T23:59:59.999999Z")), "9999-12-31T23:59:59.999999Z");
    EXPECT_EQ(to_iso(time_of("0000-01-01T00:00:00Z")), "0000-01-01T00:00:00Z");
}

TEST(Time, IsAlwaysWrittenSoThatItCanBeRead) {
    for (const std::int64_t us :
         {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1},
          std::numeric_limits<std::int64_t>::max(), std::int64_t{253'402'300'800'000'000}}) {
        EXPECT_TRUE(parse_time(to_iso(Time{us}))) << to_iso(Time{us});
    }
}

TEST(Time, ComesBackAsItWasWritten) {
    SeededRandom random{3};
    constexpr std::uint64_t kSpan = 253'402'300'800'000'000U + 62'167'219'200'000'000U;
    for (int i = 0; i < 20'000; ++i) {
        Time time{static_cast<std::int64_t>(random.next() % kSpan) - 62'167'219'200'000'000};
        if (i % 3 == 0) time.us = time.us / 1'000 * 1'000;
        if (i % 3 == 1) time.us = time.us / 1'000'000 * 1'000'000;
        ASSERT_EQ(time_of(to_iso(time)), time) << to_iso(time);
    }
    EXPECT_EQ(to_iso(Time{1}), "1970-01-01T00:00:00.000001Z");
    EXPECT_EQ(to_iso(Time{1'000}), "1970-01-01T00:00:00.001Z");
    EXPECT_EQ(to_iso(Time{-1}), "1969-12-31T23:59:59.999999Z");
}

TEST(Civil, GoesThereAndBack) {
    const Civil c{.year = 2024,
                  .month = 2,
                  .day = 29,
                  .hour = 23,
                  .minute = 59,
                  .second = 58,
                  .microsecond = 7};
    const Civil back = to_civil(*from_civil(c, hours(9)), hours(9));
    EXPECT_EQ(back.year, 2024);
    EXPECT_EQ(back.month, 2);
    EXPECT_EQ(back.day, 29);
    EXPECT_EQ(back.hour, 23);
    EXPECT_EQ(back.minute, 59);
    EXPECT_EQ(back.second, 58);
    EXPECT_EQ(back.microsecond, 7);
    EXPECT_FALSE(from_civil({.year = 10'000}));
    EXPECT_FALSE(from_civil({.year = -1}));
}

TEST(Durations, AreRead) {
    EXPECT_EQ(*parse_duration("0"), Duration{});
    EXPECT_EQ(*parse_duration("PT10M"), minutes(10));
    EXPECT_EQ(*parse_duration("P1Y2M1W3DT4H5M6.5S"),
              days(365 + 60 + 7 + 3) + hours(4) + minutes(5) + milliseconds(6'500));
    EXPECT_EQ(*parse_duration("PT0.000001S"), microseconds(1));
}

TEST(Durations, ThatAreNoneAreRefused) {
    const std::string digits(400, '9');
    for (const std::string& text :
         {std::string{}, std::string{"P"}, std::string{"PT"}, std::string{"10M"},
          std::string{"P1H"}, std::string{"PT1D"}, std::string{"P1"}, std::string{"PT1S1"},
          std::string{"P-1D"}, std::string{"P1DT"}, std::string{"PTT1S"}, std::string{"PT1.5.5S"},
          std::string{"P2000Y"}, "P" + digits + "D", "P" + digits + "." + digits + "D"}) {
        const auto duration = parse_duration(text);
        ASSERT_FALSE(duration) << text.substr(0, 40) << " gave " << duration->us;
    }
}

TEST(Durations, ComeBackAsTheyWereWritten) {
    SeededRandom random{5};
    for (int i = 0; i < 5'000; ++i) {
        const auto whole = static_cast<std::int64_t>(random.next() % (400ULL * 86'400'000'000));
        const Duration duration{i % 2 == 0 ? whole : whole / 1'000'000 * 1'000'000};
        ASSERT_EQ(*parse_duration(to_iso(duration)), duration) << to_iso(duration);
    }
    EXPECT_EQ(to_iso(Duration{}), "PT0S");
    EXPECT_EQ(to_iso(days(2)), "P2D");
    EXPECT_EQ(to_iso(Duration{-1'500'000}), "-PT1.500000S");
}

}  // namespace
}  // namespace musubi
