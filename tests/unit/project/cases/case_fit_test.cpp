#include "project/cases/case_fit.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "cases_fixture.h"
#include "support/project.h"
#include "unit/project/towns/towns_fixture.h"

namespace musubi {
namespace {

using testing::case_with;
using testing::town_with;
using testing::whole_case;

OurSituation ours() {
    OurSituation out;
    out.challenge = "hands";
    out.functions = {"wifi-halow", "cameras-sensors", "three-d"};
    out.tiers = {"any-town", "core", "outside"};
    out.money = {20000, 1000};
    return out;
}

TownLikeness likeness(std::size_t nearer) {
    TownLikeness out;
    out.name = "福井県鯖江市";
    out.nearer = nearer;
    out.others = 100;
    out.gaps = {{testing::feature_place("population"), 0.2, 4000, 68302},
                {testing::feature_place("old"), 0.01, 30.5, 30}};
    return out;
}

// The words of all reasons of a criterion.
std::string reason_words(const std::vector<FitReason>& reasons, std::string_view criterion) {
    std::string out;
    for (const FitReason& reason : reasons) {
        EXPECT_FALSE(reason.ja.empty() || reason.en.empty());
        if (reason.criterion == criterion) out += reason.ja + " " + reason.en + "\n";
    }
    return out;
}

bool says(const std::string& words, const std::string& what) {
    return words.find(what) != std::string::npos;
}

TEST(CaseFit, IsWholeWhereAllSpeaksForIt) {
    CaseText text = whole_case();
    text.outcome = "go";
    const CaseFit all = fit(text, ours(), likeness(0));
    EXPECT_EQ(all.score, 100);
    EXPECT_EQ(all.compared, 100);
    EXPECT_FALSE(all.stopped);
    EXPECT_TRUE(all.not_compared.empty());
    ASSERT_EQ(all.objections.size(), 1U);  // what separates the towns is always said
    EXPECT_EQ(all.objections[0].criterion, "town");
    for (const FitCriterion& criterion : fit_criteria()) {
        EXPECT_FALSE(reason_words(all.reasons, criterion.code).empty()) << criterion.code;
    }
}

TEST(CaseFit, CountsEachCriterionByItsWeight) {
    CaseText text = whole_case();
    text.outcome = "go";
    const auto score = [](const CaseText& of, const OurSituation& our,
                          const std::optional<TownLikeness>& towns) {
        return fit(of, our, towns).score;
    };
    OurSituation our = ours();
    our.challenge = "safety";
    EXPECT_EQ(score(text, our, likeness(0)), 75);
    our = ours();
    our.functions = std::vector<std::string>{"wifi-halow"};
    EXPECT_EQ(score(text, our, likeness(0)), 93);  // 92.5
    our = ours();
    our.tiers = std::vector<std::string>{};
    EXPECT_EQ(score(text, our, likeness(0)), 85);
    EXPECT_EQ(score(text, ours(), likeness(100)), 85);
    our = ours();
    our.money.yearly = 400.25;
    EXPECT_EQ(score(text, our, likeness(0)), 95);
    text.found.clear();
    EXPECT_EQ(score(text, ours(), likeness(0)), 90);
    text = whole_case();
    EXPECT_EQ(score(text, ours(), likeness(0)), 90);  // a stop
}

TEST(CaseFit, NeverHidesAStop) {
    const CaseFit all = fit(whole_case(), ours(), likeness(0));
    EXPECT_TRUE(all.stopped);
    ASSERT_FALSE(all.objections.empty());
    EXPECT_EQ(all.objections[0].criterion, "outcome");
    EXPECT_TRUE(says(all.objections[0].ja, "やめる"));
    EXPECT_TRUE(says(all.objections[0].en, "stopped"));
    EXPECT_TRUE(fit(whole_case(), {}, {}).stopped);
    EXPECT_TRUE(to_json(all).find("stopped")->boolean());
}

TEST(CaseFit, SaysWhatWeLack) {
    OurSituation our = ours();
    our.challenge = "visitors";
    our.functions = std::vector<std::string>{"wifi-halow"};
    our.tiers = std::vector<std::string>{"any-town"};
    our.money = {1000, 900};
    const CaseFit all = fit(whole_case(), our, likeness(80));
    EXPECT_TRUE(says(reason_words(all.objections, "challenge"), "インバウンド"));
    EXPECT_TRUE(says(reason_words(all.reasons, "functions"), "Wi-Fi HaLow"));
    EXPECT_TRUE(says(reason_words(all.objections, "functions"), "カメラ・センサー"));
    EXPECT_FALSE(says(reason_words(all.objections, "functions"), "HaLow"));
    EXPECT_TRUE(says(reason_words(all.reasons, "people"), "猟師"));
    EXPECT_TRUE(says(reason_words(all.objections, "people"), "無線の設計"));
    EXPECT_TRUE(says(reason_words(all.objections, "money"), "12000千円"));
    EXPECT_TRUE(says(reason_words(all.reasons, "money"), "毎年の費用"));
    EXPECT_TRUE(says(reason_words(all.objections, "town"), "あまり似ていません"));
    EXPECT_TRUE(says(reason_words(all.objections, "town"), "こちら 4000人、事例 68302人"));
    EXPECT_TRUE(says(reason_words(all.reasons, "town"), "65歳以上の割合"));
}

TEST(CaseFit, LeavesOutOfTheScoreWhatIsNotSaid) {
    const CaseFit nothing = fit(case_with("bare", "x"), {}, {});
    EXPECT_EQ(nothing.compared, 20);  // how it ended, and that nothing was found
    EXPECT_EQ(nothing.score, 50);
    for (const char* criterion : {"challenge", "functions", "people", "town", "money"}) {
        EXPECT_FALSE(reason_words(nothing.not_compared, criterion).empty()) << criterion;
    }
    EXPECT_FALSE(reason_words(nothing.objections, "evidence").empty());
    OurSituation our;
    our.functions = std::vector<std::string>{};  // none is not the same as not said
    EXPECT_FALSE(reason_words(fit(whole_case(), our, {}).objections, "functions").empty());
}

TEST(CaseFit, ReadsTheInterval) {
    CaseText text = case_with("bare", "x");
    const auto with = [&](double lower, double upper, const char* better) {
        text.found = {{"待ち時間", (lower + upper) / 2, lower, upper, "分", "did", better}};
        return fit(text, {}, {});
    };
    EXPECT_TRUE(says(reason_words(with(-5, -1, "down").reasons, "evidence"), "良い方へ"));
    EXPECT_TRUE(says(reason_words(with(-5, -1, "down").reasons, "evidence"), "区間 -5 から -1"));
    EXPECT_TRUE(says(reason_words(with(-5, -1, "down").reasons, "evidence"), "差の差"));
    EXPECT_TRUE(says(reason_words(with(1, 5, "up").reasons, "evidence"), "to the better"));
    EXPECT_TRUE(says(reason_words(with(1, 5, "down").objections, "evidence"), "悪い方へ"));
    EXPECT_TRUE(says(reason_words(with(-5, -1, "up").objections, "evidence"), "to the worse"));
    EXPECT_TRUE(says(reason_words(with(-1, 5, "up").objections, "evidence"), "言えません"));
    EXPECT_TRUE(says(reason_words(with(0, 5, "up").objections, "evidence"), "言えません"));
    EXPECT_TRUE(says(reason_words(with(1, 5, "").not_compared, "evidence"), "記載がありません"));
    text.found[0].method = "differences";  // as a stage calls it
    EXPECT_TRUE(says(reason_words(fit(text, {}, {}).not_compared, "evidence"), "差の差"));
    EXPECT_EQ(with(1, 5, "up").score, 100);
    EXPECT_EQ(with(1, 5, "").score, 75);
    EXPECT_EQ(with(1, 5, "down").score, 50);
}

TEST(CaseFit, PutsTheBestFirstAndLeavesNoneOut) {
    CaseText same = case_with("same", "x");
    same.challenge = "hands";
    CaseText tie = same;
    tie.id = "urn:ngsi-ld:Case:a-tie";
    CaseText town = same;
    town.id = "urn:ngsi-ld:Case:town";
    town.town_code = "18207";
    CaseText stopped = case_with("stopped", "x");
    stopped.outcome = "stop";
    std::vector<CaseTextPtr> cases;
    for (const CaseText& text : {stopped, same, town, tie}) {
        cases.push_back(std::make_shared<const CaseText>(text));
    }
    OurSituation our;
    our.challenge = "hands";
    const auto all = fit_all(cases, our, [](const std::string& code) {
        EXPECT_EQ(code, "18207");
        return std::optional{likeness(0)};
    });
    std::vector<std::string> ids;
    for (const FittingCase& one : all) ids.push_back(one.text->id.substr(17));
    EXPECT_EQ(ids, (std::vector<std::string>{"town", "a-tie", "same", "stopped"}));
}

TEST(CasesPage, HasEachCodeAndWeight) {
    std::ostringstream text;
    text << std::ifstream{test::project_folder() + "/docs/cases.md"}.rdbuf();
    const std::string page = text.str();
    for (const auto terms : {case_challenges(), case_roles(), case_functions(), case_tiers(),
                             case_factors(), case_kinds(), case_outcomes()}) {
        for (const CaseTerm& term : terms) {
            EXPECT_TRUE(says(page, "`" + std::string{term.code} + "`")) << term.code;
        }
    }
    for (const FitCriterion& one : fit_criteria()) {
        EXPECT_TRUE(says(page, fmt::format("| {} / {} | {} |", one.ja, one.en, one.weight)))
            << one.code;
    }
}

class Likeness : public ::testing::Test {
protected:
    // Four towns that differ in two features alone.
    std::vector<TownProfile> towns{town_with("18207", {{"population", 1000}, {"old", 0.30}}),
                                   town_with("18210", {{"population", 1000}, {"old", 0.32}}),
                                   town_with("18322", {{"population", 8000}, {"old", 0.30}}),
                                   town_with("18423", {{"population", 8000}, {"old", 0.40}})};
};

TEST_F(Likeness, CountsWhoIsNearerAndWhatSeparates) {
    const auto distances = TownDistances::create(towns, TownMethod::Gower);
    ASSERT_TRUE(distances) << to_text(distances.error());
    const LikenessToOurs to_ours{towns, *distances, 0};
    const auto near = to_ours.of("18210");
    ASSERT_TRUE(near);
    EXPECT_EQ(near->nearer, 0U);
    EXPECT_EQ(near->others, 2U);
    EXPECT_EQ(near->name, "福井県町18210");
    ASSERT_EQ(near->gaps.size(), 2U);
    EXPECT_EQ(near->gaps[0].feature, testing::feature_place("old"));
    EXPECT_DOUBLE_EQ(near->gaps[0].theirs, 32);  // percent
    EXPECT_EQ(to_ours.of("18322")->nearer, 1U);
    EXPECT_EQ(to_ours.of("18423")->nearer, 2U);
    EXPECT_TRUE(to_ours.of("18207")->same);
    EXPECT_FALSE(to_ours.of("13101"));
    const CaseFit there = fit(whole_case(), {}, to_ours.of("18207"));
    EXPECT_TRUE(says(reason_words(there.reasons, "town"), "同じ町"));
}

}  // namespace
}  // namespace musubi
