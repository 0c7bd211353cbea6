#include <gtest/gtest.h>

#include "rule_world.h"

namespace musubi::test {
namespace {

const std::string kSilent = kHead + R"(
[[rule]]
id = "silent"
type = "FloodMonitoring"
kind = "silent"
value = "currentLevel"
after = "PT1H"
severity = "low"
ja = "x"
en = "x"
feed_ja = "x"
feed_en = "x"
)";

std::string both_ways(const std::string& told) {
    RuleWorld world{rules_of(kSilent)};
    RuleWorld stopped{rules_of(kSilent)};
    stopped.restart_always = true;
    const std::string answer = world.tell(told);
    EXPECT_EQ(stopped.tell(told), answer) << "differs where it is stopped and taken up again";
    return answer;
}

TEST(Silence, OneSensorOfMany) {
    EXPECT_EQ(both_ways("10:00 a 1 b 1 c 1 d 1\n10:30 b 1 c 1 d 1\n11:00 b 1 c 1 d 1\n"
                        "11:10 b 1 c 1 d 1\n11:20 a 1 b 1 c 1 d 1\n"),
              "11:00 a silent opens silentSensor\n11:20 a silent closes silentSensor\n");
}

TEST(Silence, AnHourlySensorIsNotSilentAfterAnHour) {
    EXPECT_EQ(both_ways("10:00 a 1 b 1 c 1\n11:00 a 1 b 1 c 1\n12:00 a 1 b 1 c 1\n"), "");
}

TEST(Silence, AWholeFeedIsOneAlert) {
    EXPECT_EQ(both_ways("10:00 a 1 b 1 c 1 d 1\n13:00 a 1\n13:10 a 1 b 1 c 1 d 1\n13:20 a 1\n"),
              "11:00 fukui silent opens silentFeed 4\n"
              "13:10 fukui silent closes silentFeed 0\n");
}

TEST(Silence, TheOneAlertStaysWhileMostAreSilent) {
    EXPECT_EQ(both_ways("10:00 a 1 b 1 c 1 d 1\n13:00 a 1\n13:10 a 1\n13:20 a 1\n"),
              "11:00 fukui silent opens silentFeed 4\n");
}

TEST(Silence, SensorsThatFellSilentShortlyBeforeCloseIntoTheOneAlert) {
    EXPECT_EQ(both_ways("10:00 a 1\n10:10 b 1\n10:20 c 1\n10:30 d 1 x 1 y 1\n"
                        "10:50 y 1\n11:15 x 1 y 1\n11:25 x 1 y 1\n11:35 x 1 y 1\n"),
              "11:00 a silent opens silentSensor\n11:10 b silent opens silentSensor\n"
              "11:20 c silent opens silentSensor\n"
              "11:30 a silent closes silentSensor\n11:30 b silent closes silentSensor\n"
              "11:30 c silent closes silentSensor\n11:30 fukui silent opens silentFeed 4\n");
}

TEST(Silence, WhatWasSilentLongBeforeKeepsItsOwn) {
    EXPECT_EQ(both_ways("08:00 a 1 b 1 c 1 d 1\n08:30 b 1 c 1 d 1\n09:10 b 1 c 1 d 1\n"
                        "10:00 b 1 c 1 d 1\n12:00 b 1\n12:10 b 1 c 1 d 1\n12:20 b 1\n"),
              "09:00 a silent opens silentSensor\n11:00 fukui silent opens silentFeed 4\n"
              "12:10 fukui silent closes silentFeed 1\n");
}

TEST(Silence, AfterTheFeedCameBackASensorHasTimeToBeHeard) {
    EXPECT_EQ(both_ways("10:00 a 1 b 1 c 1 d 1\n13:00 a 1 b 1 c 1\n13:10 a 1 b 1 c 1\n"
                        "13:50 a 1 b 1 c 1\n14:20 a 1 b 1 c 1\n"),
              "11:00 fukui silent opens silentFeed 4\n13:00 fukui silent closes silentFeed 1\n"
              "14:00 d silent opens silentSensor\n");
}

TEST(Silence, LiveItIsTheClockThatTells) {
    RuleWorld world{rules_of(kSilent), false};
    EXPECT_EQ(world.tell("10:00 a 1 b 1 c 1\n10:30 b 1 c 1\npass 11:00\n10:55 b 1 c 1\n"
                         "pass 11:01\npass 11:30\npass 12:30\n"),
              "11:00 a silent opens silentSensor\n"
              "11:55 a silent closes silentSensor\n11:55 fukui silent opens silentFeed 3\n");
}

TEST(Silence, TwoFeedsAreTwo) {
    RuleWorld world{rules_of(kSilent)};
    EXPECT_EQ(world.tell("10:00 a 1 b 1 c 1 n:a 1 n:b 1 n:c 1\n10:50 n:a 1 n:b 1 n:c 1\n"
                         "11:10 n:a 1 n:b 1 n:c 1\n"),
              "11:00 fukui silent opens silentFeed 3\n");
}

TEST(Silence, ADeletedSensorIsNotMissed) {
    EXPECT_EQ(both_ways("10:00 a 1 b 1 c 1 d 1\n10:50 b 1 c 1 d 1\n11:10 b 1 c 1 d 1\ndelete a\n"
                        "12:00 b 1 c 1 d 1\n"),
              "11:00 a silent opens silentSensor\n11:10 a silent closes silentSensor\n");
}

}  // namespace
}  // namespace musubi::test
