#include "sense/source/retry.h"

#include <gtest/gtest.h>

namespace musubi {
namespace {

TEST(BackOff, DoublesUpToItsMostAndIsDrawnFromTheUpperHalf) {
    SeededRandom random{3};
    for (int failures = 1; failures < 40; ++failures) {
        Duration full = seconds(5);
        for (int i = 1; i < failures && full < minutes(15); ++i) full = full * 2;
        full = std::min(full, minutes(15));
        const Duration pause = back_off(failures, seconds(5), minutes(15), random);
        EXPECT_GE(pause.us, full.us / 2);
        EXPECT_LE(pause, full);
    }
    EXPECT_NE(back_off(9, seconds(5), minutes(15), random),
              back_off(9, seconds(5), minutes(15), random));
}

TEST(RetryAfter, SecondsOrADate) {
    const Time now = *parse_time("1994-11-06T08:48:37Z");
    EXPECT_EQ(retry_after("120", now), seconds(120));
    EXPECT_EQ(retry_after("Sun, 06 Nov 1994 08:49:37 GMT", now), seconds(60));
    EXPECT_EQ(retry_after("Sun, 06 Nov 1994 08:47:37 GMT", now), Duration{});
    EXPECT_EQ(retry_after("999999", now), days(1));
    for (const char* text : {"", "-5", "soon", "Sun, 06 Nov 1994", "Sun, 99 Nov 1994 08:49:37 GMT",
                             "Sun, 06 Nop 1994 08:49:37 GMT"}) {
        EXPECT_EQ(retry_after(text, now), Duration{}) << text;
    }
}

}  // namespace
}  // namespace musubi
