#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "model/access/governance.h"
#include "model/context.h"
#include "project/diagnosis/diagnose.h"
#include "project/diagnosis/gather_facts.h"
#include "project/measures/period.h"
#include "support/store_fixture.h"
#include "trust/keys.h"

namespace musubi::testing {

inline constexpr const char* kProject = "urn:ngsi-ld:Project:underpass";

inline std::string name(std::string_view term) { return core_context()->expand(term); }

/// An entity as its JSON of names and values: texts that are URNs are relationships.
inline Entity entity(const std::string& type, const std::string& slug, const std::string& json) {
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

inline const std::string kWest = R"({"type":"Point","coordinates":[136.1,36.0]})";
inline const std::string kEast = R"({"type":"Point","coordinates":[139.0,36.0]})";
inline const std::string kArea =
    R"({"type":"Polygon","coordinates":[[[136,35.9],[136.2,35.9],[136.2,36.1],[136,36.1],[136,35.9]]]})";

inline const std::string kFee =
    "[[flow]]\nname = \"u\"\nkind = \"subsidy\"\namount = 100\nper = \"month\"\n"
    "start = \"2027\"\n";
/// 1,200 at once, and 100 a month to be paid.
inline MoneyPlan plan_with(const std::string& receipts) {
    return *parse_money_plan(
        "[plan]\nname = \"p\"\nfirst_year = 2026\nyears = 3\nopening = 10\n"
        "[[flow]]\nname = \"g\"\nkind = \"grant\"\namount = 1200\nper = \"once\"\n"
        "[[flow]]\nname = \"c\"\nkind = \"maintenance\"\namount = 100\nper = \"month\"\n" +
            receipts,
        "m.toml");
}

/// アンダーパスの監視 in the store, healthy: in its pilot, with two parties and two gauges.
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
        add_gauge("0");
        add_gauge("1");
        inputs.readers = {{{name("WaterGauge"), "urn:ngsi-ld:Subscription:1", "消防本部", {}}}};
        plan = plan_with(kFee);
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
    /// In the west, heard five times, each hour, the last time an hour and `silent` ago.
    void add_gauge(const std::string& slug, Duration silent = {}) {
        Entity gauge = entity("WaterGauge", slug, R"({"location":)" + kWest + "}");
        Time at = clock.now() - hours(5) - silent;
        gauge.attributes.push_back(testing::property(name("level"), 1.0, at));
        ASSERT_TRUE(create(*store, town, gauge));
        for (int reading = 0; reading < 4; ++reading) {
            at = at + hours(1);
            ASSERT_TRUE(testing::set(*store, town, gauge.id,
                                     testing::property(name("level"), 1.0 + reading, at)));
        }
    }
    /// Says another thing of an entity that is guarded.
    void say(const std::string& id, const std::string& term, Json value) {
        const auto done =
            testing::set(*store, projects, id, testing::property(name(term), std::move(value)));
        ASSERT_TRUE(done) << to_text(done.error());
    }
    void drop(const std::string& id) {
        ASSERT_TRUE(store->commit(projects, [&](Transaction& tx) { return tx.erase(id); }));
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
    /// Under one rule; `governed`: a type that permissions speak of.
    ProjectFacts gather_under(const AccessRule& rule, const std::string& governed = {}) {
        Governance::GovernedTypes types;
        if (!governed.empty())
            types[static_cast<std::size_t>(AccessAction::Read)].types = {governed};
        Caller reader = town;
        AccessFilter access = access_of(Role::Reader);
        access.governance = std::make_shared<const Governance>(std::vector{rule}, types, 1);
        reader.access = std::make_shared<const AccessFilter>(access);
        return gather_as(reader);
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

}  // namespace musubi::testing
