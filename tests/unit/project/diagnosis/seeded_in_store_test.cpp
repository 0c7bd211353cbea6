// The twelve causes, seeded one at a time into each of three projects that are in a store: by what
// people write, what terminals send and who reads, and found by what the store has.
#include <gtest/gtest.h>

#include "entered_world.h"
#include "project/diagnosis/signs.h"
#include "seeds.h"

namespace musubi::testing {
namespace {

using enum FailureCause;

const std::string kFarArea =
    R"({"type":"Polygon","coordinates":[[[10,50],[11,50],[11,51],[10,51],[10,50]]]})";

/// Makes a healthy project in a store show one sign.
struct StoreSeed {
    FailureCause cause;
    std::string name;
    std::string_view sign;
    std::function<void(EnteredWorld&)> put;
    Duration after = days(3);  ///< it is looked at then
    bool in_rollout = true;    ///< it is asked for there too

    friend void PrintTo(const StoreSeed& seed, std::ostream* out) { *out << seed.name; }
};

void each(EnteredWorld& world, std::string_view type, const std::function<void(Json&)>& change) {
    for (JsonMember& one : world.all(type)) change(one.value);
    world.write();
}
bool is_digital(const Json& participant) {
    const std::string& role = participant.find("role")->string();
    return role.find("デ") != std::string::npos || role.find("AI") != std::string::npos ||
           role == "システムの運用" || role == "通信";
}
void use_plan(EnteredWorld& world, std::string plan) {
    world.plan = std::move(plan);
    world.write();
}
void use_function(EnteredWorld& world, const std::string& function, Json measures) {
    world.self().find("functions")->push_back(function);
    Json use;
    use.set("function", function);
    use.set("measures", std::move(measures));
    world.self().find("uses")->push_back(std::move(use));
    world.write();
}
void drop_of_project(EnteredWorld& world, std::string_view name) {
    drop_member(world.self(), name);
    world.write();
}
/// Everybody who is there goes, and is followed at once.
void all_leave(EnteredWorld& world) {
    Json::Object next;
    for (JsonMember& one : world.all("Participant")) {
        if (one.value.find("to") != nullptr) continue;
        Json follower = one.value;
        follower.set("from", world.day_before(50));
        next.push_back({one.name + "-next", std::move(follower)});
        one.value.set("to", world.day_before(60));
    }
    for (JsonMember& one : next) world.all("Participant").push_back(std::move(one));
    world.write();
}

std::vector<StoreSeed> base_of_store() {
    return {
        {TerminalsNotConnected, "HalfIsSilent", "silent",
         [](EnteredWorld& w) { w.silence_half(); }},
        {TerminalsNotConnected, "NewOnesWereNeverHeard", "silent",
         [](EnteredWorld& w) {
             EnteredTerminals never = w.project.terminals.front();
             never.silent.clear();
             never.out_of_reach.clear();
             w.enter_silent(never);
         }},
        {TerminalsNotConnected, "NoTerminal", "no-terminal",
         [](EnteredWorld& w) { w.take_terminals_away(); }},
        {NoDigitalBase, "NoLink", "no-link",
         [](EnteredWorld& w) {
             w.links("{}");
             w.register_text = kRegisterHead + asset_text("サーバー", "server", 2025, 5);
             w.write();
         }},
        {NoDigitalBase, "NeedsAnotherLink", "no-link",
         [](EnteredWorld& w) {
             use_function(w, "local-5g", Json{Json::Array{w.self().find("measures")->array()[0]}});
         }},
        {NoDigitalBase, "OutOfReach", "out-of-reach",
         [](EnteredWorld& w) {
             const bool far = w.project.slug == "red-tide";
             w.links(R"({"far":{"function":")" + std::string{far ? "satellite" : "wifi-halow"} +
                     R"(","coverage":)" + kFarArea + "}}");
         }},
        {EquipmentPastLife, "Old", "past-life",
         [](EnteredWorld& w) {
             w.register_text += asset_text("中継器", "other", 2010, 10);
             w.write();
         }},
    };
}

std::vector<StoreSeed> people_of_store() {
    return {
        {NoPeople, "SomebodyLeft", "left-role",
         [](EnteredWorld& w) {
             w.thing("Participant", "keeper").set("to", w.day_before(40));
             w.write();
         }},
        {NoPeople, "Nobody", "nobody",
         [](EnteredWorld& w) {
             w.all("Participant").clear();
             w.write();
         }},
        {NoPeople, "OpenRole", "open-role",
         [](EnteredWorld& w) {
             Json open = w.thing("Participant", "keeper");
             open.set("role", "保守");
             open.set("share", 0);
             w.all("Participant").push_back({"open", std::move(open)});
             w.write();
         }},
        {NoPeople, "AllLeave", "leavers", all_leave},
        {NoKnowledge, "NoDigitalRole", "little-knowledge",
         [](EnteredWorld& w) {
             int number = 0;
             each(w, "Participant", [&](Json& one) {
                 if (is_digital(one)) one.set("role", "世話" + std::to_string(number++));
             });
         }},
        {PeopleElsewhere, "KnowledgeIsElsewhere", "little-in-reach",
         [](EnteredWorld& w) {
             each(w, "Participant", [](Json& one) {
                 if (is_digital(one)) one.set("tier", "outside");
             });
         }},
    };
}

std::vector<StoreSeed> agreement_of_store() {
    return {
        {PurposeUnclear, "NotAgreed", "not-agreed",
         [](EnteredWorld& w) {
             drop_member(*w.loop.find("Artefact"), "reason");
             Json met = w.thing("Artefact", "talks");
             met.set("on", "2026-09-10");  // they meet all the same
             w.all("Artefact").push_back({"met", std::move(met)});
             w.write();
         }},
        {PurposeUnclear, "NoPurpose", "no-purpose",
         [](EnteredWorld& w) { drop_of_project(w, "purpose"); }},
        {PurposeUnclear, "NoGoal", "no-goal",
         [](EnteredWorld& w) { drop_of_project(w, "measures"); }},
        {PurposeUnclear, "AgreedByFew", "agreed-by-few",
         [](EnteredWorld& w) {
             Json met = w.thing("Artefact", "talks");
             met.set("on", "2026-09-10");
             w.all("Artefact").push_back({"met", std::move(met)});
             Json other;
             other.set("name", "誰か");
             other.set("organisation", "よその会社");
             w.thing("Artefact", "reason").set("people", Json{Json::Array{std::move(other)}});
             w.write();
         }},
        {TechnologyFirst, "NoIssue", "no-issue",
         [](EnteredWorld& w) { drop_of_project(w, "ofIssue"); }},
        {TechnologyFirst, "NeedlessFunction", "needless-function",
         [](EnteredWorld& w) { use_function(w, "three-d", Json{Json::Array{}}); }},
        {TechnologyFirst, "NoTalks", "no-talks",
         [](EnteredWorld& w) {
             drop_member(*w.loop.find("Artefact"), "talks");
             w.write();
         }},
        {PartiesApart, "SharesNothing", "shares-nothing",
         [](EnteredWorld& w) {
             each(w, "Participant", [](Json& one) {
                 drop_member(one, "brings");
                 drop_member(one, "gets");
             });
         }},
        {PartiesApart, "Alone", "alone",
         [](EnteredWorld& w) {
             const Json owner = *w.self().find("owner");
             each(w, "Participant", [&](Json& one) { one.set("organisation", owner); });
         }},
        {PartiesApart, "NotMet", "not-met",
         [](EnteredWorld& w) {
             each(w, "Artefact", [](Json& one) { one.set("on", "2025-07-01"); });
         }},
    };
}

std::vector<StoreSeed> business_of_store() {
    const auto first_year = [](const EnteredWorld& w) {
        return w.project.slug == "red-tide" ? 2024 : 2026;
    };
    return {
        {NoEarnings, "LittleRevenue", "little-revenue",
         [=](EnteredWorld& w) {
             use_plan(w, w.project.money + receipts_of("fee", 49, first_year(w) + 1));
         }},
        {NoEarnings, "RunsOut", "runs-out",
         [=](EnteredWorld& w) {
             use_plan(w, w.project.money + receipts_of("fee", 80, first_year(w) + 1));
         }},
        {NoEarnings, "NoPlan", "no-plan", [](EnteredWorld& w) { use_plan(w, ""); }},
        {PilotForItself, "PlanEnds", "plan-ends",
         [=](EnteredWorld& w) { use_plan(w, plan_head(first_year(w), 2027 - first_year(w))); }},
        {PilotForItself, "NoThreshold", "no-threshold",
         [](EnteredWorld& w) {
             each(w, "Stage", [](Json& one) { drop_member(one, "expectations"); });
         },
         days(3), false},
        {PilotForItself, "NoRollout", "no-rollout",
         [](EnteredWorld& w) {
             w.all("Stage").pop_back();
             w.write();
         }},
        {DataInSilos, "NobodyReads", "unread", [](EnteredWorld& w) { w.reads = false; }, days(95)},
        {DataInSilos, "OnlyItsOwnerReads", "unread",
         [](EnteredWorld& w) { w.organisation = w.self().find("owner")->string(); }, days(95)},
    };
}

std::vector<StoreSeed> store_seeds() {
    std::vector<StoreSeed> out;
    for (auto&& kind :
         {base_of_store(), people_of_store(), agreement_of_store(), business_of_store()}) {
        out.insert(out.end(), kind.begin(), kind.end());
    }
    return out;
}

using Entered = EnteredProject (*)();
constexpr std::array<Entered, 3> kThree{&entered_underpass, &entered_red_tide,
                                        &entered_wild_animals};

class ThreeInStore : public ::testing::TestWithParam<Entered> {};

// Not one, neither when it was entered nor after a quarter of a year, and all twelve are judged.
TEST_P(ThreeInStore, AHealthyOneHasNone) {
    EnteredWorld world{GetParam()()};
    EXPECT_EQ(causes_of(world.facts(), world.clock.now()), just({}));
    world.pass(days(95));
    EXPECT_EQ(causes_of(world.facts(), world.clock.now()), just({}));
    EXPECT_TRUE(not_judged(world.facts(), world.clock.now()).empty());
}

class SeededInStore : public ::testing::TestWithParam<std::tuple<Entered, StoreSeed>> {};

TEST_P(SeededInStore, FindsItsCauseAndNoOtherUntilItIsMended) {
    const StoreSeed& seed = std::get<StoreSeed>(GetParam());
    EnteredWorld world{std::get<Entered>(GetParam())()};
    ASSERT_EQ(causes_of(world.facts(), world.clock.now()), just({}));

    seed.put(world);
    world.pass(seed.after);
    const auto findings = diagnose(world.facts(), world.clock.now());
    if (!seed.in_rollout && world.project.slug == "red-tide") {
        EXPECT_TRUE(findings.empty());
        return;
    }
    ASSERT_EQ(causes_of(world.facts(), world.clock.now()), just({seed.cause}));
    EXPECT_EQ(signs_of(findings[0]).count(seed.sign), 1U);
    for (const FindingEvidence& one : findings[0].evidence) {
        EXPECT_FALSE(one.of.empty());
        EXPECT_FALSE(one.words.ja.empty() || one.words.en.empty());
        // What it cites is there.
        if (one.of.starts_with("urn:")) {
            EXPECT_TRUE(*world.store->find(world.town, one.of)) << one.of;
        }
    }
    const SignText& text = text_of_sign(seed.sign);
    EXPECT_NE(findings[0].clears.ja.find(text.clears_ja), std::string::npos);
    EXPECT_NE(findings[0].clears.en.find(text.clears_en), std::string::npos);

    world.restore();
    world.pass(hours(1));
    EXPECT_EQ(causes_of(world.facts(), world.clock.now()), just({})) << "it is mended";
}

TEST(StoreSeeds, EachOfTheTwelveIsSeeded) {
    std::set<FailureCause> seeded;
    for (const StoreSeed& seed : store_seeds()) seeded.insert(seed.cause);
    EXPECT_EQ(seeded.size(), kFailureCauses);
}

std::string name_of_entered(Entered entered) {
    constexpr std::array kNames{"Underpass", "RedTide", "WildAnimals"};
    const auto at = std::ranges::find(kThree, entered) - kThree.begin();
    return kNames.at(static_cast<std::size_t>(at));
}
INSTANTIATE_TEST_SUITE_P(Healthy, ThreeInStore, ::testing::ValuesIn(kThree),
                         [](const auto& of) { return name_of_entered(of.param); });
INSTANTIATE_TEST_SUITE_P(Each, SeededInStore,
                         ::testing::Combine(::testing::ValuesIn(kThree),
                                            ::testing::ValuesIn(store_seeds())),
                         [](const auto& of) {
                             return name_of_entered(std::get<Entered>(of.param)) +
                                    std::get<StoreSeed>(of.param).name;
                         });

}  // namespace
}  // namespace musubi::testing
