#include "project/care/care_reactor.h"

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
        const auto changes = *store->changes(taken, 100, {});
        if (changes.empty()) return;
        taken = changes.back()->sequence;
        commit(care->react("", changes));
    }
    [[nodiscard]] EntityPtr task() const {
        const auto promises = *promises_of(*store, town, measures->measures.front(), clock.now());
        return promises.empty() ? nullptr
                                : find(task_id(promises.front(), measures->measures.front()));
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
    EXPECT_EQ(loop_text(*beat, "life"), "dormant");  // nobody looked yet
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

INSTANTIATE_TEST_SUITE_P(Kinds, Caring, ::testing::Values(Kind::Memory, Kind::Rocksdb), name_of);

TEST(PromisedPaths, RunStraightBetweenGoals) {
    Measure measure;
    EXPECT_FALSE(path_at(measure, *parse_day("2026-06-01")));
    measure.path = {{.value = 10, .by = *parse_day("2026-06-01")},
                    {.value = 20, .by = *parse_day("2026-06-11")}};
    EXPECT_FALSE(path_at(measure, *parse_day("2026-05-31")));
    EXPECT_EQ(path_at(measure, *parse_day("2026-06-06")), 15);
    EXPECT_EQ(path_at(measure, *parse_day("2026-07-01")), 20);
    measure.baseline = Period{*parse_day("2026-05-01"), *parse_day("2026-05-22")};
    measure.baseline_value = 0;
    EXPECT_EQ(path_at(measure, *parse_day("2026-05-27")), 5);
    EXPECT_FALSE(path_at(measure, *parse_day("2026-05-10")));
}

}  // namespace
}  // namespace musubi::testing
