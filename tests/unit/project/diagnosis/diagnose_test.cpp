#include "project/diagnosis/diagnose.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <set>

#include "project/diagnosis/signs.h"
#include "seeds.h"
#include "support/project.h"
#include "support/test_data.h"

namespace musubi::testing {
namespace {

using enum FailureCause;
using ::testing::HasSubstr;

/// The first seed of each cause.
std::vector<Seed> one_of_each() {
    std::vector<Seed> out;
    for (Seed& seed : seeds()) {
        if (out.empty() || out.back().cause != seed.cause) out.push_back(std::move(seed));
    }
    return out;
}

class HealthyProject : public ::testing::TestWithParam<ProjectFacts (*)()> {
protected:
    const ProjectFacts healthy = GetParam()();
    const bool in_rollout = healthy.title == "赤潮の予測";
};

TEST_P(HealthyProject, HasNone) {
    EXPECT_EQ(causes_of(healthy), just({}));
    EXPECT_TRUE(not_judged(healthy, kDiagnosedAt).empty());
}

TEST_P(HealthyProject, EachSeedFindsItsCauseAndNoOther) {
    std::set<std::string_view> told;
    for (const Seed& seed : seeds()) {
        ProjectFacts facts = healthy;
        seed.put(facts);
        const auto findings = diagnose(facts, kDiagnosedAt);
        if (in_rollout && !seed.in_rollout) {
            EXPECT_TRUE(findings.empty()) << seed.sign;
            continue;
        }
        ASSERT_EQ(causes_of(facts), just({seed.cause})) << seed.sign;
        EXPECT_EQ(signs_of(findings[0]).count(seed.sign), 1U) << seed.sign;
        told.insert(text_of(seed.cause).id);
    }
    EXPECT_EQ(told.size(), kFailureCauses);
}

// Two neighbours at once are both found, but where one takes from the other what it is judged by.
TEST_P(HealthyProject, TwoSeedsAreTwoFindings) {
    const std::vector<Seed> all = one_of_each();
    ASSERT_EQ(all.size(), kFailureCauses);
    for (const Seed& one : all) {
        for (const Seed& other : all) {
            if (one.cause >= other.cause) continue;
            ProjectFacts facts = healthy;
            one.put(facts);
            other.put(facts);
            std::set<std::string_view> expected = just({one.cause, other.cause});
            if (one.cause == NoKnowledge && other.cause == PeopleElsewhere) {
                expected = just({NoKnowledge});
            } else if (one.cause == NoEarnings && other.cause == PilotForItself) {
                expected = just({PilotForItself});
            }
            EXPECT_EQ(causes_of(facts), expected) << one.sign << " and " << other.sign;
        }
    }
}

TEST_P(HealthyProject, IsJudgedOnlyByWhatWasSeen) {
    ProjectFacts facts = healthy;
    facts.people.reset();
    facts.stages.reset();
    facts.artefacts.reset();
    facts.devices.reset();
    facts.links.reset();
    facts.assets.reset();
    facts.money.reset();
    facts.readers.reset();
    facts.issue.reset();
    EXPECT_EQ(causes_of(facts), just({}));
    // Its purpose is written down, and more is not asked without a stage.
    EXPECT_EQ(not_judged(facts, kDiagnosedAt).size(), kFailureCauses - 1);
}

std::string name_of_project(const ::testing::TestParamInfo<ProjectFacts (*)()>& of) {
    constexpr std::array kNames{"Underpass", "RedTide", "WildAnimals"};
    return kNames.at(of.index);
}
INSTANTIATE_TEST_SUITE_P(Three, HealthyProject,
                         ::testing::Values(&underpass, &red_tide, &wild_animals), name_of_project);

TEST(Diagnosis, AnEmptyProjectHasNobodyAndNoPurpose) {
    ProjectFacts facts;
    facts.id = "urn:ngsi-ld:Project:empty";
    facts.people.emplace();
    facts.stages.emplace();
    facts.artefacts.emplace();
    facts.devices.emplace();
    facts.links.emplace();
    facts.money.emplace();
    EXPECT_EQ(causes_of(facts), just({NoPeople, PurposeUnclear}));
    // In its pilot it has no money, no threshold and no third stage either.
    facts.stages->push_back({"s", SeenStageKind::Pilot, day("2026-04-01"), day("2027-03-31"), 0});
    EXPECT_EQ(causes_of(facts), just({NoPeople, PurposeUnclear, NoEarnings, PilotForItself}));
    const auto findings = diagnose(facts, kDiagnosedAt);
    EXPECT_EQ(signs_of(findings[1]),
              (std::set<std::string_view>{"no-purpose", "no-goal", "not-agreed"}));
    EXPECT_EQ(signs_of(findings[3]), (std::set<std::string_view>{"no-threshold", "no-rollout"}));
}

TEST(Diagnosis, TerminalsAndMoneyAreAskedForFromThePilotOn) {
    ProjectFacts facts = underpass();
    facts.devices->clear();
    facts.links->clear();
    facts.money = SeenMoney{};
    const Time before = day("2026-04-01") - microseconds(1);
    EXPECT_EQ(causes_of(facts, before), just({}));
    EXPECT_EQ(not_judged(facts, before).size(), 6U);
    EXPECT_EQ(causes_of(facts, day("2026-04-01")),
              just({TerminalsNotConnected, NoDigitalBase, NoEarnings}));
}

TEST(Diagnosis, AFindingCitesItsEvidenceAndAnswersAQuestion) {
    ProjectFacts facts = underpass();
    silence_half(facts);
    const auto findings = diagnose(facts, kDiagnosedAt);
    ASSERT_EQ(findings.size(), 1U);
    const Json told = to_json(findings[0]);
    EXPECT_EQ(*told.find("cause"), Json{"terminals-not-connected"});
    EXPECT_EQ(*told.find("line"), Json{30});
    EXPECT_EQ(*told.find("kind")->find("id"), Json{"base"});
    ASSERT_EQ(told.find("evidence")->array().size(), 3U);
    const Json& first = told.find("evidence")->array()[0];
    EXPECT_EQ(*first.find("of"), Json{"urn:test:g0"});
    EXPECT_EQ(*first.find("number"), Json{240});
    EXPECT_EQ(*first.find("bound"), Json{24});
    EXPECT_EQ(*first.find("on"), Json{"2026-11-16T03:00:00Z"});
    EXPECT_THAT(first.find("words")->find("ja")->string(), HasSubstr("2026年11月16日"));
    const std::string answer = told.find("answer")->find("ja")->string();
    EXPECT_THAT(answer, HasSubstr("2026年11月26日現在、端末6台のうち3台（50%）"));
    EXPECT_THAT(answer, HasSubstr("黙っている端末が20%より少なくなる"));
    EXPECT_THAT(told.find("question")->find("en")->string(), HasSubstr("connected"));
}

TEST(Diagnosis, EvidenceIsBoundedAndTheRestCounted) {
    ProjectFacts facts = underpass();
    for (int i = 0; i < 60; ++i) {
        facts.devices->push_back(device(std::to_string(i), "urn:test:Gauge", days(9)));
    }
    const auto findings = diagnose(facts, kDiagnosedAt);
    ASSERT_EQ(findings.size(), 1U);
    EXPECT_EQ(findings[0].evidence.size(), diagnosis::kMaxEvidence);
    EXPECT_EQ(findings[0].left_out, 10U);
}

TEST(Diagnosis, EachCauseHasItsLineAndEachSignItsWords) {
    int line = 30;
    for (const FailureCause cause : failure_causes()) {
        EXPECT_EQ(text_of(cause).cause, cause);
        EXPECT_EQ(text_of(cause).line, line);
        line += 2;
    }
    std::set<std::string_view> seeded;
    for (const Seed& seed : seeds()) {
        seeded.insert(seed.sign);
        EXPECT_EQ(text_of_sign(seed.sign).cause, seed.cause);
    }
    EXPECT_EQ(seeded.size(), sign_texts().size()) << "each is seeded";
}

/// A line of the table in docs/diagnosis.md; a cause is named at its first sign.
std::string row_of(const SignText& sign, bool is_first) {
    const CauseText& cause = text_of(sign.cause);
    const auto both = [](std::string_view ja, std::string_view en) {
        return " " + std::string{ja} + "。 " + std::string{en} + " |";
    };
    std::string out = "| | |";
    if (is_first) {
        out = "| L" + std::to_string(cause.line) + " " + words_of(cause.kind).ja + " |" +
              both(cause.ja, cause.en);
    }
    return out + " `" + std::string{sign.id} + "` |" + both(sign.seen_ja, sign.seen_en) +
           both(sign.clears_ja, sign.clears_en) + "\n";
}

TEST(Diagnosis, ThePageHasTheTableOfSigns) {
    const std::string page = test::read_file(test::project_folder() + "/docs/diagnosis.md");
    std::string table;
    std::set<FailureCause> named;
    for (const SignText& sign : sign_texts()) {
        table += row_of(sign, named.insert(sign.cause).second);
    }
    EXPECT_NE(page.find("|---|---|---|---|---|\n" + table + "\n"), std::string::npos) << table;
}

}  // namespace
}  // namespace musubi::testing
