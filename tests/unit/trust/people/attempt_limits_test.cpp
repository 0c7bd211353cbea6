#include "trust/people/attempt_limits.h"

#include <gtest/gtest.h>

namespace musubi {
namespace {

class Attempts : public ::testing::Test {
protected:
    ManualClock clock{Time{1'763'800'000'000'000}};
    AttemptLimits limits{clock, {.free = 3, .first_wait = seconds(1), .max_names = 4}};
    void fail(const char* name, int times) {
        for (int i = 0; i < times; ++i) ASSERT_EQ(limits.begin(name), Duration{}) << i;
    }
};

TEST_F(Attempts, CostNoWaitWhileTheyAreFew) {
    fail("a", 3);
    EXPECT_EQ(limits.begin("a"), seconds(1));
    EXPECT_EQ(limits.begin("b"), Duration{});
}

TEST_F(Attempts, WaitTwiceAsLongEachTime) {
    fail("a", 3);
    for (const int wait : {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900}) {
        EXPECT_EQ(limits.begin("a"), seconds(wait));
        clock.advance(seconds(wait));
        EXPECT_EQ(limits.begin("a"), Duration{});
    }
}

TEST_F(Attempts, ThatAreStoppedDoNotLengthenTheWait) {
    fail("a", 3);
    for (int i = 0; i < 100; ++i) EXPECT_EQ(limits.begin("a"), seconds(1));
}

TEST_F(Attempts, AreForgottenByASuccessOrInAnHour) {
    fail("a", 3);
    limits.succeeded("a");
    fail("a", 3);
    clock.advance(hours(1) + seconds(1));
    fail("a", 3);
    EXPECT_EQ(limits.begin("a"), seconds(1));
}

TEST_F(Attempts, AtOnceAreNoMoreThanOneAfterTheOther) {
    int begun = 0;
    for (int i = 0; i < 100; ++i) begun += limits.begin("a") == Duration{} ? 1 : 0;
    EXPECT_EQ(begun, 3);
}

TEST_F(Attempts, ThatWereNoneAreTakenBack) {
    for (int i = 0; i < 20; ++i) {
        ASSERT_EQ(limits.begin("a"), Duration{});
        limits.withdraw("a");
    }
}

TEST_F(Attempts, AreRememberedOfSoManyNamesAlone) {
    fail("a", 3);
    for (char c = 'b'; c <= 'z'; ++c) EXPECT_EQ(limits.begin(std::string(1, c)), Duration{});
    EXPECT_EQ(limits.size(), 4U);
    EXPECT_EQ(limits.begin("a"), seconds(1)) << "those with the most failures stay";
}

}  // namespace
}  // namespace musubi
