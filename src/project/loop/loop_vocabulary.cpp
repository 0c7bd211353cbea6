#include "project/loop/loop_vocabulary.h"

#include <algorithm>
#include <array>

namespace musubi {
namespace {

using enum LoopValue;

constexpr std::string_view kChallenges =
    "hands|markets|public-cost|industry-decline|selling-further|visitors|keeping-services|safety";
constexpr std::string_view kRoles = "productivity|industry|public-services|use-of-data|living";
constexpr std::string_view kFunctions =
    "wifi-halow|local-5g|satellite|realtime-link|three-d|ai-engine|cameras-sensors";
constexpr std::string_view kSlotNames =
    "factor.talks|factor.allies|factor.one-hall|factor.residents|factor.goals-roles|"
    "factor.telling|factor.quick-decisions|plan.reason|plan.solution|plan.points|plan.means|"
    "pilot.decision|pilot.hurdles|pilot.learnt|"
    "rollout.carried|rollout.paid|rollout.kept|rollout.spread";

constexpr std::array kKinds{
    LoopKind{"Issue", "issues", "課題", "issue"},
    LoopKind{"LogicModel", "logic-models", "ロジックモデル", "logic model"},
    LoopKind{"Project", "projects", "事業", "project"},
    LoopKind{"Participant", "participants", "参加者", "participant"},
    LoopKind{"Stage", "stages", "段階", "stage"},
    LoopKind{"Artefact", "artefacts", "残したもの", "artefact"},
    LoopKind{"Round", "rounds", "審査", "round of reviews"},
    LoopKind{"PilotCount", "pilot-counts", "実証の件数", "number of pilots"},
};

constexpr double kMostExpectations = 20;
constexpr double kMostLooks = 50;  // more leave no interval that an estimator gives

// The challenges and roles are those of the ministry's paper of 19 March 2024 (lines 15-26, 54-62),
// functions L307, factors L124-157, states to reach L165-177; those of the third stage are
// reconstructed.
constexpr std::array kMembers{
    LoopMember{"Issue", "title", Line, true, "", "課題", "The issue"},
    LoopMember{"Issue", "challenge", Choice, true, kChallenges, "地域社会が抱える課題",
               "Which of the eight challenges"},
    LoopMember{"Issue", "role", Choice, true, kRoles, "デジタル技術に期待される役割",
               "What the digital is to do"},
    LoopMember{"Issue", "description", Text, true, "", "何が、どう困っているか",
               "What is wrong, and how"},
    LoopMember{"Issue", "affected", Text, false, "", "だれが困っているか", "Whom it affects"},
    LoopMember{"Issue", "place", Line, false, "", "場所", "Where"},

    LoopMember{"LogicModel", "ofIssue", Reference, true, "Issue", "課題", "Issue"},
    LoopMember{"LogicModel", "nodes", List, true, "", "投入・活動・産出・成果",
               "Inputs, activities, outputs, outcomes"},
    LoopMember{"LogicModel.nodes", "id", Line, true, "", "記号", "Its sign"},
    LoopMember{"LogicModel.nodes", "kind", Choice, true, "input|activity|output|outcome", "種類",
               "Kind"},
    LoopMember{"LogicModel.nodes", "words", Line, true, "", "内容", "In words"},
    LoopMember{"LogicModel.nodes", "measures", Lines, false, "", "指標", "Measures of it"},
    LoopMember{"LogicModel", "arrows", List, true, "", "矢印（前提）", "Arrows, with assumptions"},
    LoopMember{"LogicModel.arrows", "from", Line, true, "", "から", "From"},
    LoopMember{"LogicModel.arrows", "to", Line, true, "", "へ", "To"},
    LoopMember{"LogicModel.arrows", "assumption", Line, true, "", "前提", "What has to hold"},

    LoopMember{"Project", "title", Line, true, "", "事業名", "Name"},
    LoopMember{"Project", "owner", Name, true, "", "事業主体", "Who answers for it"},
    LoopMember{"Project", "leads", Choice, false, "firms|public-and-private|public",
               "だれが主導するか", "Who leads"},
    LoopMember{"Project", "ofIssue", Reference, false, "Issue", "課題", "Issue"},
    LoopMember{"Project", "ofLogicModel", Reference, false, "LogicModel", "ロジックモデル",
               "Logic model"},
    LoopMember{"Project", "purpose", Text, false, "", "目的", "Purpose"},
    LoopMember{"Project", "solution", Text, false, "", "解決の方法", "Solution"},
    LoopMember{"Project", "field", Line, false, "", "分野", "Field"},
    LoopMember{"Project", "fiscalYear", Whole, false, "", "開始年度（西暦）",
               "Fiscal year it begins"},
    LoopMember{"Project", "region", Line, false, "", "地域", "Region"},
    LoopMember{"Project", "townCode", Line, false, "", "市区町村コード",
               "Code of the municipality"},
    LoopMember{"Project", "layers", Choices, false, "device|network|middle|application", "層",
               "Layers"},
    LoopMember{"Project", "functions", Choices, false, kFunctions, "使う機能", "Functions"},
    LoopMember{"Project", "uses", List, false, "", "機能がどの指標に要るか",
               "Which measures need a function"},
    LoopMember{"Project.uses", "function", Choice, true, kFunctions, "機能", "Function"},
    LoopMember{"Project.uses", "measures", Lines, true, "", "指標", "Measures"},
    LoopMember{"Project", "measures", Lines, false, "", "指標", "Measures"},
    LoopMember{"Project", "deviceTypes", Lines, false, "", "届く読み取りの型",
               "Types of what sends its readings"},
    LoopMember{"Project", "grantEnds", Day, false, "", "補助の終わり", "End of the grant"},
    LoopMember{"Project", "payer", Line, false, "", "補助の後にだれが払うか",
               "Who pays after the grant"},
    LoopMember{"Project", "paidUntil", Day, false, "", "払われているのはいつまでか",
               "Until when it is paid for"},
    LoopMember{"Project", "repairer", Line, false, "", "だれが直せるか", "Who can repair it"},
    LoopMember{"Project", "isExample", Choice, false, "example", "例", "It is an example"},

    LoopMember{"Participant", "ofProject", Reference, true, "Project", "事業", "Project"},
    LoopMember{"Participant", "name", Name, true, "", "氏名", "Name"},
    LoopMember{"Participant", "organisation", Name, true, "", "所属", "Organisation"},
    LoopMember{"Participant", "role", Line, true, "", "役割", "Role"},
    LoopMember{"Participant", "tier", Choice, true, "any-town|core|outside",
               "人材の範囲（全市町村・都道府県や中核市・地域外）", "Tier: any town, core, outside"},
    LoopMember{"Participant", "share", Number, true, "", "従事割合（0〜1）",
               "Share of time, 0 to 1", LoopBounds{0, 1}},
    LoopMember{"Participant", "from", Day, true, "", "開始日", "From"},
    LoopMember{"Participant", "to", Day, false, "", "最終日", "Last day"},
    LoopMember{"Participant", "brings", Line, false, "", "出すもの", "What it brings"},
    LoopMember{"Participant", "gets", Line, false, "", "得るもの", "What it gets"},

    LoopMember{"Stage", "ofProject", Reference, true, "Project", "事業", "Project"},
    LoopMember{"Stage", "kind", Choice, true, "plan|pilot|rollout", "段階", "Which of the three"},
    LoopMember{"Stage", "from", Day, true, "", "開始日", "First day"},
    LoopMember{"Stage", "to", Day, true, "", "最終日", "Last day"},
    LoopMember{"Stage", "hypothesis", Text, false, "", "仮説", "Hypothesis"},
    LoopMember{"Stage", "expectations", List, false, "", "確かめる指標", "Measures it is judged by",
               LoopBounds{0, kMostExpectations}},
    LoopMember{"Stage.expectations", "measure", Line, true, "", "指標", "Measure"},
    LoopMember{"Stage.expectations", "group", Line, false, "", "内訳の組",
               "Group of its break-down"},
    LoopMember{"Stage.expectations", "better", Choice, true, "up|down", "良い向き", "Better"},
    LoopMember{"Stage.expectations", "threshold", Number, true, "", "しきい値", "Threshold"},
    LoopMember{"Stage", "estimator", Choice, false,
               "none|interrupted-series|differences|synthetic-control", "効果の見かた",
               "Estimator"},
    LoopMember{"Stage", "baselineFrom", Day, false, "", "比べる期間の初日", "First day before it"},
    LoopMember{"Stage", "comparison", Lines, false, "", "比べる組", "Groups to compare with"},
    LoopMember{"Stage", "looks", Whole, false, "", "見る回数", "How often it is looked at",
               LoopBounds{1, kMostLooks}},
    LoopMember{"Stage", "maturity", List, false, "", "成熟度", "Maturity"},
    LoopMember{"Stage.maturity", "of", Choice, true,
               "technology|business|regulation|acceptance|talent", "何の", "Of what"},
    LoopMember{"Stage.maturity", "level", Whole, true, "", "段（1〜5）", "Level, 1 to 5",
               LoopBounds{1, 5}},
    LoopMember{"Stage.maturity", "why", Line, true, "", "理由", "Why"},

    LoopMember{"Artefact", "ofProject", Reference, true, "Project", "事業", "Project"},
    LoopMember{"Artefact", "ofStage", Reference, false, "Stage", "段階", "Stage"},
    LoopMember{"Artefact", "slot", Choice, true, kSlotNames, "何の証拠か",
               "What it is evidence of"},
    LoopMember{"Artefact", "title", Line, true, "", "件名", "Title"},
    LoopMember{"Artefact", "on", Day, true, "", "日付", "Day"},
    LoopMember{"Artefact", "people", List, true, "", "関わった人", "People"},
    LoopMember{"Artefact.people", "name", Name, true, "", "氏名", "Name"},
    LoopMember{"Artefact.people", "organisation", Name, true, "", "所属", "Organisation"},
    LoopMember{"Artefact", "text", Text, true, "", "内容", "What it says"},
    LoopMember{"Artefact", "points", Lines, false, "", "要点", "Points"},
    LoopMember{"Artefact", "asked", List, false, "", "聞いた人と異論",
               "Who was asked, and objections"},
    LoopMember{"Artefact.asked", "who", Name, true, "", "だれに", "Who"},
    LoopMember{"Artefact.asked", "objection", Line, false, "", "異論", "Objection"},
    LoopMember{"Artefact.asked", "noneBy", Name, false, "", "「異論なし」と言った人",
               "Who said there is none"},
    LoopMember{"Artefact", "hurdles", List, false, "", "ハードル", "Hurdles"},
    LoopMember{"Artefact.hurdles", "hurdle", Line, true, "", "ハードル", "Hurdle"},
    LoopMember{"Artefact.hurdles", "way", Line, true, "", "解決の方向性", "The way over it"},
    LoopMember{"Artefact", "means", List, false, "", "ヒト・モノ・カネ", "People, things, money"},
    LoopMember{"Artefact.means", "kind", Choice, true, "people|things|money", "種類", "Kind"},
    LoopMember{"Artefact.means", "words", Line, true, "", "内容", "In words"},
    LoopMember{"Artefact", "links", Lines, false, "", "リンク", "Links"},
    LoopMember{"Artefact", "sha256", Hash, false, "", "添付の SHA-256",
               "SHA-256 of its attachment"},

    LoopMember{"Round", "title", Line, true, "", "審査の名前", "Its name"},
    LoopMember{"Round", "budget", Whole, true, "", "予算（千円）", "Budget, in thousands of yen"},
    LoopMember{"Round", "criteria", List, true, "", "観点", "Criteria",
               LoopBounds{1, kMaxLoopList}},
    LoopMember{"Round.criteria", "id", Line, true, "", "記号", "Its sign"},
    LoopMember{"Round.criteria", "words", Line, true, "", "内容", "In words"},
    LoopMember{"Round.criteria", "wordsEn", Line, false, "", "内容（英語）",
               "In English; without it the words stand for both"},
    LoopMember{"Round.criteria", "weight", Whole, true, "", "重み", "Weight"},
    LoopMember{"Round", "candidates", List, true, "", "候補", "Candidates",
               LoopBounds{1, kMaxLoopList}},
    LoopMember{"Round.candidates", "id", Line, true, "", "記号", "Its sign"},
    LoopMember{"Round.candidates", "words", Line, true, "", "内容", "In words"},
    LoopMember{"Round.candidates", "wordsEn", Line, false, "", "内容（英語）",
               "In English; without it the words stand for both"},
    LoopMember{"Round.candidates", "cost", Whole, true, "", "費用（千円）",
               "Cost, in thousands of yen"},
    LoopMember{"Round.candidates", "project", Reference, false, "Project", "事業", "Project"},

    LoopMember{"PilotCount", "field", Line, true, "", "分野", "Field"},
    LoopMember{"PilotCount", "fiscalYear", Whole, true, "", "年度（西暦）", "Fiscal year"},
    LoopMember{"PilotCount", "pilots", Whole, true, "", "件数", "How many"},
    LoopMember{"PilotCount", "source", Text, true, "", "出典", "Where it is said"},
    LoopMember{"PilotCount", "isExample", Choice, false, "example", "例", "It is an example"},
};

constexpr std::string_view kNotBlank = R"(\S)";
// Not blank, and plain (is_plain_line).
constexpr std::string_view kOneLine =
    R"(^[^\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f]*)"
    R"([^\s\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f])"
    R"([^\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f]*$)";

Json schema_of(const LoopMember& member);

Json object_schema(std::string_view of) {
    Json out;
    Json properties{Json::Object{}};
    Json::Array required;
    for (const LoopMember* member : loop_members(of)) {
        properties.set(member->name, schema_of(*member));
        if (member->required) required.emplace_back(member->name);
    }
    out.set("type", "object");
    out.set("properties", std::move(properties));
    out.set("required", std::move(required));
    out.set("additionalProperties", false);
    return out;
}

// `pattern` says that it is not blank, as far as a pattern can; a schema can't tell a name.
Json text_schema(std::size_t most, std::string_view pattern) {
    Json out;
    out.set("type", "string");
    out.set("pattern", pattern);
    out.set("minLength", 1);
    out.set("maxLength", static_cast<std::int64_t>(most));
    return out;
}

Json choice_schema(const LoopMember& member) {
    Json::Array words;
    for (const std::string_view word : allowed_words(member)) words.emplace_back(word);
    Json out;
    out.set("enum", std::move(words));
    return out;
}

Json pattern_schema(std::string_view pattern) {
    Json out;
    out.set("type", "string");
    out.set("pattern", pattern);
    return out;
}

Json number_schema(const LoopMember& member, std::string_view type) {
    Json out;
    out.set("type", type);
    if (const auto bounds = bounds_of(member)) {
        out.set("minimum", bounds->least);
        out.set("maximum", bounds->most);
    }
    return out;
}

Json array_schema(const LoopMember& member, Json items) {
    const LoopBounds bounds = *bounds_of(member);
    Json out;
    out.set("type", "array");
    out.set("items", std::move(items));
    if (bounds.least > 0) out.set("minItems", static_cast<std::int64_t>(bounds.least));
    out.set("maxItems", static_cast<std::int64_t>(bounds.most));
    out.set("uniqueItems", true);
    return out;
}

Json day_schema() {
    Json out = pattern_schema("^[0-9]{4}-[0-9]{2}-[0-9]{2}$");
    out.set("format", "date");
    return out;
}

Json reference_schema(const LoopMember& member) {
    return pattern_schema("^urn:ngsi-ld:" + std::string{member.allowed} + ":[a-z0-9-]{1,64}$");
}

Json value_schema(const LoopMember& member) {
    switch (member.value) {
        case Name:
        case Line: return text_schema(kMaxLoopLine, kOneLine);
        case Text: return text_schema(kMaxLoopText, kNotBlank);
        case Choice: return choice_schema(member);
        case Choices: return array_schema(member, choice_schema(member));
        case Whole: return number_schema(member, "integer");
        case Number: return number_schema(member, "number");
        case Day: return day_schema();
        case Hash: return pattern_schema("^[0-9a-f]{64}$");
        case Reference: return reference_schema(member);
        case References: return array_schema(member, reference_schema(member));
        case Lines: return array_schema(member, text_schema(kMaxLoopLine, kOneLine));
        case List:
            return array_schema(
                member, object_schema(std::string{member.of} + "." + std::string{member.name}));
    }
    return {};
}

Json schema_of(const LoopMember& member) {
    Json out = value_schema(member);
    out.set("title", std::string{member.ja} + " / " + std::string{member.en});
    return out;
}

const LoopKind* kind_where(std::string_view LoopKind::*field, std::string_view text) {
    const auto found = std::find_if(kKinds.begin(), kKinds.end(),
                                    [&](const LoopKind& kind) { return kind.*field == text; });
    return found == kKinds.end() ? nullptr : &*found;
}

}  // namespace

std::optional<LoopBounds> bounds_of(const LoopMember& member) {
    if (member.bounds) return member.bounds;
    switch (member.value) {
        case Whole: return LoopBounds{0, kMostLoopWhole};
        case Choices:
        case References:
        case Lines:
        case List: return LoopBounds{0, kMaxLoopList};
        default: return std::nullopt;
    }
}

std::span<const LoopKind> loop_kinds() { return kKinds; }

const LoopKind* loop_kind_of_type(std::string_view type) {
    return kind_where(&LoopKind::type, type);
}

const LoopKind* loop_kind_of_path(std::string_view path) {
    return kind_where(&LoopKind::path, path);
}

std::vector<const LoopMember*> loop_members(std::string_view of) {
    std::vector<const LoopMember*> out;
    for (const LoopMember& member : kMembers) {
        if (member.of == of) out.push_back(&member);
    }
    return out;
}

std::vector<std::string_view> allowed_words(const LoopMember& member) {
    std::vector<std::string_view> out;
    std::string_view rest = member.allowed;
    while (!rest.empty()) {
        const std::size_t bar = rest.find('|');
        out.push_back(rest.substr(0, bar));
        rest = bar == std::string_view::npos ? std::string_view{} : rest.substr(bar + 1);
    }
    return out;
}

Json loop_schema(const LoopKind& kind) {
    Json out;
    out.set("$schema", "https://json-schema.org/draft/2020-12/schema");
    out.set("$id", "urn:musubi:schema:" + std::string{kLoopVersion} + ":" + std::string{kind.type});
    out.set("title", std::string{kind.ja} + " / " + std::string{kind.en});
    const Json object = object_schema(kind.type);
    for (const JsonMember& member : object.object()) out.set(member.name, member.value);
    return out;
}

}  // namespace musubi
