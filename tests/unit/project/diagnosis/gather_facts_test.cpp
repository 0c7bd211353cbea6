#include "project/diagnosis/gather_facts.h"

#include <gmock/gmock.h>

#include <set>

#include "project/diagnosis/known_words.h"
#include "project_in_store.h"

namespace musubi::testing {
namespace {

using enum FailureCause;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_P(FactsOfAProject, AreReadFromItsEntities) {
    const ProjectFacts facts = gather();
    EXPECT_EQ(facts.owner, "結町 建設課");
    EXPECT_EQ(facts.purpose, "冠水の前に道を閉じる");
    EXPECT_THAT(facts.functions, ElementsAre("wifi-halow", "cameras-sensors"));
    ASSERT_EQ(facts.uses.size(), 2U);
    EXPECT_THAT(facts.uses[1].measures, ElementsAre("closing-time"));
    EXPECT_THAT(facts.device_types, ElementsAre(name("WaterGauge")));
    EXPECT_EQ(facts.grant_ends, *parse_day("2027-03-31"));
    EXPECT_EQ(facts.issue->description, "年に三度冠水する");

    ASSERT_EQ(facts.people->size(), 2U);
    const bool officer_first = facts.people->at(0).tier == SeenTier::AnyTown;
    const SeenPerson& firm = facts.people->at(officer_first ? 1 : 0);
    EXPECT_EQ(firm.id, "urn:ngsi-ld:Participant:firm");
    EXPECT_EQ(firm.tier, SeenTier::Core);
    EXPECT_EQ(firm.share, 0.5);
    EXPECT_EQ(firm.to, *parse_day("2027-03-31"));
    EXPECT_TRUE(firm.shares);
    EXPECT_TRUE(firm.knows_digital);
    EXPECT_FALSE(facts.people->at(officer_first ? 0 : 1).knows_digital);

    ASSERT_EQ(facts.stages->size(), 2U);
    std::size_t thresholds = 0;
    for (const SeenStage& stage : *facts.stages) thresholds += stage.thresholds;
    EXPECT_EQ(thresholds, 1U) << "the other expectation has none";
    ASSERT_EQ(facts.artefacts->size(), 2U);
    EXPECT_THAT(facts.artefacts->at(0).organisations, ElementsAre("結町 建設課", "県央設備"));
}

TEST_P(FactsOfAProject, HaveWhatIsNoEntity) {
    const ProjectFacts facts = gather();
    ASSERT_EQ(facts.links->size(), 1U);
    EXPECT_EQ(facts.links->at(0).function, "wifi-halow");
    EXPECT_EQ(facts.assets->size(), 1U);
    ASSERT_EQ(facts.money->cost.size(), 36U);
    EXPECT_EQ(facts.money->first, calendar_month(2026, 4));
    EXPECT_EQ(facts.money->grants[0], 1200);
    EXPECT_EQ(facts.money->own[11], 0);
    EXPECT_EQ(facts.money->own[12], 100);
    EXPECT_EQ(facts.money->cost[35], 100);
    EXPECT_EQ(facts.money->cash[35], 10);
    EXPECT_EQ(facts.readers->size(), 1U);
}

TEST_P(FactsOfAProject, SayWhenATerminalWasHeardAndHowOften) {
    add_gauge("silent", days(10));
    const ProjectFacts facts = gather();
    ASSERT_EQ(facts.devices->size(), 3U);
    for (const SeenDevice& one : *facts.devices) {
        const bool silent = one.id == "urn:ngsi-ld:WaterGauge:silent";
        const Time last = clock.now() - hours(1) - (silent ? days(10) : Duration{});
        EXPECT_EQ(one.last_heard, last);
        EXPECT_EQ(one.interval, silent ? hours(1) : Duration{});
        EXPECT_FALSE(one.in_reach) << "nobody knows where the link reaches";
    }
}

TEST_P(FactsOfAProject, ATerminalWithoutReadingsWasNeverHeard) {
    ASSERT_TRUE(create(*store, town, entity("WaterGauge", "new", R"({"label":"x"})")));
    const Time made = clock.now();
    const auto newest = [&] {
        const ProjectFacts facts = gather();
        for (const SeenDevice& one : *facts.devices) {
            if (one.id == "urn:ngsi-ld:WaterGauge:new") return one;
        }
        return SeenDevice{};
    };
    EXPECT_FALSE(newest().last_heard);
    EXPECT_EQ(newest().known_since, made);
    clock.advance(hours(2));
    ASSERT_TRUE(testing::set(*store, town, "urn:ngsi-ld:WaterGauge:new",
                             testing::property(name("level"), 1.0)));
    EXPECT_EQ(newest().last_heard, made + hours(2)) << "not observed, but written";
}

TEST_P(FactsOfAProject, AHealthyOneHasNone) {
    EXPECT_THAT(causes(), IsEmpty());
    EXPECT_TRUE(not_judged(gather(), clock.now()).empty());
}

TEST_P(FactsOfAProject, ShowATerminalThatIsNotConnected) {
    add_gauge("silent", days(10));
    EXPECT_THAT(causes(), ElementsAre(TerminalsNotConnected));
}

TEST_P(FactsOfAProject, ShowThatThereIsNoBase) {
    assets.assets[0].name = "LTE-M";
    EXPECT_THAT(causes(), ElementsAre(NoDigitalBase));
}

TEST_P(FactsOfAProject, ShowEquipmentPastItsLife) {
    assets.assets[0].bought = 2019;
    EXPECT_THAT(causes(), ElementsAre(EquipmentPastLife));
}

TEST_P(FactsOfAProject, ShowThatSomebodyLeft) {
    say("urn:ngsi-ld:Participant:officer", "to", "2026-10-31");
    EXPECT_THAT(causes(), ElementsAre(NoPeople));
}

TEST_P(FactsOfAProject, ShowThatNobodyHasTheKnowledge) {
    say("urn:ngsi-ld:Participant:firm", "brings", "工具と車");
    EXPECT_THAT(causes(), ElementsAre(NoKnowledge));
}

TEST_P(FactsOfAProject, ShowThatTheKnowledgeIsElsewhere) {
    say("urn:ngsi-ld:Participant:firm", "tier", "outside");
    EXPECT_THAT(causes(), ElementsAre(PeopleElsewhere));
}

TEST_P(FactsOfAProject, ShowThatThePurposeWasNotAgreed) {
    drop("urn:ngsi-ld:Artefact:plan.reason");
    EXPECT_THAT(causes(), ElementsAre(PurposeUnclear));
}

TEST_P(FactsOfAProject, ShowThatTheTechnologyCameFirst) {
    say(kProject, "uses", *parse_json(R"([{"function":"wifi-halow","measures":[]}])"));
    EXPECT_THAT(causes(), ElementsAre(TechnologyFirst));
    say(kProject, "functions", Json::Array{});
    EXPECT_THAT(causes(), IsEmpty());
    drop("urn:ngsi-ld:Issue:underpass");
    EXPECT_THAT(causes(), ElementsAre(TechnologyFirst)) << "a solution without an issue";
}

TEST_P(FactsOfAProject, ShowThatThePartiesShareNothing) {
    say("urn:ngsi-ld:Participant:officer", "gets", "");
    EXPECT_THAT(causes(), ElementsAre(PartiesApart)) << "one of two";
}

TEST_P(FactsOfAProject, ShowThatNobodyPays) {
    plan = plan_with("");
    EXPECT_THAT(causes(), ElementsAre(NoEarnings));
}

TEST_P(FactsOfAProject, ShowThatThePilotIsForItself) {
    drop("urn:ngsi-ld:Stage:rollout");
    EXPECT_THAT(causes(), ElementsAre(PilotForItself));
    guard("Stage", "rollout", R"({"ofProject":"urn:ngsi-ld:Project:underpass",
        "kind":"rollout","from":"2027-04-01","to":"2032-03-31","hypothesis":"h"})");
    say("urn:ngsi-ld:Stage:pilot", "expectations",
        *parse_json(R"([{"measure":"closing-time","better":"down"}])"));
    EXPECT_THAT(causes(), ElementsAre(PilotForItself)) << "a measure without a threshold";
}

TEST_P(FactsOfAProject, ShowDataThatNobodyElseReads) {
    inputs.readers->at(0).organisation = "結町　建設課";
    EXPECT_THAT(causes(), ElementsAre(DataInSilos)) << "its owner, with a wide space";
}

TEST_P(FactsOfAProject, KnowWhereLinksReach) {
    Entity far = entity("WaterGauge", "far", R"({"location":)" + kEast + "}");
    far.attributes.push_back(testing::property(name("level"), 1.0, clock.now()));
    ASSERT_TRUE(create(*store, town, far));
    ASSERT_TRUE(create(
        *store, town,
        entity("NetworkLink", "a", R"({"function":"wifi-halow","coverage":)" + kArea + "}")));
    const ProjectFacts facts = gather();
    EXPECT_EQ(facts.links->size(), 2U);
    for (const SeenDevice& one : *facts.devices) {
        EXPECT_EQ(one.in_reach, one.id != far.id) << one.id;
    }
    // A link of which nobody knows where it reaches may reach the far one.
    ASSERT_TRUE(create(*store, town, entity("NetworkLink", "b", R"({"name":"衛星回線"})")));
    const ProjectFacts then = gather();
    for (const SeenDevice& one : *then.devices) {
        EXPECT_EQ(one.in_reach, one.id == far.id ? std::nullopt : std::optional{true}) << one.id;
    }
}

TEST_P(FactsOfAProject, MissingThingsAreFacts) {
    guard("Project", "empty", R"({"title":"t","owner":"o","ofIssue":"urn:ngsi-ld:Issue:none"})");
    auto facts = gather_facts(*store, town, "urn:ngsi-ld:Project:empty", {.now = clock.now()});
    ASSERT_TRUE(facts) << to_text(facts.error());
    EXPECT_TRUE(facts->people->empty());
    EXPECT_TRUE(facts->stages->empty());
    EXPECT_TRUE(facts->artefacts->empty());
    EXPECT_TRUE(facts->devices->empty());
    EXPECT_TRUE(facts->money->cost.empty());
    EXPECT_FALSE(facts->assets);
    EXPECT_FALSE(facts->readers);
    EXPECT_TRUE(facts->issue_id.empty()) << "there is no such issue";
    std::vector<FailureCause> found;
    for (const Finding& one : diagnose(*facts, clock.now())) found.push_back(one.cause);
    EXPECT_THAT(found, ElementsAre(NoPeople, PurposeUnclear));

    const auto none = gather_facts(*store, town, "urn:ngsi-ld:Project:none", inputs);
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, ErrorCode::NotFound);
}

TEST_P(FactsOfAProject, AreOfWhatMusubiGuardsAlone) {
    const std::string json =
        R"({"ofProject":"urn:ngsi-ld:Project:underpass","name":"n","organisation":"x",
            "role":"誰か","tier":"outside","share":0,"from":"2026-04-01"})";
    ASSERT_TRUE(create(*store, town, entity("Participant", "forged", json)));
    ASSERT_TRUE(create(*store, town, entity("Project", "forged", R"({"title":"t"})")));
    EXPECT_EQ(gather().people->size(), 2U);
    EXPECT_FALSE(gather_facts(*store, town, "urn:ngsi-ld:Project:forged", inputs));
}

TEST_P(FactsOfAProject, AreOfOneProject) {
    guard("Project", "other", R"({"title":"t","owner":"o"})");
    guard("Participant", "other", R"({"ofProject":"urn:ngsi-ld:Project:other","name":"n",
        "organisation":"x","role":"誰か","tier":"core","share":1,"from":"2026-04-01"})");
    EXPECT_EQ(gather().people->size(), 2U);
}

TEST_P(FactsOfAProject, WhatTheCallerMayNotSeeIsNotJudged) {
    Caller reader = town;
    AccessFilter access = access_of(Role::Reader, {name("Project"), name("Stage")});
    reader.access = std::make_shared<const AccessFilter>(access);
    inputs.may_see_money = false;
    inputs.assets = nullptr;
    const ProjectFacts facts = gather_as(reader);
    EXPECT_FALSE(facts.people);
    EXPECT_FALSE(facts.artefacts);
    EXPECT_FALSE(facts.devices);
    EXPECT_FALSE(facts.links);
    EXPECT_FALSE(facts.money);
    EXPECT_FALSE(facts.issue);
    EXPECT_FALSE(facts.issue_id.empty());
    EXPECT_EQ(facts.stages->size(), 2U);
    EXPECT_TRUE(diagnose(facts, clock.now()).empty());
}

// A policy that keeps back some participants, or only their share: absence would be no evidence.
TEST_P(FactsOfAProject, WhatAPolicyHidesInPartIsNotJudged) {
    AccessRule some;
    some.permits = false;
    some.actions.set();
    some.types = {name("Participant")};
    some.ids = *Pattern::parse("firm$");
    AccessRule share = some;
    share.ids.reset();
    share.attributes = {name("share")};
    AccessRule gauges = some;
    gauges.types = {name("WaterGauge")};
    EXPECT_FALSE(gather_under(some).people);
    EXPECT_FALSE(gather_under(share).people);
    EXPECT_TRUE(gather_under(some).stages);
    EXPECT_TRUE(diagnose(gather_under(some), clock.now()).empty());
    EXPECT_FALSE(gather_under(gauges).devices);
    EXPECT_TRUE(gather_under(gauges).people);
}

TEST_P(FactsOfAProject, TerminalsWhoseTimesAreCoarserAreNotJudged) {
    ASSERT_TRUE(create(
        *store, town,
        entity("NetworkLink", "a", R"({"function":"wifi-halow","coverage":)" + kArea + "}")));
    AccessRule rule;
    rule.actions.set();
    rule.types = {name("WaterGauge")};
    EXPECT_EQ(gather_under(rule, rule.types[0]).devices->size(), 2U);
    EXPECT_EQ(gather_under(rule, rule.types[0]).devices->at(0).in_reach, true);
    AccessRule place = rule;
    place.coarser = {{std::string{iri::kLocation}, Coarsening{.size = 1'000}}};
    EXPECT_FALSE(gather_under(place, rule.types[0]).devices->at(0).in_reach);
    rule.times = days(30);
    EXPECT_FALSE(gather_under(rule, rule.types[0]).devices);
}

TEST_P(FactsOfAProject, AnAssetIsALinkByItsKind) {
    assets.assets[0].kind = "sensor";  // though its name has HaLow in it
    EXPECT_THAT(causes(), ElementsAre(NoDigitalBase));
}

TEST_P(FactsOfAProject, TellWhichEntitiesWereRead) {
    std::set<std::string> ids;
    inputs.reads = [&](const EntityPtr& one) { ids.insert(one->id); };
    gather();
    EXPECT_EQ(ids.size(), 10U);  // project, issue, 2 people, 2 stages, 2 artefacts, 2 gauges
    EXPECT_EQ(ids.count("urn:ngsi-ld:Participant:firm"), 1U);
}

INSTANTIATE_TEST_SUITE_P(Each, FactsOfAProject, ::testing::Values(Kind::Memory, Kind::Rocksdb));

TEST(KnownWords, DigitalKnowledgeIsTold) {
    for (const char* role : {"デジタル推進", "ＤＸ担当", "IT engineer", "AIの開発", "データの見方",
                             "Network", "情報担当", "CIO補佐"}) {
        EXPECT_TRUE(tells_of_digital_knowledge(role)) << role;
    }
    for (const char* role : {"道路管理", "with people", "情報発信", "training", "商品開発", "",
                             "main witness", "技術士（土木）"}) {
        EXPECT_FALSE(tells_of_digital_knowledge(role)) << role;
    }
}

TEST(KnownWords, LinksAreKnownByTheirNames) {
    EXPECT_EQ(link_function("Wi-Fi HaLow 親機"), "wifi-halow");
    EXPECT_EQ(link_function("ﾛｰｶﾙ５Ｇ基地局"), "local-5g");
    EXPECT_EQ(link_function("衛星通信（予備）"), "satellite");
    EXPECT_EQ(link_function("通信（LTE-M）"), "other");
}

}  // namespace
}  // namespace musubi::testing
