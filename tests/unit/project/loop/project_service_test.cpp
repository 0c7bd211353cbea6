#include "project/loop/project_service.h"

#include "loop_world.h"

namespace musubi::testing {
namespace {

class ProjectServing : public Looping {
protected:
    Error refused(const std::string& text) {
        const auto done = put(text);
        EXPECT_FALSE(done) << text;
        return done ? Error{} : done.error();
    }
    // A measure by river, and one that is a share; two rivers.
    void know_rivers() {
        auto set = std::make_shared<MeasureSet>(*measures_of(
            measure_text("by-river", "day", "mean", "", "by = \"urn:test:river\"\n") +
            measure_text("share", "day", "mean") + measure_text("level", "day", "mean")));
        set->measures[1].unit = "P1";
        measures = set;
        projects.emplace(*store, measures);
        for (const char* river : {"north", "south"}) {
            Entity entity = gauge("urn:test:" + std::string{river}, 1, clock.now());
            entity.attributes.push_back(property("urn:test:river", river));
            ASSERT_TRUE(create(*store, town, entity));
        }
    }
    const std::string kHypothesis = R"(, "hypothesis": "水位が下がる")";
    static std::string expects(const std::string& more) {
        return R"(, "expectations": [{"better": "down", )" + more + "}]";
    }
    static std::string stage(const std::string& slug, const std::string& from,
                             const std::string& to, const std::string& more = "") {
        return R"({"Stage": {")" + slug +
               R"(": {"ofProject": "urn:ngsi-ld:Project:river", "kind": "pilot", "from": ")" +
               from + R"(", "to": ")" + to + "\"" + more + "}}}";
    }
};

TEST_P(ProjectServing, WritesProtectedEntitiesOfTheWholeDocument) {
    ASSERT_TRUE(put(river_project()));
    const EntityPtr project = find("urn:ngsi-ld:Project:river");
    ASSERT_TRUE(project);
    EXPECT_EQ(project->guardian, kLoopGuardian);
    EXPECT_EQ(project->find(loop_iri("ofIssue"))->kind, AttributeKind::Relationship);
    EXPECT_EQ(of("urn:ngsi-ld:Project:river", "stages"),
              (Json{Json::Array{Json{"urn:ngsi-ld:Stage:pilot"}}}));
    EXPECT_EQ(of("urn:ngsi-ld:Stage:pilot", "state"), Json{"planned"});
    EXPECT_EQ(loop_members_of(*project, "Project"),
              *json_of(river_project()).find("Project")->find("river"));
    const auto other = store->commit(town, [&](Transaction& tx) -> Result<void> {
        TRY(tx.edit("urn:ngsi-ld:Project:river"));
        return {};
    });
    EXPECT_EQ(other.error().code, ErrorCode::Forbidden);
}

TEST_P(ProjectServing, WritesAllOrNothing) {
    const Error error = refused(
        R"({"Issue": {"flood": {"title": "x", "challenge": "safety", "role": "living",
            "description": "x"}},
            "Project": {"river": {"title": "x", "owner": "x", "leads": "public",
            "ofIssue": "urn:ngsi-ld:Issue:none"}}})");
    EXPECT_EQ(error.code, ErrorCode::NotFound);
    EXPECT_EQ(error.where, "/Project/river/ofIssue");
    EXPECT_FALSE(find("urn:ngsi-ld:Issue:flood"));
}

TEST_P(ProjectServing, AMemberThatIsLeftOutGoes) {
    ASSERT_TRUE(put(river_project()));
    ASSERT_TRUE(
        put(R"({"Project": {"river": {"title": "川", "owner": "結川町", "leads": "public"}}})"));
    EXPECT_EQ(of("urn:ngsi-ld:Project:river", "ofIssue"), Json{});
    EXPECT_EQ(of("urn:ngsi-ld:Project:river", "title"), Json{"川"});
    EXPECT_NE(of("urn:ngsi-ld:Project:river", "stages"), Json{});
}

TEST_P(ProjectServing, KnowsTheMeasuresThatAreNamed) {
    const Error error = refused(
        R"({"Project": {"river": {"title": "x", "owner": "x", "leads": "public",
            "uses": [{"function": "ai-engine", "measures": ["level", "none"]}]}}})");
    EXPECT_EQ(error.code, ErrorCode::NotFound);
    EXPECT_EQ(error.where, "/Project/river/uses/0/measures");
    ASSERT_TRUE(put(river_project()));
    EXPECT_EQ(refused(stage("next", "2026-07-01", "2026-07-31", R"(, "expectations":
        [{"measure": "none", "better": "up", "threshold": 1}])"))
                  .where,
              "/Stage/next/expectations/0/measure");
}

TEST_P(ProjectServing, StagesLieBesideEachOther) {
    ASSERT_TRUE(put(river_project()));
    EXPECT_EQ(refused(stage("next", "2026-06-30", "2026-07-31")).code, ErrorCode::Conflict);
    EXPECT_FALSE(find("urn:ngsi-ld:Stage:next"));
    ASSERT_TRUE(put(stage("next", "2026-07-01", "2026-07-31")));
    EXPECT_EQ(refused(stage("pilot", "2026-06-01", "2026-07-01")).code, ErrorCode::Conflict);
}

TEST_P(ProjectServing, AStageThatBeganIsLockedAndAMoveStaysVisible) {
    ASSERT_TRUE(put(river_project()));
    ASSERT_TRUE(projects->enter(town, "pilot"));
    EXPECT_EQ(projects->enter(town, "pilot").error().code, ErrorCode::Conflict);
    const Json locked = of("urn:ngsi-ld:Stage:pilot", "locked");
    EXPECT_EQ(*locked.find("definitions")->array()[0].find("definitionHash"),
              Json{measures->measures.front().hash});
    const std::string moved = stage("pilot", "2026-06-01", "2026-06-30",
                                    R"(, "expectations": [{"measure": "level", "better": "down",
                                       "threshold": 4}], "hypothesis": "水位が下がる", "looks": 2)");
    EXPECT_EQ(refused(moved).code, ErrorCode::Conflict);
    EXPECT_EQ(of("urn:ngsi-ld:Stage:pilot", "movedGoalposts"), Json{});
    Json document = json_of(moved);
    document.set("why", "低すぎた");
    ASSERT_TRUE(projects->put(town, *read_loop_document(document)));
    const Json moves = of("urn:ngsi-ld:Stage:pilot", "movedGoalposts");
    ASSERT_EQ(moves.array().size(), 1U);
    EXPECT_EQ(*moves.array()[0].find("member"), Json{"expectations"});
    EXPECT_EQ(*moves.array()[0].find("why"), Json{"低すぎた"});
    EXPECT_EQ(*moves.array()[0].find("by"), Json{"test"});
    EXPECT_EQ(*moves.array()[0].find("before")->array()[0].find("threshold"), Json{3});
    EXPECT_EQ(of("urn:ngsi-ld:Stage:pilot", "locked"), locked);
}

TEST_P(ProjectServing, AStageWaitsForTheOneBefore) {
    ASSERT_TRUE(put(river_project()));
    ASSERT_TRUE(put(stage("next", "2026-07-01", "2026-07-31")));
    EXPECT_EQ(projects->enter(town, "next").error().code, ErrorCode::Conflict);
    EXPECT_EQ(projects->enter(town, "none").error().code, ErrorCode::NotFound);
}

TEST_P(ProjectServing, WhatWasPromisedIsNotTakenAway) {
    ASSERT_TRUE(put(river_project()));
    const auto remove = [&](const char* type, const char* slug) {
        return projects->remove(town, *loop_kind_of_type(type), slug);
    };
    EXPECT_EQ(remove("Project", "river").error().code, ErrorCode::Conflict);
    EXPECT_EQ(remove("Stage", "none").error().code, ErrorCode::NotFound);
    ASSERT_TRUE(put(stage("next", "2026-07-01", "2026-07-31")));
    ASSERT_TRUE(remove("Stage", "next"));
    EXPECT_EQ(of("urn:ngsi-ld:Project:river", "stages").array().size(), 1U);
    ASSERT_TRUE(projects->enter(town, "pilot"));
    EXPECT_EQ(remove("Stage", "pilot").error().code, ErrorCode::Conflict);
}

TEST_P(ProjectServing, AClockThatWasSetBackChangesNothing) {
    ASSERT_TRUE(put(river_project()));
    clock.jump_to(*parse_time("2026-05-19T00:00:00Z"));
    const Error error = refused(river_project());
    EXPECT_EQ(error.code, ErrorCode::Conflict);
    EXPECT_NE(error.detail.find("時計"), std::string::npos);
    EXPECT_EQ(projects->enter(town, "pilot").error().code, ErrorCode::Conflict);
}

// Two people read the same project; the second to write learns of the first.
TEST_P(ProjectServing, NobodyOverwritesWhatTheyHaveNotRead) {
    ASSERT_TRUE(put(river_project()));
    const std::string id = "urn:ngsi-ld:Project:river";
    const std::string read = *loop_revision(*find(id), "Project");
    const auto titled = [&](const std::string& title, const std::string& revision) {
        return R"({"revisions": {")" + id + R"(": ")" + revision + R"("}, "Project": {"river": )" +
               R"({"title": ")" + title + R"(", "owner": "結川町"}}})";
    };
    ASSERT_TRUE(put(titled("一人目", read)));
    const Error late = refused(titled("二人目", read));
    EXPECT_EQ(late.code, ErrorCode::Conflict);
    EXPECT_EQ(late.where, "/Project/river/revision");
    EXPECT_EQ(of(id, "title"), Json{"一人目"});
    EXPECT_EQ(refused(titled("新しいつもり", "")).code, ErrorCode::Conflict);
    ASSERT_TRUE(put(titled("二人目", *loop_revision(*find(id), "Project"))));
    EXPECT_EQ(of(id, "title"), Json{"二人目"});
}

// What the service keeps beside it is nobody's change.
TEST_P(ProjectServing, ARevisionIsOfWhatPeopleWrote) {
    ASSERT_TRUE(put(river_project()));
    const std::string before = *loop_revision(*find("urn:ngsi-ld:Project:river"), "Project");
    ASSERT_TRUE(put(stage("next", "2026-07-01", "2026-07-31")));
    EXPECT_EQ(*loop_revision(*find("urn:ngsi-ld:Project:river"), "Project"), before);
}

TEST_P(ProjectServing, WhatWasChangedMeanwhileIsNotTakenAway) {
    ASSERT_TRUE(put(river_project()));
    ASSERT_TRUE(put(stage("next", "2026-07-01", "2026-07-31")));
    const std::string read = *loop_revision(*find("urn:ngsi-ld:Stage:next"), "Stage");
    ASSERT_TRUE(put(stage("next", "2026-07-01", "2026-08-31")));
    const LoopKind& kind = *loop_kind_of_type("Stage");
    EXPECT_EQ(projects->remove(town, kind, "next", read).error().code, ErrorCode::Conflict);
    ASSERT_TRUE(find("urn:ngsi-ld:Stage:next"));
    ASSERT_TRUE(projects->remove(town, kind, "next",
                                 *loop_revision(*find("urn:ngsi-ld:Stage:next"), "Stage")));
    const Error gone = refused(R"({"revisions": {"urn:ngsi-ld:Stage:next": ")" + read + R"("},)" +
                               stage("next", "2026-07-01", "2026-07-31").substr(1));
    EXPECT_EQ(gone.code, ErrorCode::Conflict);
    EXPECT_FALSE(find("urn:ngsi-ld:Stage:next"));
}

// What is locked is what whoever begins the stage has read.
TEST_P(ProjectServing, AStageThatWasChangedMeanwhileIsNotEntered) {
    ASSERT_TRUE(put(river_project()));
    const auto revision = [&] { return *loop_revision(*find("urn:ngsi-ld:Stage:pilot"), "Stage"); };
    const std::string read = revision();
    ASSERT_TRUE(put(stage("pilot", "2026-06-01", "2026-06-29")));
    EXPECT_EQ(projects->enter(town, "pilot", read).error().where, "/Stage/pilot/revision");
    EXPECT_EQ(of("urn:ngsi-ld:Stage:pilot", "lockedAt"), Json{});
    ASSERT_TRUE(projects->enter(town, "pilot", revision()));
}

TEST_P(ProjectServing, AClockThatWasSetBackMakesNothingNewEither) {
    ASSERT_TRUE(put(river_project()));
    const std::string artefact = R"({"Artefact": {"a": {"ofProject": "urn:ngsi-ld:Project:river",
        "slot": "plan.reason", "title": "x", "on": "2026-05-01", "text": "x",
        "people": [{"name": "山田", "organisation": "総務課"}]}}})";
    clock.jump_to(*parse_time("2026-05-19T00:00:00Z"));
    const Error error = refused(artefact);
    EXPECT_EQ(error.code, ErrorCode::Conflict);
    EXPECT_NE(error.detail.find("2026-05-20 09:00:00（日本時間）"), std::string::npos)
        << error.detail;
    EXPECT_EQ(refused(stage("next", "2026-07-01", "2026-07-31")).code, ErrorCode::Conflict);
    EXPECT_FALSE(find("urn:ngsi-ld:Stage:next"));
    // Whatever was written last counts, not the project's own entity alone.
    clock.jump_to(*parse_time("2026-05-22T00:00:00Z"));
    ASSERT_TRUE(put(artefact));
    clock.jump_to(*parse_time("2026-05-21T00:00:00Z"));
    EXPECT_EQ(refused(stage("next", "2026-07-01", "2026-07-31")).code, ErrorCode::Conflict);
    clock.jump_to(*parse_time("2026-05-22T00:00:01Z"));
    EXPECT_TRUE(put(stage("next", "2026-07-01", "2026-07-31")));
}

TEST_P(ProjectServing, AnArtefactIsOfADayThatHasCome) {
    ASSERT_TRUE(put(river_project()));
    const auto artefact = [](const std::string& on) {
        return R"({"Artefact": {"a": {"ofProject": "urn:ngsi-ld:Project:river",
            "slot": "plan.reason", "title": "x", "text": "x", "on": ")" +
               on + R"(", "people": [{"name": "山田", "organisation": "総務課"}]}}})";
    };
    clock.jump_to(*parse_time("2026-05-20T15:00:00Z"));  // the 21st in Japan
    EXPECT_EQ(refused(artefact("2026-05-22")).where, "/Artefact/a/on");
    EXPECT_FALSE(find("urn:ngsi-ld:Artefact:a"));
    EXPECT_TRUE(put(artefact("2026-05-21")));
}

TEST_P(ProjectServing, AMoveIsNotExplainedByBlanks) {
    ASSERT_TRUE(put(river_project()));
    ASSERT_TRUE(projects->enter(town, "pilot"));
    LoopDocument document =
        *read_loop_document(json_of(stage("pilot", "2026-06-01", "2026-06-29")));
    for (const char* blank : {"", " ", "　", "\n"}) {
        document.why = blank;
        EXPECT_EQ(projects->put(town, document).error().code, ErrorCode::Conflict);
    }
}

TEST_P(ProjectServing, AnExpectationFitsItsMeasure) {
    know_rivers();
    ASSERT_TRUE(put(river_project()));
    const auto asked = [](const std::string& more, const std::string& how = "") {
        return stage("next", "2026-07-01", "2026-07-31", expects(more) + how);
    };
    const std::string north = R"("measure": "by-river", "group": "north", "threshold": 1)";
    EXPECT_TRUE(put(asked(north)));
    EXPECT_EQ(refused(asked(R"("measure": "by-river", "threshold": 1)")).where,
              "/Stage/next/expectations/0/group");
    EXPECT_EQ(refused(asked(R"("measure": "level", "group": "north", "threshold": 1)")).where,
              "/Stage/next/expectations/0/group");
    const std::string differences =
        R"(, "estimator": "differences", "baselineFrom": "2026-01-01", "comparison": ["south"])";
    EXPECT_TRUE(put(asked(north, differences)));
    EXPECT_EQ(refused(asked(R"("measure": "level", "threshold": 1)", differences)).where,
              "/Stage/next/expectations/0/measure");
    EXPECT_TRUE(put(asked(R"("measure": "share", "threshold": 100)")));
    for (const char* beyond : {"-500", "-0.1", "100.1"}) {
        EXPECT_EQ(
            refused(asked(R"("measure": "share", "threshold": )" + std::string{beyond})).where,
            "/Stage/next/expectations/0/threshold");
    }
    const std::string series =
        R"(, "estimator": "interrupted-series", "baselineFrom": "2026-01-01")";
    EXPECT_TRUE(put(asked(R"("measure": "share", "threshold": -5)", series)));
}

// It could be entered and never be judged, nor stopped.
TEST_P(ProjectServing, AStageOfMorePeriodsThanAreJudgedIsRefused) {
    know_rivers();
    ASSERT_TRUE(put(river_project()));
    const std::string daily = expects(R"("measure": "level", "threshold": 1)");
    EXPECT_TRUE(put(stage("next", "2026-07-01", "2028-09-07", daily)));  // 800 days
    EXPECT_EQ(refused(stage("next", "2026-07-01", "2028-09-08", daily)).where, "/Stage/next/to");
    const std::string series =
        R"(, "estimator": "interrupted-series", "baselineFrom": "2024-01-01")";
    EXPECT_EQ(refused(stage("next", "2026-07-01", "2026-07-31", daily + series)).where,
              "/Stage/next/baselineFrom");
}

TEST_P(ProjectServing, AGroupThatNothingBelongsToIsSaidOnEntering) {
    know_rivers();
    ASSERT_TRUE(put(river_project()));
    const auto notes_of = [&](const std::string& group) {
        const std::string more =
            R"("measure": "by-river", "group": ")" + group + R"(", "threshold": 1)";
        EXPECT_TRUE(put(stage("pilot", "2026-06-01", "2026-06-30", expects(more) + kHypothesis)));
        const auto notes = projects->enter(town, "pilot");
        EXPECT_TRUE(notes) << to_text(notes.error());
        return notes ? *notes : std::vector<TwoTongues>{};
    };
    const auto notes = notes_of("east");
    ASSERT_EQ(notes.size(), 1U);
    EXPECT_NE(notes[0].ja.find("「east」"), std::string::npos);
}

TEST_P(ProjectServing, AGroupThatIsThereNeedsNoWord) {
    know_rivers();
    ASSERT_TRUE(put(river_project()));
    ASSERT_TRUE(put(stage(
        "pilot", "2026-06-01", "2026-06-30",
        expects(R"("measure": "by-river", "group": "north", "threshold": 1)") + kHypothesis)));
    const auto notes = projects->enter(town, "pilot");
    ASSERT_TRUE(notes) << to_text(notes.error());
    EXPECT_TRUE(notes->empty());
}

TEST_P(ProjectServing, APilotThatPromisesNothingSaysSo) {
    ASSERT_TRUE(put(river_project()));
    const auto notes_of = [&](const std::string& slug, const std::string& from,
                              const std::string& to, const std::string& more) {
        EXPECT_TRUE(put(stage(slug, from, to, more)));
        const auto notes = projects->enter(town, slug);
        EXPECT_TRUE(notes) << to_text(notes.error());
        return notes && notes->size() == 1 ? notes->front().ja : std::string{};
    };
    const auto nothing = notes_of("pilot", "2026-06-01", "2026-06-30", "");
    EXPECT_NE(nothing.find("何も約束していません"), std::string::npos) << nothing;
}

TEST_P(ProjectServing, OfAPlanNoMeasureIsExpected) {
    ASSERT_TRUE(put(river_project()));
    ASSERT_TRUE(put(R"({"Stage": {"plan": {"ofProject": "urn:ngsi-ld:Project:river",
        "kind": "plan", "from": "2026-05-21", "to": "2026-05-31"}}})"));
    const auto notes = projects->enter(town, "plan");
    ASSERT_TRUE(notes);
    EXPECT_TRUE(notes->empty());
}

TEST_P(ProjectServing, AnArtefactNamesAStageOfItsOwnProject) {
    ASSERT_TRUE(put(river_project()));
    ASSERT_TRUE(put(R"({"Project": {"other": {"title": "x", "owner": "結川町"}}})"));
    const auto artefact = [](const std::string& project) {
        return R"({"Artefact": {"a": {"ofProject": "urn:ngsi-ld:Project:)" + project +
               R"(", "ofStage": "urn:ngsi-ld:Stage:pilot", "slot": "plan.reason", "title": "x",
                "text": "x", "on": "2026-05-01",
                "people": [{"name": "山田", "organisation": "総務課"}]}}})";
    };
    EXPECT_EQ(refused(artefact("other")).where, "/Artefact/a/ofStage");
    EXPECT_FALSE(find("urn:ngsi-ld:Artefact:a"));
    EXPECT_TRUE(put(artefact("river")));
}

TEST_P(ProjectServing, WhoGivesMoreThanAllTheirTimeIsNamed) {
    ASSERT_TRUE(put(river_project()));
    const auto participant = [](const std::string& slug, const std::string& share,
                                const std::string& from, const std::string& name = "山田") {
        return R"({"Participant": {")" + slug +
               R"(": {"ofProject": "urn:ngsi-ld:Project:river", "name": ")" + name +
               R"(", "organisation": "総務課", "role": "x", "tier": "core", "share": )" + share +
               R"(, "from": ")" + from + "\"}}}";
    };
    EXPECT_TRUE(put(participant("a", "0.7", "2026-04-01"))->empty());
    EXPECT_TRUE(put(participant("b", "0.3", "2026-05-01"))->empty()) << "all of it, and no more";
    EXPECT_TRUE(put(participant("c", "1", "2026-05-01", "川田"))->empty()) << "somebody else";
    const auto notes = put(participant("d", "0.2", "2026-06-01"));
    ASSERT_TRUE(notes) << to_text(notes.error());
    ASSERT_EQ(notes->size(), 1U);
    EXPECT_NE(notes->front().ja.find("2026-06-01 には合わせて 1.2"), std::string::npos)
        << notes->front().ja;
    EXPECT_TRUE(find("urn:ngsi-ld:Participant:d")) << "it is a note";
}

TEST_P(ProjectServing, ANameThatIsTakenIsNoStageThatMoves) {
    ASSERT_TRUE(put(river_project()));
    Entity other = gauge("urn:ngsi-ld:Stage:taken", 1, clock.now());
    ASSERT_TRUE(create(*store, town, other));
    const Error error = refused(stage("taken", "2026-07-01", "2026-07-31"));
    EXPECT_EQ(error.code, ErrorCode::Conflict);
    EXPECT_EQ(error.detail.find("段階は別の事業に移せません"), std::string::npos) << error.detail;
}

TEST_P(ProjectServing, StagesComeInTheOrderOfTheirKinds) {
    ASSERT_TRUE(put(river_project()));
    const auto kind = [](const std::string& slug, const std::string& kind, const std::string& from,
                         const std::string& to) {
        return R"({"Stage": {")" + slug + R"(": {"ofProject": "urn:ngsi-ld:Project:river",
            "kind": ")" +
               kind + R"(", "from": ")" + from + R"(", "to": ")" + to + R"("}}})";
    };
    EXPECT_EQ(refused(kind("early", "rollout", "2024-01-01", "2024-12-31")).code,
              ErrorCode::Conflict);
    EXPECT_EQ(refused(kind("late", "plan", "2028-01-01", "2028-12-31")).where, "/Stage/late/kind");
    EXPECT_TRUE(put(kind("plan", "plan", "2026-04-01", "2026-05-31")));
    EXPECT_TRUE(put(kind("again", "pilot", "2026-07-01", "2026-07-31")));
    EXPECT_TRUE(put(kind("all", "rollout", "2026-08-01", "2027-03-31")));
}

TEST_P(ProjectServing, APromiseThatIsLockedOnTheFirstDayIsInTime) {
    ASSERT_TRUE(put(river_project()));
    clock.jump_to(*parse_time("2026-06-01T14:59:59Z"));  // the first day in Japan still
    const auto in_time = projects->enter(town, "pilot");
    ASSERT_TRUE(in_time);
    EXPECT_TRUE(in_time->empty());
    EXPECT_EQ(*of("urn:ngsi-ld:Stage:pilot", "locked").find("lockedOn"), Json{"2026-06-01"});
}

TEST_P(ProjectServing, APromiseThatIsLockedAfterTheFirstDaySaysSo) {
    ASSERT_TRUE(put(river_project()));
    clock.jump_to(*parse_time("2026-06-30T14:59:59Z"));  // the last day in Japan still
    const auto notes = projects->enter(town, "pilot");
    ASSERT_TRUE(notes);
    ASSERT_EQ(notes->size(), 1U);
    EXPECT_NE(notes->front().ja.find("2026-06-30"), std::string::npos);
    EXPECT_NE(notes->front().en.find("first day 2026-06-01"), std::string::npos);
}

TEST_P(ProjectServing, NothingIsPromisedOfDaysThatAreOver) {
    ASSERT_TRUE(put(river_project()));
    clock.jump_to(*parse_time("2026-06-30T15:00:00Z"));  // 1 July in Japan
    const auto late = projects->enter(town, "pilot");
    ASSERT_FALSE(late);
    EXPECT_EQ(late.error().code, ErrorCode::Conflict);
    EXPECT_NE(late.error().detail.find("2026-06-30"), std::string::npos);
    EXPECT_EQ(of("urn:ngsi-ld:Stage:pilot", "state"), Json{"planned"});
}

TEST_P(ProjectServing, WhoReadsDoesNotWrite) {
    Caller reader = town;
    reader.role = Role::Reader;
    EXPECT_EQ(projects->put(reader, *read_loop_document(json_of(river_project()))).error().code,
              ErrorCode::Forbidden);
}

INSTANTIATE_TEST_SUITE_P(Kinds, ProjectServing, ::testing::Values(Kind::Memory, Kind::Rocksdb),
                         name_of);

}  // namespace
}  // namespace musubi::testing
