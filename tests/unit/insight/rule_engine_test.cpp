#include <gtest/gtest.h>

#include "rule_world.h"

namespace musubi::test {
namespace {

const std::string kLevels = kHead + R"(
[[rule]]
id = "alert"
group = "level"
type = "FloodMonitoring"
kind = "threshold"
value = "currentLevel"
threshold = "alertLevel"
hysteresis = 0.10
severity = "medium"
ja = "x"
en = "x"
[[rule]]
id = "standby"
group = "level"
type = "FloodMonitoring"
kind = "threshold"
value = "currentLevel"
threshold = "standbyLevel"
hysteresis = 0.10
severity = "low"
ja = "x"
en = "x"
)";

struct Story {
    const char* name;
    const char* told;
    const char* answered;
};
std::ostream& operator<<(std::ostream& out, const Story& story) { return out << story.name; }

class LevelRules : public ::testing::TestWithParam<Story> {};

TEST_P(LevelRules, AreAnsweredAsTold) {
    RuleWorld world{rules_of(kLevels)};
    EXPECT_EQ(world.tell(GetParam().told), GetParam().answered);
}

TEST_P(LevelRules, AreAnsweredTheSameWhereverItWasStopped) {
    RuleWorld world{rules_of(kLevels)};
    world.restart_always = true;
    EXPECT_EQ(world.tell(GetParam().told), GetParam().answered);
}

INSTANTIATE_TEST_SUITE_P(
    Stories, LevelRules,
    ::testing::Values(
        Story{"opens at the threshold, closes below the hysteresis",
              "station a standbyLevel=2 alertLevel=3\n"
              "10:00 a 1.99\n10:10 a 2.00\n10:20 a 1.95\n10:30 a 1.90\n10:40 a 1.89\n",
              "10:10 a level opens standbyLevel\n10:40 a level closes standbyLevel\n"},
        Story{"flapping within the hysteresis is one alert",
              "station a standbyLevel=2\n"
              "10:00 a 1\n10:10 a 2.0\n10:20 a 1.95\n10:30 a 2.0\n10:40 a 1.92\n10:50 a 2.1\n",
              "10:10 a level opens standbyLevel\n"},
        Story{"is raised and lowered as one alert",
              "station a standbyLevel=2 alertLevel=3\n"
              "10:00 a 2.5\n10:10 a 3.1\n10:20 a 2.95\n10:30 a 2.80\n10:40 a 1\n",
              "10:00 a level opens standbyLevel\n10:10 a level becomes alertLevel\n"
              "10:30 a level becomes standbyLevel\n10:40 a level closes standbyLevel\n"},
        Story{"jumps to the gravest at once",
              "station a standbyLevel=2 alertLevel=3\n10:00 a 3.5\n10:10 a 1\n",
              "10:00 a level opens alertLevel\n10:10 a level closes alertLevel\n"},
        Story{"a late reading says nothing of now",
              "station a standbyLevel=2\n10:00 a 1\nlate 09:00 a 9\n10:10 a 1.1\n", ""},
        Story{"a repeated reading changes nothing",
              "station a standbyLevel=2\n10:00 a 2.5\n10:00 a 2.5\n",
              "10:00 a level opens standbyLevel\n"},
        Story{"a correction of the same moment counts",
              "station a standbyLevel=2\n10:00 a 2.5\n10:00 a 1.5\n",
              "10:00 a level opens standbyLevel\n10:00 a level closes standbyLevel\n"},
        Story{"no threshold, no alert", "station a alertLevel=3\n10:00 a 2.9\n", ""},
        Story{"a threshold that comes after the reading is judged by it",
              "10:00 a 2.5\nstation a standbyLevel=2\n", "10:00 a level opens standbyLevel\n"},
        Story{"a threshold that goes takes the alert with it",
              "station a standbyLevel=2\n10:00 a 2.5\nstation a standbyLevel=null\n",
              "10:00 a level opens standbyLevel\n10:00 a level closes standbyLevel\n"},
        Story{"a batch is read in the order it was published",
              "station a standbyLevel=2\nstation b standbyLevel=2\n"
              "10:00 a 2.1 b 2.2 a 2.1\n10:10 b 1 a 1\n",
              "10:00 a level opens standbyLevel\n10:00 b level opens standbyLevel\n"
              "10:10 b level closes standbyLevel\n10:10 a level closes standbyLevel\n"},
        Story{"a station that is deleted has no alert left",
              "station a standbyLevel=2\n10:00 a 2.5\ndelete a\n10:10 a 2.6\n",
              "10:00 a level opens standbyLevel\n10:00 a level closes standbyLevel\n"}));

const std::string kHolding = kHead + R"(
[[rule]]
id = "standby"
type = "FloodMonitoring"
kind = "threshold"
value = "currentLevel"
threshold = "standbyLevel"
hold = "PT15M"
severity = "low"
ja = "x"
en = "x"
)";

class Holding : public ::testing::TestWithParam<Story> {};

TEST_P(Holding, IsAnsweredAsToldWhereverItWasStopped) {
    for (const bool restarts : {false, true}) {
        RuleWorld world{rules_of(kHolding)};
        world.restart_always = restarts;
        EXPECT_EQ(world.tell(GetParam().told), GetParam().answered) << restarts;
    }
}

INSTANTIATE_TEST_SUITE_P(
    Stories, Holding,
    ::testing::Values(
        Story{"a spike is none", "station a standbyLevel=2\n10:00 a 2.5\n10:10 a 1\n10:20 a 1\n",
              ""},
        Story{"opens once it has held", "station a standbyLevel=2\n10:00 a 2.5\n10:15 a 2.5\n",
              "10:15 a standby opens standbyLevel\n"},
        Story{"the last value goes on: opened by other readings' time",
              "station a standbyLevel=2\n10:00 a 2.5\n10:10 b 1\n10:20 b 1\n",
              "10:15 a standby opens standbyLevel\n"},
        Story{"known too late: opened and closed in the right order",
              "station a standbyLevel=2\n10:00 a 2.5\n10:40 a 1\n",
              "10:15 a standby opens standbyLevel\n10:40 a standby closes standbyLevel\n"},
        Story{"falling below begins it anew",
              "station a standbyLevel=2\n10:00 a 2.5\n10:10 a 1\n10:11 a 2.5\n10:20 a 2.5\n", ""}));

TEST(Queries, OpenAndCloseByTheirOwnConditions) {
    const std::string text = kHead + R"(
[[rule]]
id = "high"
type = "FloodMonitoring"
kind = "q"
q = "currentLevel>=3;name!=\"x\""
until = "currentLevel<2"
level = 3
severity = "high"
ja = "x"
en = "x"
)";
    for (const bool restarts : {false, true}) {
        RuleWorld world{rules_of(text)};
        world.restart_always = restarts;
        EXPECT_EQ(world.tell("station a name=y\n10:00 a 3\n10:10 a 2.5\n10:20 a 1.9\n"
                             "station b name=x\n10:30 b 5\n10:40 a 3.5\nstation a name=x\n"),
                  "10:00 a high opens high\n10:20 a high closes high\n10:40 a high opens high\n")
            << restarts;
    }
}

TEST(Entities, ThatNoRuleIsForAreNotWatched) {
    RuleWorld world{rules_of(kLevels)};
    Change change;
    EntityChange& other = change.entities.emplace_back();
    other.id = "urn:other";
    other.types = {"urn:other-type"};
    other.attributes.push_back(
        {.name = "urn:x",
         .after = std::make_shared<const Attribute>(Attribute{.name = "urn:x", .value = 1})});
    world.engine().take(change, false);
    EXPECT_EQ(world.engine().tracked(), 0U);
    EXPECT_FALSE(world.engine().is_dirty());
}

TEST(Entities, ARuleThatIsGoneLeavesNoAlertBehind) {
    RuleWorld before{rules_of(kLevels)};
    before.tell("station a standbyLevel=2\n10:00 a 2.5\n");
    RuleEngine after{rules_of(kHolding)};  // it has no group "level"
    const auto rules = rules_of(kHolding);
    const Tracked tracked{rules->types[0], kPrefix + "a"};
    ASSERT_TRUE(after.load(kPrefix + "a", tracked.view_bytes(), before.states().at(kPrefix + "a")));
    const auto events = after.take_events();
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].kind, AlertEvent::Kind::Close);
    EXPECT_EQ(events[0].alert, "urn:ngsi-ld:Alert:river:fukui:a:level:20210814T100000Z");
}

TEST(Entities, ABrokenStateIsSaidToBe) {
    const auto rules = rules_of(kLevels);
    RuleEngine engine{rules};
    const Tracked tracked{rules->types[0], "urn:a"};
    const auto loaded = engine.load("urn:a", tracked.view_bytes(), "\x01\xff");
    ASSERT_FALSE(loaded);
    EXPECT_EQ(loaded.error().code, ErrorCode::Corrupt);
}

}  // namespace
}  // namespace musubi::test
