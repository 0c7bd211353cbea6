#include "project/care/care_reactor.h"

#include <fmt/format.h>

#include "../loop/loop_world.h"
#include "base/canonical_json.h"

namespace musubi::testing {
namespace {

const std::string kValue = "urn:ngsi-ld:MeasureValue:level:day:2026-06-01";

class Caring : public Looping {
protected:
    void SetUp() override {
        Looping::SetUp();
        ASSERT_TRUE(uses.load(*store, clock));
        care.emplace(
            CareParts{.store = *store,
                      .uses = uses,
                      .clock = clock,
                      .key = {.half = key.public_key(),
                              .sign = [this](std::string_view text) { return key.sign(text); }},
                      .measures = measures});
        tasks.emplace(*store);
        ASSERT_TRUE(put(river_project()));
        ASSERT_TRUE(projects->enter(town, "pilot"));
        clock.jump_to(*parse_time("2026-06-02T00:00:00Z"));
    }
    void commit(const Result<Reactor::Effect>& effect) {
        ASSERT_TRUE(effect) << to_text(effect.error());
        if (!*effect) return;
        const auto done = store->commit(service_caller("", kLoopGuardian), *effect);
        ASSERT_TRUE(done) << to_text(done.error());
    }
    // A value that is over, as the measures write it.
    void value(double number, const std::string& day) {
        const Time from = *parse_day(day);
        MeasureValue value;
        value.period = {from, from + days(1)};
        value.as_of = value.period.to;
        value.value = number;
        value.parts.resize(1);
        Caller writer = service_caller("", kMeasureGuardian);
        const MeasureNames names{*measures->context};
        ASSERT_TRUE(store->commit(writer, [&](Transaction& tx) -> Result<void> {
            TRY(write_value(tx, names, measures->measures.front(), value, "00"));
            return {};
        }));
        react();
    }
    void react() {
        const auto changes = *store->changes(taken, 100, {});
        if (changes.empty()) return;
        taken = changes.back()->sequence;
        commit(care->react("", changes));
    }
    [[nodiscard]] EntityPtr task() const {
        Promise promise;
        promise.project = "urn:ngsi-ld:Project:river";
        return find(task_id(promise, measures->measures.front()));
    }
    [[nodiscard]] std::string slug() const { return std::string{loop_slug("Task", task()->id)}; }

    UseTally uses;
    SigningKey key = SigningKey::generate();
    std::optional<CareReactor> care;
    std::optional<TaskService> tasks;
    std::uint64_t taken = 0;
};

TEST_P(Caring, AValueThatLeavesThePromiseOpensATask) {
    value(2, "2026-06-01");  // 3 or less was promised
    EXPECT_FALSE(task());
    value(4, "2026-06-02");
    ASSERT_TRUE(task());
    EXPECT_EQ(loop_text(*task(), "state"), "open");
    EXPECT_EQ(loop_text(*task(), "owner"), "結川町");
    EXPECT_EQ(loop_text(*task(), "due"), "2026-06-16");
    EXPECT_EQ(*loop_value(*task(), "openedValue"), Json{4});
    EXPECT_EQ(task()->guardian, kLoopGuardian);
}

TEST_P(Caring, APromiseThatIsBrokenWhenItIsMadeOpensATask) {
    ASSERT_TRUE(store->commit(service_caller("", kLoopGuardian), [&](Transaction& tx) {
        set_loop_value(**tx.edit("urn:ngsi-ld:Stage:pilot"), "state", "planned");
        return Result<void>{};
    }));
    value(4, "2026-06-01");
    ASSERT_FALSE(task()) << "nothing was promised yet";
    ASSERT_TRUE(store->commit(service_caller("", kLoopGuardian), [&](Transaction& tx) {
        EntityEdit& stage = **tx.edit("urn:ngsi-ld:Stage:pilot");
        const Json locked = *loop_value(stage.state(), "locked");
        stage.remove(loop_iri("locked"), {});
        set_loop_value(stage, "locked", locked);
        set_loop_value(stage, "state", "open");
        return Result<void>{};
    }));
    react();
    ASSERT_TRUE(task());
    EXPECT_EQ(*loop_value(*task(), "openedValue"), Json{4});
}

TEST_P(Caring, ClosingATaskTakesALaterValue) {
    value(4, "2026-06-02");
    EXPECT_EQ(tasks->close(town, slug(), "電池を替えた").error().code, ErrorCode::Conflict);
    value(2, "2026-06-03");
    EXPECT_EQ(tasks->close(town, slug(), "").error().code, ErrorCode::BadRequest);
    ASSERT_TRUE(tasks->close(town, slug(), "電池を替えた"));
    EXPECT_EQ(loop_text(*task(), "state"), "closed");
    EXPECT_EQ(*loop_value(*task(), "closedValue"), Json{2});
    EXPECT_EQ(tasks->close(town, slug(), "x").error().code, ErrorCode::Conflict);
    value(1, "2026-06-04");
    EXPECT_EQ(loop_text(*task(), "state"), "closed");
    value(5, "2026-06-05");
    EXPECT_EQ(loop_text(*task(), "state"), "open");
}

TEST_P(Caring, APeriodOutsideTheDaysOfTheStageOpensNone) {
    value(4, "2026-05-31");
    value(4, "2026-07-01");
    EXPECT_FALSE(task());
    value(4, "2026-06-30");
    EXPECT_TRUE(task());
}

TEST_P(Caring, AValueAfterTheStageIsNotedInItsTask) {
    value(4, "2026-06-30");
    ASSERT_TRUE(task());
    value(2, "2026-07-01");
    EXPECT_TRUE(tasks->close(town, slug(), "電池を替えた"));
    value(9, "2026-07-02");
    EXPECT_EQ(loop_text(*task(), "state"), "closed");
}

TEST_P(Caring, ACorrectionThatIsBackOnThePromiseClosesTheTask) {
    value(4, "2026-06-02");
    value(5, "2026-06-02");
    EXPECT_EQ(*loop_value(*task(), "openedValue"), Json{5});
    EXPECT_NE(loop_value(*task(), "title")->find("ja")->string().find("5.0"), std::string::npos);
    value(2, "2026-06-02");
    EXPECT_EQ(loop_text(*task(), "state"), "closed");
    EXPECT_NE(loop_text(*task(), "closedWords").find("訂正"), std::string::npos);
    value(4, "2026-06-02");
    EXPECT_EQ(loop_text(*task(), "state"), "open");
    value(4, "2026-06-03");
    value(2, "2026-06-02");  // a later one is off as well
    EXPECT_EQ(loop_text(*task(), "state"), "open");
    EXPECT_EQ(*loop_value(*task(), "lastValue"), Json{4});
}

TEST_P(Caring, TheTasksOfAProjectThatIsOverEnd) {
    value(4, "2026-06-02");
    ASSERT_TRUE(store->commit(service_caller("", kLoopGuardian), [&](Transaction& tx) {
        set_loop_value(**tx.edit("urn:ngsi-ld:Project:river"), "state", "ended");
        return Result<void>{};
    }));
    clock.advance(days(20));
    commit(care->tick("", clock.now()));
    EXPECT_EQ(loop_text(*task(), "state"), "closed");
    EXPECT_NE(loop_text(*task(), "closedWords").find("事業が止まったため"), std::string::npos);
    EXPECT_EQ(loop_value(*task(), "daysOverdue"), nullptr);
}

TEST_P(Caring, AnOwnerOfBlanksAndADayThatIsOverAreRefused) {
    value(4, "2026-06-02");
    EXPECT_EQ(tasks->assign(town, slug(), "\u3000", "").error().where, "/owner");
    EXPECT_EQ(tasks->assign(town, slug(), "", "2026-06-01").error().where, "/due");
    EXPECT_TRUE(tasks->assign(town, slug(), "", "2026-06-02"));
    value(2, "2026-06-03");
    EXPECT_EQ(tasks->close(town, slug(), " \u3000").error().where, "/words");
}

TEST_P(Caring, ATaskThatIsLateCountsItsDays) {
    value(4, "2026-06-02");
    commit(care->tick("", clock.now()));
    EXPECT_EQ(loop_value(*task(), "daysOverdue"), nullptr);
    clock.advance(days(16));
    commit(care->tick("", clock.now()));
    ASSERT_NE(loop_value(*task(), "daysOverdue"), nullptr);
    EXPECT_EQ(*loop_value(*task(), "daysOverdue"), Json{2});
    ASSERT_TRUE(tasks->assign(town, slug(), "佐藤", "2026-07-01"));
    EXPECT_EQ(loop_value(*task(), "daysOverdue"), nullptr);
    EXPECT_EQ(loop_text(*task(), "owner"), "佐藤");
    EXPECT_EQ(tasks->assign(town, slug(), "", "1.7.2026").error().where, "/due");
}

TEST_P(Caring, AHeartbeatIsWrittenOnceADayAndSigned) {
    Entity gauge_now = gauge("urn:test:g", 1, clock.now());
    ASSERT_TRUE(create(*store, town, gauge_now));
    ASSERT_TRUE(put(R"({"Project": {"river": {"title": "川", "owner": "結川町", "leads": "public",
        "deviceTypes": ["urn:test:Gauge"], "grantEnds": "2026-05-31", "payer": "結川町",
        "paidUntil": "2027-03-31", "repairer": "結川電気"}}})"));
    commit(care->tick("", clock.now()));
    const EntityPtr beat = find("urn:ngsi-ld:Heartbeat:river");
    ASSERT_TRUE(beat);
    const Json& statement = *loop_value(*beat, "statement");
    EXPECT_EQ(*statement.find("lastReading"), Json{"2026-06-02"});
    EXPECT_EQ(*statement.find("payer"), Json{"結川町"});
    EXPECT_EQ(*loop_value(*beat, "isPublic"), Json{true});
    EXPECT_EQ(loop_text(*beat, "life"), "alive");  // nobody looked yet, and it is not yet long
    EXPECT_EQ(*statement.find("usesCountedFrom"), Json{"2026-05-20"});
    const std::string text = std::string{kHeartbeatDomain} + "\n" + *canonical_json(statement);
    EXPECT_TRUE(key.public_key().verify(text, loop_text(*beat, "signature")));
    const auto again = care->tick("", clock.now());
    ASSERT_TRUE(again);
    EXPECT_FALSE(*again);
    clock.advance(days(1));
    commit(care->tick("", clock.now()));
    EXPECT_EQ(*loop_value(*find("urn:ngsi-ld:Heartbeat:river"), "statement")->find("day"),
              Json{"2026-06-03"});
}

TEST_P(Caring, TheReadingOfADeviceBeyondTheFirstThousandCounts) {
    ASSERT_TRUE(store->commit(town, [&](Transaction& tx) -> Result<void> {
        for (int i = 0; i < 1'200; ++i) {
            const Time heard = i < 1'000 ? *parse_time("2024-01-01T00:00:00Z") : clock.now();
            TRY(tx.create(gauge(fmt::format("urn:test:g{:04}", i), 1, heard)));
        }
        return {};
    }));
    ASSERT_TRUE(put(R"({"Project": {"river": {"title": "川", "owner": "結川町", "leads": "public",
        "deviceTypes": ["urn:test:Gauge"], "grantEnds": "2026-05-31", "payer": "結川町",
        "paidUntil": "2027-03-31"}}})"));
    commit(care->tick("", clock.now()));
    const EntityPtr beat = find("urn:ngsi-ld:Heartbeat:river");
    EXPECT_EQ(*loop_value(*beat, "statement")->find("lastReading"), Json{"2026-06-02"});
    EXPECT_EQ(loop_text(*beat, "life"), "alive");
}

TEST_P(Caring, AProjectWithoutDevicesIsHeardByItsMeasures) {
    Entity gauge_now = gauge("urn:test:g", 1, clock.now());
    ASSERT_TRUE(create(*store, town, gauge_now));
    ASSERT_TRUE(put(R"({"Project": {"river": {"title": "川", "owner": "結川町", "leads": "public",
        "measures": ["level"], "grantEnds": "2026-05-31", "payer": "結川町",
        "paidUntil": "2027-03-31"}}})"));
    commit(care->tick("", clock.now()));
    const EntityPtr beat = find("urn:ngsi-ld:Heartbeat:river");
    EXPECT_EQ(*loop_value(*beat, "statement")->find("lastReading"), Json{"2026-06-02"});
}

TEST_P(Caring, TheDayAPersonLookedIsKept) {
    ASSERT_TRUE(put(R"({"Project": {"river": {"title": "川", "owner": "結川町", "leads": "public",
        "deviceTypes": ["urn:test:Gauge"], "grantEnds": "2026-05-31"}}})"));
    Caller person = town;
    person.subject = "person:a";
    uses.note(0, person, AccessAction::Read, {"urn:test:Gauge"});
    commit(care->tick("", clock.now()));
    const Json* statement = loop_value(*find("urn:ngsi-ld:Heartbeat:river"), "statement");
    ASSERT_NE(statement->find("lastUse"), nullptr);
    EXPECT_EQ(*statement->find("lastUse"), Json{"2026-06-02"});
}

// Of a measure that has a goal, and less is better.
class CaringForAGoal : public Caring {
protected:
    void promise(const std::string& baseline) {
        measures = measures_of(
            measure_text("level", "day", "mean", "unit = \"MTR\"\n",
                         baseline + "[[measure.goal]]\nvalue = 0\nby = \"2026-07-11\"\n"));
        auto set = std::make_shared<MeasureSet>(*measures);
        set->measures.front().direction = Direction::Down;
        measures = set;
        care.emplace(
            CareParts{.store = *store,
                      .uses = uses,
                      .clock = clock,
                      .key = {.half = key.public_key(),
                              .sign = [this](std::string_view text) { return key.sign(text); }},
                      .measures = measures});
    }
};

TEST_P(CaringForAGoal, ATaskIsOpenedOffTheLineFromTheMeanOfTheBaseline) {
    promise("baseline_from = \"2026-06-28\"\nbaseline_to = \"2026-07-01\"\n");
    value(1, "2026-06-28");
    value(3, "2026-06-30");
    value(1.5, "2026-07-01");  // of the mean, 2, a tenth less each day
    EXPECT_FALSE(task());
    value(1.5, "2026-07-04");
    ASSERT_TRUE(task());
    EXPECT_NEAR(loop_value(*task(), "bound")->number(), 1.2, 1e-12);
}

TEST_P(CaringForAGoal, ABaselineKnownFromElsewhereBeginsWithTheFirstStage) {
    promise("baseline = 4\n");
    value(3.95, "2026-05-31");
    EXPECT_FALSE(task());
    value(2.2, "2026-07-01");  // half of the way from the first of June would leave 2
    ASSERT_TRUE(task());
    EXPECT_NEAR(loop_value(*task(), "bound")->number(), 4 - 4 * 31.0 / 40, 1e-12);
}

INSTANTIATE_TEST_SUITE_P(Kinds, CaringForAGoal, ::testing::Values(Kind::Memory, Kind::Rocksdb),
                         name_of);
INSTANTIATE_TEST_SUITE_P(Kinds, Caring, ::testing::Values(Kind::Memory, Kind::Rocksdb), name_of);

TEST(PromisedPaths, RunStraightBetweenGoals) {
    Measure measure;
    EXPECT_FALSE(path_at(measure, {}, *parse_day("2026-06-01")));
    measure.path = {{.value = 10, .by = *parse_day("2026-06-01")},
                    {.value = 20, .by = *parse_day("2026-06-11")}};
    EXPECT_FALSE(path_at(measure, {}, *parse_day("2026-05-31")));
    EXPECT_EQ(path_at(measure, {}, *parse_day("2026-06-06")), 15);
    EXPECT_EQ(path_at(measure, {}, *parse_day("2026-07-01")), 20);
    const PathStart start{*parse_day("2026-05-22"), 0};
    EXPECT_EQ(path_at(measure, start, *parse_day("2026-05-27")), 5);
    EXPECT_FALSE(path_at(measure, start, *parse_day("2026-05-10")));
}

}  // namespace
}  // namespace musubi::testing
