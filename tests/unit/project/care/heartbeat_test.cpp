#include "project/care/heartbeat.h"

#include <gtest/gtest.h>

#include "project/measures/period.h"

namespace musubi::testing {
namespace {

Time at(const std::string& text) { return *parse_time(text + "T00:00:00Z"); }

HeartbeatFacts healthy() {
    return {.project = "urn:ngsi-ld:Project:river",
            .title = "河川の見守り",
            .state = {},
            .grant_ends = at("2026-04-01"),
            .entered = at("2024-04-01"),
            .last_reading = at("2026-06-30"),
            .last_use = at("2026-06-29"),
            .uses_from = at("2024-04-01"),
            .payer = "結川町",
            .repairer = "結川電気",
            .paid_until = at("2027-04-01")};
}

const Time kNow = at("2026-07-01");

TEST(Heartbeats, AProjectThatWorksIsUsedAndPaidForIsAlive) {
    const Heartbeat beat = heartbeat_of(healthy(), kNow);
    EXPECT_EQ(beat.life, ProjectLife::Alive);
    EXPECT_TRUE(beat.is_public);
    EXPECT_FALSE(beat.money_ends);
    EXPECT_EQ(beat.months_of_runway, 9);
}

TEST(Heartbeats, SilenceMakesItDormantThenEnded) {
    HeartbeatFacts facts = healthy();
    facts.last_reading = kNow - days(30);
    EXPECT_EQ(heartbeat_of(facts, kNow).life, ProjectLife::Alive);
    facts.last_reading = kNow - days(31);
    EXPECT_EQ(heartbeat_of(facts, kNow).life, ProjectLife::Dormant);
    facts.last_reading = kNow - days(366);
    EXPECT_EQ(heartbeat_of(facts, kNow).life, ProjectLife::Ended);
}

TEST(Heartbeats, WhatWasNeverThereIsNotOld) {
    HeartbeatFacts facts = healthy();
    facts.last_reading.reset();
    facts.entered = kNow - days(3);
    Heartbeat beat = heartbeat_of(facts, kNow);
    EXPECT_EQ(beat.life, ProjectLife::Alive);
    EXPECT_EQ(beat.ja, "まだ読み取りがありません（事業を入れてから 3 日）。払う人がいます");
    facts.entered = kNow - days(31);
    beat = heartbeat_of(facts, kNow);
    EXPECT_EQ(beat.life, ProjectLife::Dormant);
    EXPECT_EQ(beat.ja, "事業を入れてから 31 日、読み取りが一度も届いていません");
    facts.entered = kNow - days(366);
    EXPECT_EQ(heartbeat_of(facts, kNow).life, ProjectLife::Ended);
}

TEST(Heartbeats, UsesAreMissedOnlySinceTheyAreCounted) {
    HeartbeatFacts facts = healthy();
    facts.last_use.reset();
    facts.uses_from = kNow - days(5);
    Heartbeat beat = heartbeat_of(facts, kNow);
    EXPECT_EQ(beat.life, ProjectLife::Alive);
    EXPECT_EQ(beat.ja, "まだだれも見ていません（数え始めてから 5 日）。払う人がいます");
    facts.uses_from = kNow - days(91);
    beat = heartbeat_of(facts, kNow);
    EXPECT_EQ(beat.life, ProjectLife::Dormant);
    EXPECT_EQ(beat.ja, "数え始めてから 91 日、だれも見ていません");
}

TEST(Heartbeats, AProjectWithoutDevicesAndMeasuresIsJudgedByItsMoney) {
    HeartbeatFacts facts = healthy();
    facts.is_measured = false;
    facts.last_reading.reset();
    facts.last_use.reset();
    EXPECT_EQ(heartbeat_of(facts, kNow).life, ProjectLife::Alive);
    facts.payer.clear();
    EXPECT_EQ(heartbeat_of(facts, kNow).life, ProjectLife::Dormant);
}

TEST(Heartbeats, YearsAndMonthsAreThoseOfTheCalendar) {
    HeartbeatFacts facts = healthy();
    facts.grant_ends = *parse_day("2027-04-01");  // 29 February 2028 and 2032 lie within
    EXPECT_TRUE(heartbeat_of(facts, *parse_day("2032-03-31")).is_public);
    EXPECT_FALSE(heartbeat_of(facts, *parse_day("2032-04-01")).is_public);
    facts.grant_ends = *parse_day("2028-02-29");
    EXPECT_TRUE(heartbeat_of(facts, *parse_day("2033-02-28")).is_public);
    EXPECT_FALSE(heartbeat_of(facts, *parse_day("2033-03-01")).is_public);
    facts.paid_until = *parse_day("2036-07-01");
    EXPECT_EQ(heartbeat_of(facts, *parse_day("2026-07-01")).months_of_runway, 120);
    EXPECT_EQ(heartbeat_of(facts, *parse_day("2026-07-02")).months_of_runway, 119);
}

TEST(Heartbeats, TheEndOfTheGrantIsToldByANameThatIsTrueBeforeIt) {
    HeartbeatFacts facts = healthy();
    const Time before = facts.grant_ends - days(40);
    const Json told = heartbeat_json(facts, heartbeat_of(facts, before), before);
    EXPECT_EQ(told.find("grantEnded"), nullptr);
    EXPECT_EQ(*told.find("grantEnds"), Json{"2026-03-31"});
}

TEST(Heartbeats, AllThatIsMissingIsSaid) {
    HeartbeatFacts facts = healthy();
    facts.last_reading = kNow - days(31);
    facts.paid_until = kNow - days(1);
    const Heartbeat beat = heartbeat_of(facts, kNow);
    EXPECT_EQ(beat.life, ProjectLife::Dormant);
    EXPECT_EQ(beat.ja, "30 日、読み取りが届いていません。払われている期間が終わっています");
    EXPECT_EQ(beat.en, "no reading came for 30 days; what was paid for is over");
    facts.last_reading = kNow - days(366);
    EXPECT_EQ(heartbeat_of(facts, kNow).life, ProjectLife::Ended) << "the worst of them counts";
}

TEST(Heartbeats, NobodyWhoLooksOrPaysMakesItDormant) {
    HeartbeatFacts facts = healthy();
    facts.last_use = kNow - days(91);
    EXPECT_EQ(heartbeat_of(facts, kNow).life, ProjectLife::Dormant);
    facts = healthy();
    facts.payer.clear();
    EXPECT_EQ(heartbeat_of(facts, kNow).life, ProjectLife::Dormant);
    facts = healthy();
    facts.paid_until = kNow;
    const Heartbeat beat = heartbeat_of(facts, kNow);
    EXPECT_EQ(beat.life, ProjectLife::Dormant);
    EXPECT_EQ(beat.months_of_runway, 0);
}

TEST(Heartbeats, WarnsBeforeTheMoneyEnds) {
    HeartbeatFacts facts = healthy();
    facts.paid_until = kNow + days(180);
    EXPECT_FALSE(heartbeat_of(facts, kNow).money_ends);
    facts.paid_until = kNow + days(179);
    EXPECT_TRUE(heartbeat_of(facts, kNow).money_ends);
}

TEST(Heartbeats, IsPublicForFiveYearsFromTheEndOfTheGrant) {
    HeartbeatFacts facts = healthy();
    EXPECT_FALSE(heartbeat_of(facts, facts.grant_ends - days(1)).is_public);
    EXPECT_TRUE(heartbeat_of(facts, facts.grant_ends).is_public);
    EXPECT_TRUE(heartbeat_of(facts, at("2031-03-31")).is_public);
    EXPECT_FALSE(heartbeat_of(facts, at("2031-04-02")).is_public);
}

TEST(Heartbeats, ADecisionEndsIt) {
    HeartbeatFacts facts = healthy();
    facts.state = "ended";
    EXPECT_EQ(heartbeat_of(facts, kNow).life, ProjectLife::Ended);
    facts.state = "handed-over";
    EXPECT_EQ(heartbeat_of(facts, kNow).life, ProjectLife::Ended);
}

}  // namespace
}  // namespace musubi::testing
