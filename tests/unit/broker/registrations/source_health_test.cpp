#include "broker/registrations/source_health.h"

#include <gtest/gtest.h>

namespace musubi::testing {
namespace {

constexpr Time kHeardAt{1'763'800'000'000'000};
constexpr TenantId kTenant = 3;

Registration source(const std::string& id, std::optional<Duration> cooldown = {}) {
    Registration out;
    out.id = id;
    if (cooldown) {
        out.management.emplace();
        out.management->cooldown = *cooldown;
    }
    return out;
}

class SourceHealthTest : public ::testing::Test {
protected:
    void fail(const Registration& of, Duration now) {
        health.note(kTenant, of, {.failure = "it did not answer", .out_of_order = true}, kHeardAt,
                    now);
    }
    void answer(const Registration& of, Duration now) {
        health.note(kTenant, of, {}, kHeardAt, now);
    }
    std::optional<Duration> pause(const Registration& of, Duration now) {
        return health.pause(kTenant, of, now);
    }
    SourceHealth health;
};

TEST_F(SourceHealthTest, OneThatFailsThreeTimesIsLeftAloneForATimeThatDoubles) {
    const Registration bad = source("urn:r:1");
    Duration now = seconds(100);
    for (int i = 1; i < SourceHealth::kFailuresInRow; ++i) {
        fail(bad, now);
        EXPECT_EQ(pause(bad, now), std::nullopt);
    }
    for (const int wait : {1, 2, 4, 8, 16, 32, 60, 60, 60}) {
        fail(bad, now);
        EXPECT_EQ(pause(bad, now), seconds(wait));
        EXPECT_EQ(health.paused(now), 1U);
        now = now + seconds(wait);
        EXPECT_EQ(pause(bad, now), std::nullopt);
        EXPECT_EQ(health.paused(now), 0U);
    }
}

TEST_F(SourceHealthTest, AnAnswerEndsIt) {
    const Registration bad = source("urn:r:1");
    for (int i = 0; i < 5; ++i) fail(bad, seconds(1));
    answer(bad, seconds(2));
    EXPECT_EQ(pause(bad, seconds(2)), std::nullopt);
    fail(bad, seconds(2));
    EXPECT_EQ(pause(bad, seconds(2)), std::nullopt);
}

TEST_F(SourceHealthTest, ARefusalIsAFailureButNoReasonToLeaveItAlone) {
    const Registration picky = source("urn:r:1");
    for (int i = 0; i < 10; ++i) {
        health.note(kTenant, picky, {.failure = "it answered 400"}, kHeardAt, seconds(1));
    }
    EXPECT_EQ(pause(picky, seconds(1)), std::nullopt);
    EXPECT_EQ(health.take(kTenant).front().failed, 10U);
}

TEST_F(SourceHealthTest, ACooldownOfItsOwnIsKeptFromTheFirstFailure) {
    const Registration bad = source("urn:r:1", seconds(7));
    fail(bad, seconds(1));
    EXPECT_EQ(pause(bad, seconds(1)), seconds(7));
    EXPECT_EQ(pause(bad, seconds(8)), std::nullopt);
    for (int i = 0; i < 5; ++i) fail(bad, seconds(8));
    EXPECT_EQ(pause(bad, seconds(8)), seconds(7));
}

TEST_F(SourceHealthTest, TenantsAndSourcesAreKnownApart) {
    const Registration bad = source("urn:r:1", seconds(7));
    fail(bad, seconds(1));
    EXPECT_EQ(health.pause(kTenant + 1, bad, seconds(1)), std::nullopt);
    EXPECT_EQ(pause(source("urn:r:2"), seconds(1)), std::nullopt);
}

TEST_F(SourceHealthTest, CountsWhatHappenedSinceItWasLastAsked) {
    const Registration one = source("urn:r:1");
    answer(one, seconds(1));
    answer(one, seconds(1));
    fail(one, seconds(1));
    const auto tallies = health.take(kTenant);
    ASSERT_EQ(tallies.size(), 1U);
    EXPECT_EQ(tallies[0].registration, "urn:r:1");
    EXPECT_EQ(tallies[0].sent, 3U);
    EXPECT_EQ(tallies[0].failed, 1U);
    EXPECT_EQ(tallies[0].last_success, kHeardAt);
    EXPECT_EQ(tallies[0].last_failure, kHeardAt);
    EXPECT_EQ(tallies[0].reason, "it did not answer");
    EXPECT_TRUE(health.take(kTenant).empty());
    EXPECT_TRUE(health.take(kTenant + 1).empty());
}

TEST_F(SourceHealthTest, KnowsABoundedNumber) {
    for (std::size_t i = 0; i < SourceHealth::kMaxSources + 10; ++i) {
        fail(source("urn:r:" + std::to_string(i), hours(1)), seconds(1));
    }
    EXPECT_EQ(health.paused(seconds(1)), SourceHealth::kMaxSources);
}

}  // namespace
}  // namespace musubi::testing
