#include "project/care/heartbeat.h"

#include <gtest/gtest.h>

namespace musubi::testing {
namespace {

Time at(const std::string& text) { return *parse_time(text + "T00:00:00Z"); }

HeartbeatFacts healthy() {
    return {.project = "urn:ngsi-ld:Project:river",
            .title = "河川の見守り",
            .state = {},
            .grant_ends = at("2026-04-01"),
            .last_reading = at("2026-06-30"),
            .last_use = at("2026-06-29"),
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
    facts.last_reading.reset();
    EXPECT_EQ(heartbeat_of(facts, kNow).life, ProjectLife::Ended);
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
