#include "project/loop/loop_rules.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "project/measures/period.h"
#include "project/portfolio/choice_program.h"
#include "project/portfolio/narrowing.h"
#include "project/towns/municipality_statistics.h"

namespace musubi {
namespace {

constexpr std::array kSlots{
    LoopSlot{"factor.talks", "", false, "asked", "地域課題の徹底的な話し合い",
             "Thorough talks on the issue"},
    LoopSlot{"factor.allies", "", false, "", "互いに支え合える仲間づくり", "Allies"},
    LoopSlot{"factor.one-hall", "", false, "", "地方公共団体内の一枚岩化", "One united town hall"},
    LoopSlot{"factor.residents", "", false, "asked", "地域住民への直接的な聞き取りや説明",
             "Asking residents directly"},
    LoopSlot{"factor.goals-roles", "", false, "", "目標と役割分担の明確化",
             "Clear goals and roles"},
    LoopSlot{"factor.telling", "", false, "", "地方公共団体内外へのコミュニケーション",
             "Telling people"},
    LoopSlot{"factor.quick-decisions", "", false, "", "迅速な意思決定・PDCAの仕組み構築",
             "Quick decisions"},
    LoopSlot{"plan.reason", "plan", false, "", "取り組む理由が明確で、合意できている",
             "The reason is clear and agreed"},
    LoopSlot{"plan.solution", "plan", false, "points", "妥当性のあるソリューションが定まっている",
             "A sound solution with its return"},
    LoopSlot{"plan.points", "plan", false, "points", "検証ポイントが具体化されている",
             "Points to verify"},
    LoopSlot{"plan.means", "plan", false, "means", "実行計画（ヒト・モノ・カネ）が策定完了している",
             "A believable plan of people, things, money"},
    LoopSlot{"pilot.decision", "pilot", false, "", "判断・意思決定ができている",
             "A decision is made"},
    LoopSlot{"pilot.hurdles", "pilot", false, "hurdles",
             "実装のハードルと解決の方向性が見えてきている",
             "Hurdles and the way over them are known"},
    LoopSlot{"pilot.learnt", "pilot", false, "points", "学びや経験・ノウハウが言語化されている",
             "What was learnt is put in words"},
    LoopSlot{"rollout.carried", "rollout", true, "", "運営する主体が決まっている（復元）",
             "Who carries it on is settled (reconstructed)"},
    LoopSlot{"rollout.paid", "rollout", true, "", "補助なしの収支が見通せている（復元）",
             "It pays without the grant (reconstructed)"},
    LoopSlot{"rollout.kept", "rollout", true, "", "保守と更新の手当てがある（復元）",
             "Repair and renewal are provided for (reconstructed)"},
    LoopSlot{"rollout.spread", "rollout", true, "", "他地域へ渡せる形になっている（復元）",
             "It can be handed to other towns (reconstructed)"},
};

const Json::Array& list_of(const Json& members, std::string_view name) {
    static const Json::Array kNone;
    const Json* list = members.find(name);
    return list != nullptr && list->is_array() ? list->array() : kNone;
}

std::string at(std::string_view list, std::size_t i, std::string_view member) {
    return "/" + std::string{list} + "/" + std::to_string(i) + "/" + std::string{member};
}

// The arrows of a logic model, from each node.
using Arrows = std::map<std::string, std::vector<std::string>, std::less<>>;

// The nodes that are left when those that nothing leads to are taken away, one after the other
// (Kahn 1962): none, or those of circles and what is behind them.
std::set<std::string> left_by_sorting(const std::set<std::string>& ids, const Arrows& arrows) {
    std::map<std::string, int> led_to;
    for (const auto& [from, list] : arrows) {
        for (const std::string& to : list) ++led_to[to];
    }
    std::vector<std::string> free;
    for (const std::string& id : ids) {
        if (led_to[id] == 0) free.push_back(id);
    }
    std::set<std::string> left = ids;
    while (!free.empty()) {
        const std::string id = std::move(free.back());
        free.pop_back();
        left.erase(id);
        const auto next = arrows.find(id);
        if (next == arrows.end()) continue;
        for (const std::string& to : next->second) {
            if (--led_to[to] == 0) free.push_back(to);
        }
    }
    return left;
}

Arrows reversed(const Arrows& arrows) {
    Arrows out;
    for (const auto& [from, list] : arrows) {
        for (const std::string& to : list) out[to].push_back(from);
    }
    return out;
}

Result<void> check_logic_model(const LoopThing& thing) {
    std::set<std::string> ids;
    const Json::Array& nodes = list_of(thing.members, "nodes");
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        if (ids.insert(nodes[i].find("id")->string()).second) continue;
        return loop_fault(at("nodes", i, "id"), "同じ記号が二つあります", "two have this sign");
    }
    Arrows arrows;
    const Json::Array& list = list_of(thing.members, "arrows");
    for (std::size_t i = 0; i < list.size(); ++i) {
        for (const char* end : {"from", "to"}) {
            if (ids.contains(list[i].find(end)->string())) continue;
            return loop_fault(at("arrows", i, end), "この記号のものがありません",
                              "nothing has this sign");
        }
        arrows[list[i].find("from")->string()].push_back(list[i].find("to")->string());
    }
    const std::set<std::string> ahead = left_by_sorting(ids, arrows);
    const std::set<std::string> behind = left_by_sorting(ids, reversed(arrows));
    const auto turns = [&](const std::string& node) {
        return ahead.contains(node) && behind.contains(node);
    };
    for (std::size_t i = list.size(); i-- > 0;) {
        if (!turns(list[i].find("from")->string()) || !turns(list[i].find("to")->string()))
            continue;
        return loop_fault(
            at("arrows", i, "to"), "この矢印で輪になります。原因と結果が回っています",
            "with this arrow the model runs in a circle: a cause would be its own effect");
    }
    return {};
}

// Signs of criteria and candidates are names, each once: points are given by them.
Result<void> check_whole(const Json& value, const std::string& place, std::int64_t most) {
    if (value.integer() >= 0 && value.integer() <= most) return {};
    const std::string bound = std::to_string(most);
    return loop_fault(place, "0 から " + bound + " までの整数です",
                      "it is whole, from 0 to " + bound);
}

// What could never be closed is no round (narrowing.h).
Result<void> check_round(const LoopThing& thing) {
    TRY(check_whole(*thing.members.find("budget"), "/budget", Narrowing::kMaxBudget));
    const Json::Array& criteria = list_of(thing.members, "criteria");
    if (criteria.size() > Narrowing::kMaxCriteria) {
        return loop_fault("/criteria", "観点は 20 までです", "there are at most 20 criteria");
    }
    for (std::size_t i = 0; i < criteria.size(); ++i) {
        TRY(check_whole(*criteria[i].find("weight"), at("criteria", i, "weight"),
                        Narrowing::kMaxCriterionWeight));
    }
    const Json::Array& candidates = list_of(thing.members, "candidates");
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        TRY(check_whole(*candidates[i].find("cost"), at("candidates", i, "cost"),
                        ChoiceProgram::kMaxWeight));
    }
    for (const char* list : {"criteria", "candidates"}) {
        std::set<std::string> ids;
        const Json::Array& all = list_of(thing.members, list);
        for (std::size_t i = 0; i < all.size(); ++i) {
            const std::string& id = all[i].find("id")->string();
            if (is_loop_slug(id) && ids.insert(id).second) continue;
            return loop_fault(
                at(list, i, "id"), "記号は英小文字・数字・- で、一つずつ違うものです",
                "a sign has lower-case letters, digits and '-', and stands there once");
        }
    }
    return {};
}

Result<void> check_days(const LoopThing& thing) {
    const std::string to = thing.text("to");
    if (to.empty() || thing.text("from") <= to) return {};
    return loop_fault("/to", "最終日が開始日より前です", "it ends before it begins");
}

// Each group of a measure is judged once, and not against itself.
Result<void> check_expectations(const LoopThing& thing) {
    const Json::Array& expectations = list_of(thing.members, "expectations");
    const Json::Array& comparison = list_of(thing.members, "comparison");
    std::set<std::pair<std::string, std::string>> seen;
    for (std::size_t i = 0; i < expectations.size(); ++i) {
        const Json* group = expectations[i].find("group");
        const std::string name = group != nullptr ? group->string() : std::string{};
        if (!seen.emplace(expectations[i].find("measure")->string(), name).second) {
            return loop_fault(at("expectations", i, "measure"), "同じ指標の同じ組が二度あります",
                              "the same group of the same measure stands there twice");
        }
        const bool against_itself =
            group != nullptr &&
            std::find(comparison.begin(), comparison.end(), *group) != comparison.end();
        if (against_itself) {
            return loop_fault(
                at("expectations", i, "group"),
                "確かめる組が、比べる組の中にもあります。自分とは比べられません",
                "the group that is judged is also one it is compared with: take it out of "
                "'comparison'");
        }
    }
    return {};
}

// What it is ripe in has one level.
Result<void> check_maturity(const LoopThing& thing) {
    std::set<std::string> seen;
    const Json::Array& list = list_of(thing.members, "maturity");
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (seen.insert(list[i].find("of")->string()).second) continue;
        return loop_fault(at("maturity", i, "of"), "同じ成熟度が二度あります",
                          "the same maturity stands there twice");
    }
    return {};
}

Result<void> check_stage(const LoopThing& thing) {
    TRY(check_days(thing));
    TRY(check_expectations(thing));
    TRY(check_maturity(thing));
    const std::string before = thing.text("baselineFrom");
    if (!before.empty() && before >= thing.text("from")) {
        return loop_fault("/baselineFrom", "比べる期間は段階の前に始まります",
                          "what it is compared with begins before the stage");
    }
    const std::string estimator = thing.text("estimator");
    if (estimator.empty() || estimator == "none") return {};
    if (before.empty()) {
        return loop_fault("/baselineFrom", "効果を見るには、比べる期間の初日が要ります",
                          "to tell an effect, say where what it is compared with begins");
    }
    if (estimator != "interrupted-series" && list_of(thing.members, "comparison").empty()) {
        return loop_fault("/comparison", "この見かたには、比べる組が要ります",
                          "this estimator needs groups to compare with");
    }
    return {};
}

Result<void> check_hearing(const LoopThing& thing) {
    const Json::Array& asked = list_of(thing.members, "asked");
    if (asked.empty()) {
        return loop_fault("/asked", "聞き取りには、だれに聞いたかが要ります",
                          "a hearing says who was asked");
    }
    for (std::size_t i = 0; i < asked.size(); ++i) {
        const bool objects = asked[i].find("objection") != nullptr;
        if (objects != (asked[i].find("noneBy") != nullptr)) continue;
        return loop_fault(at("asked", i, "objection"),
                          "異論を書くか、「異論なし」と言った人の名前を書いてください",
                          "write what they objected to, or the name of who said there is nothing");
    }
    return {};
}

Result<void> check_means(const LoopThing& thing) {
    std::set<std::string> kinds;
    for (const Json& one : list_of(thing.members, "means")) {
        kinds.insert(one.find("kind")->string());
    }
    if (kinds.size() == 3) return {};
    return loop_fault("/means", "実行計画には、ヒト・モノ・カネのそれぞれが要ります",
                      "a plan says of people, things and money, each");
}

// What a piece of evidence has to say, so that a slot is more than a tick.
Result<void> check_artefact(const LoopThing& thing) {
    if (list_of(thing.members, "people").empty()) {
        return loop_fault("/people", "関わった人の名前が要ります", "it names the people");
    }
    const std::string name = thing.text("slot");
    const auto slot = std::find_if(kSlots.begin(), kSlots.end(),
                                   [&](const LoopSlot& one) { return one.name == name; });
    const std::string_view needs = slot != kSlots.end() ? slot->needs : std::string_view{};
    if (needs == "asked") return check_hearing(thing);
    if (needs == "means") return check_means(thing);
    if (needs == "hurdles" && list_of(thing.members, "hurdles").empty()) {
        return loop_fault("/hurdles", "ハードルと、その解決の方向性が要ります",
                          "it names the hurdles and the way over each");
    }
    if (needs == "points" && list_of(thing.members, "points").empty()) {
        return loop_fault("/points", "要点を一つずつ書いてください",
                          "write the points, one by one");
    }
    return {};
}

Result<void> check_project(const LoopThing& thing) {
    const std::string code = thing.text("townCode");
    if (code.empty() || is_area_code(code)) return {};
    return loop_fault("/townCode", "市区町村コードは五桁の数字です（例 18207）",
                      "the code of a municipality has five digits, as 18207");
}

}  // namespace

std::span<const LoopSlot> loop_slots() { return kSlots; }

Result<void> check_loop_rules(const LoopThing& thing) {
    const std::string_view type = thing.kind->type;
    if (type == "LogicModel") return check_logic_model(thing);
    if (type == "Participant") return check_days(thing);
    if (type == "Stage") return check_stage(thing);
    if (type == "Artefact") return check_artefact(thing);
    if (type == "Round") return check_round(thing);
    if (type == "Project") return check_project(thing);
    return {};
}

}  // namespace musubi
