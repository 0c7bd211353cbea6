#include "project/diagnosis/gather_facts.h"

#include <gmock/gmock.h>

#include <set>

#include "model/context.h"
#include "project/diagnosis/diagnose.h"
#include "project/diagnosis/known_words.h"
#include "project/diagnosis/seen_money.h"
#include "project/measures/period.h"
#include "support/store_fixture.h"
#include "trust/keys.h"

namespace musubi::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char* kProject = "urn:ngsi-ld:Project:underpass";

std::string name(std::string_view term) { return core_context()->expand(term); }

/// An entity as its JSON of names and values: texts that are URNs are relationships.
Entity entity(const std::string& type, const std::string& slug, const std::string& json) {
    Entity out;
    out.id = "urn:ngsi-ld:" + type + ":" + slug;
    out.types = {name(type)};
    const auto members = parse_json(json);
    EXPECT_TRUE(members) << to_text(members.error());
    for (const JsonMember& member : members->object()) {
        Attribute attribute;
        attribute.name = name(member.name);
        attribute.value = member.value;
        const bool is_reference =
            member.value.is_string() && member.value.string().starts_with("urn:ngsi-ld:");
        if (is_reference) attribute.kind = AttributeKind::Relationship;
        if (member.value.find("coordinates") != nullptr) {
            attribute.kind = AttributeKind::GeoProperty;
        }
        out.attributes.push_back(std::move(attribute));
    }
    return out;
}

const std::string kWest = R"({"type":"Point","coordinates":[136.1,36.0]})";
const std::string kEast = R"({"type":"Point","coordinates":[139.0,36.0]})";
const std::string kArea =
    R"({"type":"Polygon","coordinates":[[[136,35.9],[136.2,35.9],[136.2,36.1],[136,36.1],[136,35.9]]]})";

class FactsOfAProject : public StoreTest {
protected:
    void SetUp() override {
        StoreTest::SetUp();
        clock.jump_to(*parse_time("2026-11-26T03:00:00Z"));
        inputs.now = clock.now();
        guard("Issue", "underpass",
              R"({"title":"冠水","challenge":"safety","role":"public-services",
                  "description":"年に三度冠水する"})");
        guard("Project", "underpass", R"({"title":"アンダーパスの冠水監視",
            "ofIssue":"urn:ngsi-ld:Issue:underpass","owner":"結町 建設課",
            "leads":"public-and-private","purpose":"冠水の前に道を閉じる",
            "solution":"水位計を Wi-Fi HaLow でつなぐ","layers":["device","network"],
            "functions":["wifi-halow","cameras-sensors"],
            "uses":[{"function":"wifi-halow","measures":["readings-missed"]},
                    {"function":"cameras-sensors","measures":["closing-time"]}],
            "measures":["readings-missed","closing-time"],"deviceTypes":["WaterGauge"],
            "grantEnds":"2027-03-31"})");
        people();
        guard("Stage", "pilot", R"({"ofProject":"urn:ngsi-ld:Project:underpass","kind":"pilot",
            "from":"2026-04-01","to":"2027-03-31","hypothesis":"h",
            "expectations":[{"measure":"closing-time","better":"down","threshold":10},
                            {"measure":"readings-missed","better":"down"}]})");
        guard("Stage", "rollout", R"({"ofProject":"urn:ngsi-ld:Project:underpass",
            "kind":"rollout","from":"2027-04-01","to":"2032-03-31","hypothesis":"h"})");
        for (const std::string slot : {"factor.talks", "plan.reason"}) {
            guard("Artefact", slot,
                  R"({"ofProject":"urn:ngsi-ld:Project:underpass","slot":")" + slot +
                      R"(","title":"t","on":"2026-03-01","people":[
                {"name":"甲","organisation":"結町 建設課"},
                {"name":"乙","organisation":"県央設備"}]})");
        }
        gauges();
        inputs.readers = {{{name("WaterGauge"), "urn:ngsi-ld:Subscription:1", "消防本部", {}}}};
        plan = *parse_money_plan(
            "[plan]\nname = \"p\"\nfirst_year = 2026\nyears = 3\nopening = 10\n"
            "[[flow]]\nname = \"g\"\nkind = \"grant\"\namount = 1200\nper = \"once\"\n"
            "[[flow]]\nname = \"u\"\nkind = \"subsidy\"\namount = 100\nper = \"month\"\n"
            "start = \"2027\"\n"
            "[[flow]]\nname = \"c\"\nkind = \"maintenance\"\namount = 100\nper = \"month\"\n",
            "m.toml");
        inputs.money = &plan;
        RegisterAsset link;
        link.name = "ＷｉＦｉ　ＨａＬｏｗ 親機";
        link.kind = "link";
        link.bought = 2025;
        link.life = 5;
        assets.assets = {link};
        inputs.assets = &assets;
    }
    void people() {
        const std::string of = R"({"ofProject":"urn:ngsi-ld:Project:underpass","name":"n",)";
        guard("Participant", "officer",
              of + R"("organisation":"結町 建設課","role":"道路管理","tier":"any-town",
                      "share":0.3,"from":"2026-04-01","gets":"夜の見回りが要らない"})");
        guard("Participant", "firm",
              of + R"("organisation":"県央設備","role":"設置","tier":"core","share":0.5,
                      "from":"2026-04-01","to":"2027-03-31","brings":"データの見方"})");
    }
    // Three in the west, heard each hour; the third was silent for ten days.
    void gauges() {
        for (int i = 0; i < 3; ++i) {
            Entity gauge = entity("WaterGauge", std::to_string(i), R"({"location":)" + kWest + "}");
            Time at = clock.now() - hours(5) - (i == 2 ? days(10) : Duration{});
            gauge.attributes.push_back(testing::property(name("level"), 1.0, at));
            ASSERT_TRUE(create(*store, town, gauge));
            for (int reading = 0; reading < 4; ++reading) {
                at = at + hours(1);
                ASSERT_TRUE(testing::set(*store, town, gauge.id,
                                         testing::property(name("level"), 1.0 + reading, at)));
            }
        }
    }
    void guard(const std::string& type, const std::string& slug, const std::string& json) {
        Entity guarded = entity(type, slug, json);
        guarded.guardian = projects.guardian;
        const auto done = create(*store, projects, guarded);
        ASSERT_TRUE(done) << to_text(done.error());
    }
    ProjectFacts gather() { return gather_as(town); }
    ProjectFacts gather_as(const Caller& caller) {
        auto facts = gather_facts(*store, caller, kProject, inputs);
        if (facts) return std::move(facts).value();
        ADD_FAILURE() << to_text(facts.error());
        return {};
    }
    std::vector<FailureCause> causes() {
        std::vector<FailureCause> out;
        for (const Finding& one : diagnose(gather(), clock.now())) out.push_back(one.cause);
        return out;
    }

    Caller projects = service_caller("", "projects");
    MoneyPlan plan;
    AssetRegister assets;
    DiagnosisInputs inputs;
};

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
    const ProjectFacts facts = gather();
    ASSERT_EQ(facts.devices->size(), 3U);
    for (const SeenDevice& one : *facts.devices) {
        const bool silent = one.id == "urn:ngsi-ld:WaterGauge:2";
        const Time last = clock.now() - hours(1) - (silent ? days(10) : Duration{});
        EXPECT_EQ(one.last_heard, last);
        EXPECT_EQ(one.interval, silent ? hours(1) : Duration{});
        EXPECT_FALSE(one.in_reach) << "nobody knows where the link reaches";
    }
}

TEST_P(FactsOfAProject, AreDiagnosed) {
    EXPECT_THAT(causes(), ElementsAre(FailureCause::TerminalsNotConnected));  // one of three
    ASSERT_TRUE(testing::set(*store, town, "urn:ngsi-ld:WaterGauge:2",
                             testing::property(name("level"), 3.0, clock.now() - minutes(5))));
    EXPECT_THAT(causes(), IsEmpty());
    EXPECT_TRUE(not_judged(gather(), clock.now()).empty());
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
    EXPECT_THAT(found, ElementsAre(FailureCause::NoPeople, FailureCause::PurposeUnclear));

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

TEST_P(FactsOfAProject, TellWhichEntitiesWereRead) {
    std::set<std::string> ids;
    inputs.reads = [&](const EntityPtr& one) { ids.insert(one->id); };
    gather();
    EXPECT_EQ(ids.size(), 11U);  // project, issue, 2 people, 2 stages, 2 artefacts, 3 gauges
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
