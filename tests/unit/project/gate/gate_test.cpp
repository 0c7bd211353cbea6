#include <gmock/gmock.h>

#include <algorithm>
#include <functional>
#include <random>
#include <thread>

#include "base/canonical_json.h"
#include "gate_world.h"
#include "project/loop/stage_lock.h"

namespace musubi::testing {
namespace {

TEST_P(Gates, EvidenceSaysWhatTheStageCameToAndVerifiesAlone) {
    const std::string file = open();
    const auto report = verify_evidence(file, std::nullopt);
    ASSERT_TRUE(report) << to_text(report.error());
    for (const TwoTongues& fault : report->faults) ADD_FAILURE() << fault.en;
    const Json& evidence = *report->file.find("evidence");
    const Json& judged = evidence.find("judged")->array()[0];
    EXPECT_EQ(*judged.find("verdict"), Json{"met"});
    EXPECT_EQ(judged.find("values")->array().size(), 10U);  // 1 to 10 June are over in Japan
    EXPECT_EQ(*evidence.find("previous"), Json{""});
    EXPECT_EQ(of(kGate, "state"), Json{"open"});
    EXPECT_EQ(of(kGate, "evidenceHash"), Json{*hash_of(evidence)});
    EXPECT_EQ(of("urn:ngsi-ld:Project:river", "openGate"), Json{kGate});
    EXPECT_EQ(gates->open(town, "pilot").error().code, ErrorCode::Conflict);
}

TEST_P(Gates, AnyChangeOfAByteIsFound) {
    const std::string file = open();
    std::mt19937 random{7};
    std::size_t found = 0;
    for (int i = 0; i < 1'000; ++i) {
        std::string changed = file;
        char& byte = changed[random() % changed.size()];
        const char was = byte;
        while (byte == was) byte = static_cast<char>(random() % 256);
        const auto report = verify_evidence(changed, std::nullopt);
        if (!report || !report->clean()) ++found;
    }
    EXPECT_EQ(found, 1'000U);
}

// Whoever has a key of their own signs what they like; the formula stands in the file.
TEST_P(Gates, AValueThatItsPartsDoNotComeToIsFound) {
    Json file = *parse_json(open());
    Json& judged = file.find("evidence")->find("judged")->array()[0];
    judged.find("values")->array()[0].set("value", 0.125);
    const auto report = verify_evidence(signed_anew(file), std::nullopt);
    ASSERT_TRUE(report);
    ASSERT_EQ(report->faults.size(), 1U);
    EXPECT_NE(report->faults[0].en.find("a value is not what its parts come to"),
              std::string::npos);
}

TEST_P(Gates, ReadingsThatAreNotThoseOfTheEvidenceAreNamed) {
    const std::string file = open();
    const std::string data = lines();
    EXPECT_FALSE(replayed(file, data).other_readings);
    const ReplayReport none = replayed(file, "");
    ASSERT_TRUE(none.other_readings);
    EXPECT_EQ(none.other_readings->measure, "level");
    EXPECT_EQ(none.other_readings->there, 8);
    EXPECT_EQ(none.other_readings->here, 0);
}

TEST_P(Gates, ReplayElsewhereIsTheSameToTheByte) {
    const std::string file = open();
    const ReplayReport report = replayed(file, lines());
    EXPECT_FALSE(report.difference) << report.difference->where << " " << report.difference->there
                                    << " " << report.difference->recomputed;
    EXPECT_EQ(report.evidence, *canonical_json(*json_of(file).find("evidence")));
}

TEST_P(Gates, WhatIsRecordedLaterDoesNotChangeTheReplay) {
    const std::string file = open();
    read(9, *parse_time("2026-06-11T00:00:00Z"));
    ASSERT_TRUE(store->commit(town, [&](Transaction& tx) -> Result<void> {
        TRY(tx.edit("urn:test:g"))
            ->add_late(property("urn:test:level", 50.0, *parse_time("2026-06-03T01:00:00Z")));
        return {};
    }));
    EXPECT_FALSE(replayed(file, lines()).difference);
}

TEST_P(Gates, AGaugeThatCameAfterTheGateIsInNoReplay) {
    const std::string file = open();
    ASSERT_TRUE(
        create(*store, town, gauge("urn:test:new", 7, *parse_time("2026-06-05T00:00:00Z"))));
    const std::string data = lines();
    EXPECT_EQ(data.find("urn:test:new"), std::string::npos);
    EXPECT_FALSE(replayed(file, data).difference);
}

TEST_P(Gates, WhatOthersCallLikeOursCrowdsNothingOut) {
    for (int i = 0; i < 1'100; ++i) {
        Entity plain;
        plain.id = "urn:a:" + std::to_string(i);
        plain.types = {loop_iri("Participant")};
        Attribute of = property(loop_iri("ofProject"), "urn:ngsi-ld:Project:river");
        of.kind = AttributeKind::Relationship;
        plain.attributes.push_back(of);
        ASSERT_TRUE(create(*store, town, plain));
    }
    ASSERT_TRUE(
        put(R"({"Participant": {"sato": {"ofProject": "urn:ngsi-ld:Project:river", "name": "佐藤",
        "organisation": "町", "role": "担当", "tier": "core", "share": 0.1, "from": "2026-05-01"}}})"));
    const Json evidence = *json_of(open()).find("evidence");
    ASSERT_EQ(evidence.find("participants")->array().size(), 1U);
}

TEST_P(Gates, AnIdThatSomebodyElseHasIsPassedOver) {
    Entity plain;
    plain.id = kGate;
    plain.types = {loop_iri("Gate")};
    ASSERT_TRUE(create(*store, town, plain));
    const auto gate = gates->open(town, "pilot");
    ASSERT_TRUE(gate) << to_text(gate.error());
    EXPECT_EQ((*gate)->id, kGate + "-x1");
}

TEST_P(Gates, IsJudgedByTheDefinitionsThatWerePromised) {
    auto changed = std::make_shared<MeasureSet>(
        *measures_of(measure_text("level", "day", "max", "unit = \"MTR\"\n")));
    changed->text = kMeasureHead + measure_text("level", "day", "max", "unit = \"MTR\"\n");
    changed->context_url = "https://town.example/context.jsonld";
    changed->context_document = json_of(R"({"@context": {}})");
    gates.emplace(
        GateParts{.store = *store,
                  .policies = policies,
                  .people = people,
                  .signing_keys = signing_keys,
                  .clock = clock,
                  .key = {.half = key.public_key(),
                          .sign = [this](std::string_view text) { return key.sign(text); }},
                  .measures = changed});
    const auto report = verify_evidence(open(), std::nullopt);
    ASSERT_TRUE(report && report->clean());
    const Json& judged = report->file.find("evidence")->find("judged")->array()[0];
    EXPECT_EQ(*judged.find("definitionHash"), Json{measures->measures.front().hash});
    EXPECT_EQ(*judged.find("definitionMoved"), Json{true});
}

TEST_P(Gates, AReadingThatWasTamperedWithIsNamed) {
    const std::string file = open();
    std::string data = lines();
    const std::size_t at = data.find("2.3");
    ASSERT_NE(at, std::string::npos);
    data.replace(at, 3, "2.4");
    const ReplayReport report = replayed(file, data);
    ASSERT_TRUE(report.difference);
    EXPECT_TRUE(report.difference->where.starts_with("/evidence/judged/0/values/"));
}

TEST_P(Gates, WhatAServiceAnswersForIsThatServicesInAReplayToo) {
    Entity guarded = gauge("urn:test:guarded", 2, *parse_time("2026-06-02T00:00:00Z"));
    guarded.guardian = "keeper";
    ASSERT_TRUE(create(*store, service_caller("", "keeper"), guarded));
    const std::string file = open();
    const std::string data = lines();
    EXPECT_FALSE(replayed(file, data).difference);
    const auto other = *Store::open(make_memory_store(), {}, clock, log, metrics);
    ASSERT_TRUE(import_readings(*other, data));
    EXPECT_EQ((*other->find(town, "urn:test:guarded"))->guardian, "keeper");
    EXPECT_EQ((*other->find(town, "urn:test:g"))->guardian, "");
}

// What is expected hangs on the first reading ever, which lies before what is judged.
TEST_P(Gates, TheFirstReadingEverGoesWithTheOthers) {
    const MeasureSetPtr due =
        measures_of(measure_text("due", "day", "expected", "every = \"PT3H\"\n"));
    StageQuestion question;
    question.expectations.push_back({.measure = "due"});
    question.from = *parse_day("2026-06-03");
    question.baseline_from = question.from;
    question.to = *parse_day("2026-06-08");
    const GateMoment moment{.at = *parse_day("2026-06-08"), .sequence = store->sequence()};
    const auto there = stage_values(*store, town, *due, question, moment);
    ASSERT_TRUE(there) << to_text(there.error());
    // A late one that comes before all others was not known then.
    ASSERT_TRUE(store->commit(town, [&](Transaction& tx) -> Result<void> {
        TRY(tx.edit("urn:test:g"))
            ->add_late(property("urn:test:level", 1.0, *parse_time("2026-01-01T00:00:00Z")));
        return {};
    }));
    const auto page = export_readings(*store, town, *due, question, moment, "", 10);
    ASSERT_TRUE(page);
    const auto other = *Store::open(make_memory_store(), {}, clock, log, metrics);
    ASSERT_TRUE(import_readings(*other, page->lines));
    GateMoment elsewhere = moment;
    elsewhere.sequence = UINT64_MAX;
    const auto again = stage_values(*other, town, *due, question, elsewhere);
    ASSERT_TRUE(again);
    EXPECT_EQ(to_text(*again), to_text(*there));
    EXPECT_EQ(*there->array()[0].find("values")->array()[0].find("value"), Json{8});
}

TEST_P(Gates, ExportedLinesThatAreNoneAreRefusedWithTheirNumber) {
    const auto other = *Store::open(make_memory_store(), {}, clock, log, metrics);
    EXPECT_EQ(import_readings(*other, "{}\n").error().where, "1 行目 / line 1");
    EXPECT_EQ(
        import_readings(*other, R"({"entity":"","types":[""],"scopes":["x"],"attributes":[]})")
            .error()
            .where,
        "1 行目 / line 1");
    EXPECT_EQ(import_readings(*other, "\nx\n").error().where, "2 行目 / line 2");
    EXPECT_EQ(import_readings(*other, R"({"of": "urn:x", "attribute": "a", "readings": []})")
                  .error()
                  .where,
              "1 行目 / line 1");
}

TEST_P(Gates, AMovedGoalpostIsInTheEvidence) {
    Json document = json_of(R"({"Stage": {"pilot": {"ofProject": "urn:ngsi-ld:Project:river",
        "kind": "pilot", "from": "2026-06-01", "to": "2026-06-30", "hypothesis": "水位が下がる",
        "expectations": [{"measure": "level", "better": "down", "threshold": 1}], "looks": 2}}})");
    document.set("why", "高すぎた");
    ASSERT_TRUE(projects->put(town, *read_loop_document(document)));
    const auto report = verify_evidence(open(), std::nullopt);
    ASSERT_TRUE(report && report->clean());
    // It is judged by what was promised.
    const Json& judged = report->file.find("evidence")->find("judged")->array()[0];
    EXPECT_EQ(*judged.find("threshold"), Json{3});
    const auto moved = [](const TwoTongues& note) {
        return note.en.find("goalpost") != std::string::npos;
    };
    EXPECT_EQ(std::count_if(report->notes.begin(), report->notes.end(), moved), 1);
}

TEST_P(Gates, BeforeTheFirstDayThereIsNothingToLookAt) {
    clock.jump_to(*parse_time("2026-05-31T14:59:59Z"));  // 31 May in Japan
    const auto gate = gates->open(town, "pilot");
    ASSERT_FALSE(gate);
    EXPECT_EQ(gate.error().code, ErrorCode::Conflict);
    EXPECT_NE(gate.error().detail.find("2026-06-01"), std::string::npos);
    EXPECT_EQ(of("urn:ngsi-ld:Stage:pilot", "gates"), Json{});
}

TEST_P(Gates, EvidenceOfAPromiseThatWasLockedLateSaysSo) {
    ASSERT_TRUE(put(R"({"Project": {"late": {"title": "x", "owner": "x"}}, "Stage": {"late": {
        "ofProject": "urn:ngsi-ld:Project:late", "kind": "pilot", "from": "2026-06-01",
        "to": "2026-06-30", "expectations": [{"measure": "level", "better": "down",
        "threshold": 3}]}}})"));
    ASSERT_TRUE(projects->enter(town, "late"));
    ASSERT_TRUE(gates->open(town, "late"));
    const auto report = verify_evidence(*gates->evidence(town, "late-1"), std::nullopt);
    ASSERT_TRUE(report && report->clean());
    const auto says = [](const TwoTongues& note) {
        return note.en.find("first day 2026-06-01") != std::string::npos;
    };
    EXPECT_EQ(std::count_if(report->notes.begin(), report->notes.end(), says), 1);
    const Json& judged = report->file.find("evidence")->find("judged")->array()[0];
    EXPECT_NE(judged.find("why")->find("ja")->string().find("段階が始まった後"), std::string::npos);
}

// Through the decision of a later day where there is one, else through the evidence.
TEST(EvidenceChain, NamesTheFileBeforeToTheByte) {
    const std::string first = "{\"evidence\":{\"previous\":\"\"}}\n";
    const auto file = [](const std::string& previous, const std::string& decision = "") {
        return json_of(
            R"({"evidence": {"previous": ")" + previous + "\"}" +
            (decision.empty() ? "" : R"(, "decision": {"previous": ")" + decision + "\"}") + "}");
    };
    EXPECT_FALSE(previous_fault(file(evidence_hash(first)), first));
    EXPECT_FALSE(previous_fault(file("", evidence_hash(first)), first));
    EXPECT_FALSE(previous_fault(file("00", evidence_hash(first)), first));
    EXPECT_TRUE(previous_fault(file(evidence_hash(first)), first + " "));
    EXPECT_TRUE(previous_fault(file(evidence_hash(first), "00"), first));
    const auto none = previous_fault(file(""), first);
    ASSERT_TRUE(none);
    EXPECT_NE(none->en.find("first of its project"), std::string::npos);
}

TEST_P(Gates, AnotherKeyIsFoundWhereKeysAreGiven) {
    const std::string file = open();
    KeyList keys;
    keys.servers.push_back(key.public_key());
    EXPECT_TRUE(verify_evidence(file, keys)->clean());
    keys.servers = {SigningKey::generate().public_key()};
    EXPECT_FALSE(verify_evidence(file, keys)->clean());
}

TEST_P(Gates, AStageThatWasNotEnteredHasNoGate) {
    ASSERT_TRUE(put(R"({"Stage": {"next": {"ofProject": "urn:ngsi-ld:Project:river",
        "kind": "rollout", "from": "2026-07-01", "to": "2026-07-30"}}})"));
    EXPECT_EQ(gates->open(town, "next").error().code, ErrorCode::Conflict);
    EXPECT_EQ(gates->open(town, "none").error().code, ErrorCode::NotFound);
    EXPECT_EQ(gates->evidence(town, "none").error().code, ErrorCode::NotFound);
}

INSTANTIATE_TEST_SUITE_P(Kinds, Gates, ::testing::Values(Kind::Memory, Kind::Rocksdb), name_of);

// Of a personal type: it belongs neither to evidence nor to the readings that are exported for it.
TEST_P(Gates, WhatIsLeftOutOfEvidenceIsLeftOutOfItsReadings) {
    Entity house = gauge("urn:test:house", 77, *parse_time("2026-06-02T00:00:00Z"));
    house.types.emplace_back("urn:test:House");
    ASSERT_TRUE(create(*store, town, house));
    const Json evidence = *json_of(open()).find("evidence");
    const StageQuestion question = *read_question(*evidence.find("locked"));
    GateMoment moment{.at = *parse_time(evidence.find("at")->string())};
    const auto whole = export_readings(*store, town, *measures, question, moment, "", 10);
    EXPECT_NE(whole->lines.find("urn:test:house"), std::string::npos);
    moment.leaves_out = [](const std::vector<std::string>& types) { return types.size() == 2; };
    const auto left = export_readings(*store, town, *measures, question, moment, "", 10);
    EXPECT_EQ(left->lines.find("urn:test:house"), std::string::npos);
    EXPECT_NE(left->lines.find("urn:test:g"), std::string::npos);
}

TEST_P(Gates, OneIsOpenedAtATime) {
    std::optional<Result<EntityPtr>> second;
    const auto first = open_and([&] {
        if (second) return;  // the second one signs as well
        second.emplace(Error{});
        std::jthread{[&] { second = opening->open(town, "pilot"); }}.join();
    });
    ASSERT_TRUE(first) << to_text(first.error());
    ASSERT_FALSE(*second);
    EXPECT_EQ(second->error().code, ErrorCode::Busy);
    EXPECT_THAT(second->error().detail, ::testing::HasSubstr("another gate is being opened"));
    EXPECT_EQ(of("urn:ngsi-ld:Stage:pilot", "gates").array().size(), 1U) << "one look is spent";
}

/// Does something whenever it is asked for the time.
class ClockThatTells final : public Clock {
public:
    ClockThatTells(const Clock& of, std::function<void()> told) : of_{of}, told_{std::move(told)} {}
    [[nodiscard]] Time now() const override {
        told_();
        return of_.now();
    }
    [[nodiscard]] Duration monotonic() const override { return of_.monotonic(); }

private:
    const Clock& of_;
    std::function<void()> told_;
};

// The time is looked at before anything is computed: it is told to stop then.
TEST_P(Gates, WhatIsBeingOpenedEndsWhenItIsToldToStop) {
    bool asked = false;
    const ClockThatTells telling{clock, [&] {
                                     asked = true;
                                     gates->stop();
                                 }};
    gates.emplace(parts(telling));
    const auto gate = gates->open(town, "pilot");
    ASSERT_TRUE(asked);
    ASSERT_FALSE(gate);
    EXPECT_EQ(gate.error().code, ErrorCode::Busy);
    EXPECT_FALSE(find(kGate));
    EXPECT_TRUE(of("urn:ngsi-ld:Stage:pilot", "gates").is_null()) << "no look is spent";
}

}  // namespace
}  // namespace musubi::testing
