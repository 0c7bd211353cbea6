#pragma once

#include <array>
#include <string>
#include <vector>

#include "base/time.h"

namespace musubi::testing {

/// Terminals of one type, with the place of each and how often it is heard.
struct EnteredTerminals {
    std::string type;  ///< a term of the core context
    int count = 0;
    Duration every;
    std::vector<int> silent = {};        ///< these were heard last when the project was entered
    std::vector<int> out_of_reach = {};  ///< these are where no link reaches
};

/// A project as people enter it, healthy, on 20 November 2026.
struct EnteredProject {
    std::string slug;
    std::string loop;   ///< the document of its loop (docs/project-loop.md)
    std::string money;  ///< its plan, up to the receipts that are no grant
    std::string receipts;
    std::string assets;  ///< the town's register
    std::string links;   ///< NetworkLink by slug, as names and values
    std::vector<EnteredTerminals> terminals;
    std::string reader;  ///< the organisation of who reads its types
};

/// A line of the register of assets.
inline std::string asset_text(const std::string& name, const std::string& kind, int bought,
                              int life) {
    return "[[asset]]\nname = \"" + name + "\"\nkind = \"" + kind +
           "\"\nbought = " + std::to_string(bought) +
           "\nprice = 100\nlife = " + std::to_string(life) +
           "\nasset_by = \"町\"\noperation_by = \"町\"\ndata_by = \"町\"\nrisk_by = \"町\"\n";
}
inline const std::string kRegisterHead = "[register]\nname = \"町の基盤\"\nyear = 2026\n";

/// A grant for the first year, and costs of 100 a month.
inline std::string plan_head(int first_year, int years) {
    return "[plan]\nname = \"p\"\nfirst_year = " + std::to_string(first_year) +
           "\nyears = " + std::to_string(years) +
           "\nopening = 50\n[[flow]]\nname = \"g\"\nkind = \"grant\"\namount = 1200\nper = "
           "\"once\"\n[[flow]]\nname = \"c\"\nkind = \"maintenance\"\namount = 100\nper = "
           "\"month\"\n";
}
/// So much a month from a fiscal year on.
inline std::string receipts_of(const std::string& kind, int amount, int from) {
    return "[[flow]]\nname = \"r\"\nkind = \"" + kind + "\"\namount = " + std::to_string(amount) +
           "\nper = \"month\"\nstart = \"" + std::to_string(from) + "\"\n";
}

/// In its pilot, led by a town, over Wi-Fi HaLow that the register of assets has alone.
inline EnteredProject entered_underpass() {
    return {.slug = "underpass",
            .loop = R"({
"Issue": {"underpass": {"title": "冠水", "challenge": "safety", "role": "public-services",
  "description": "年に三度冠水し、見回りに職員が二人出る"}},
"LogicModel": {"underpass": {"ofIssue": "urn:ngsi-ld:Issue:underpass",
  "nodes": [{"id": "i", "kind": "input", "words": "水位計"},
            {"id": "o", "kind": "outcome", "words": "早く閉じる", "measures": ["closing-time"]}],
  "arrows": [{"from": "i", "to": "o", "assumption": "届く"}]}},
"Project": {"underpass": {"title": "アンダーパスの冠水監視", "owner": "結町 建設課",
  "ofIssue": "urn:ngsi-ld:Issue:underpass", "ofLogicModel": "urn:ngsi-ld:LogicModel:underpass",
  "leads": "public", "purpose": "冠水の前に道を閉じる",
  "solution": "水位計を Wi-Fi HaLow でつなぐ", "layers": ["device", "network", "application"],
  "functions": ["wifi-halow", "cameras-sensors"],
  "uses": [{"function": "wifi-halow", "measures": ["readings-missed"]},
           {"function": "cameras-sensors", "measures": ["closing-time", "readings-missed"]}],
  "measures": ["readings-missed", "closing-time"], "deviceTypes": ["WaterGauge"],
  "grantEnds": "2027-03-31"}},
"Participant": {
  "officer": {"ofProject": "urn:ngsi-ld:Project:underpass", "name": "甲野", "organisation":
    "結町 建設課", "role": "道路管理", "tier": "any-town", "share": 0.3, "from": "2025-04-01",
    "gets": "夜の見回りが要らない"},
  "ict": {"ofProject": "urn:ngsi-ld:Project:underpass", "name": "乙野", "organisation":
    "結町 総務課", "role": "デジタル推進", "tier": "any-town", "share": 0.2, "from": "2025-04-01",
    "brings": "町の回線"},
  "keeper": {"ofProject": "urn:ngsi-ld:Project:underpass", "name": "丙野", "organisation":
    "県央設備", "role": "設置とデータ", "tier": "core", "share": 0.5, "from": "2025-04-01",
    "brings": "設置の腕"}},
"Stage": {
  "u1": {"ofProject": "urn:ngsi-ld:Project:underpass", "kind": "plan", "from": "2025-04-01",
    "to": "2026-03-31"},
  "u2": {"ofProject": "urn:ngsi-ld:Project:underpass", "kind": "pilot", "from": "2026-04-01",
    "to": "2027-03-31", "hypothesis": "早く閉じられる",
    "expectations": [{"measure": "closing-time", "better": "down", "threshold": 10}]},
  "u3": {"ofProject": "urn:ngsi-ld:Project:underpass", "kind": "rollout", "from": "2027-04-01",
    "to": "2032-03-31"}},
"Artefact": {
  "talks": {"ofProject": "urn:ngsi-ld:Project:underpass", "slot": "factor.talks", "title": "話",
    "on": "2025-05-20", "text": "話した", "asked": [{"who": "自治会長", "noneBy": "自治会長"}],
    "people": [{"name": "甲野", "organisation": "結町 建設課"},
               {"name": "丙野", "organisation": "県央設備"}]},
  "reason": {"ofProject": "urn:ngsi-ld:Project:underpass", "slot": "plan.reason", "title": "理由",
    "on": "2026-06-01", "text": "合意した",
    "people": [{"name": "甲野", "organisation": "結町 建設課"},
               {"name": "丙野", "organisation": "県央設備"}]}}
})",
            .money = plan_head(2026, 5),
            .receipts = receipts_of("subsidy", 100, 2027),
            .assets = kRegisterHead + asset_text("水位計", "sensor", 2026, 7) +
                      asset_text("ＷｉＦｉ　ＨａＬｏｗ 親機", "link", 2024, 5),
            .links = "{}",
            .terminals = {{.type = "WaterGauge", .count = 6, .every = minutes(10)}},
            .reader = "消防本部"};
}

/// In its rollout, led by firms, over satellite, with AI and two types of terminals; its grant is
/// over.
inline EnteredProject entered_red_tide() {
    return {.slug = "red-tide",
            .loop = R"({
"Issue": {"red-tide": {"title": "赤潮", "challenge": "industry-decline", "role": "industry",
  "description": "三年で二億円の魚が死んだ"}},
"Project": {"red-tide": {"title": "赤潮の予測", "owner": "湾漁協", "leads": "firms",
  "ofIssue": "urn:ngsi-ld:Issue:red-tide", "purpose": "養殖の魚を赤潮で失わない",
  "solution": "水質計と衛星画像から三日先を見る",
  "layers": ["device", "network", "middle", "application"],
  "functions": ["satellite", "ai-engine", "cameras-sensors"],
  "uses": [{"function": "satellite", "measures": ["coverage"]},
           {"function": "ai-engine", "measures": ["days-ahead"]},
           {"function": "cameras-sensors", "measures": ["coverage"]}],
  "measures": ["fish-lost", "days-ahead", "coverage"], "deviceTypes": ["Buoy", "SeaCamera"],
  "grantEnds": "2025-03-31"}},
"Participant": {
  "head": {"ofProject": "urn:ngsi-ld:Project:red-tide", "name": "甲田", "organisation": "湾漁協",
    "role": "事業の責任者", "tier": "any-town", "share": 0.1, "from": "2024-04-01",
    "gets": "魚が残る"},
  "sea": {"ofProject": "urn:ngsi-ld:Project:red-tide", "name": "乙田", "organisation":
    "県水産試験場", "role": "水質の分析", "tier": "core", "share": 0.2, "from": "2024-04-01",
    "brings": "三十年の記録"},
  "model": {"ofProject": "urn:ngsi-ld:Project:red-tide", "name": "丙田", "organisation":
    "海洋解析社", "role": "AI の開発", "tier": "outside", "share": 1, "from": "2024-04-01",
    "gets": "外に売れる"},
  "keeper": {"ofProject": "urn:ngsi-ld:Project:red-tide", "name": "丁田", "organisation":
    "湾の機械", "role": "システムの運用", "tier": "core", "share": 0.4, "from": "2024-04-01",
    "gets": "委託料"}},
"Stage": {
  "r2": {"ofProject": "urn:ngsi-ld:Project:red-tide", "kind": "pilot", "from": "2024-04-01",
    "to": "2025-03-31", "hypothesis": "三日先が分かる",
    "expectations": [{"measure": "days-ahead", "better": "up", "threshold": 3}]},
  "r3": {"ofProject": "urn:ngsi-ld:Project:red-tide", "kind": "rollout", "from": "2025-04-01",
    "to": "2030-03-31"}},
"Artefact": {
  "talks": {"ofProject": "urn:ngsi-ld:Project:red-tide", "slot": "factor.residents", "title":
    "浜の聞き取り", "on": "2024-05-20", "text": "聞いた",
    "asked": [{"who": "養殖業者", "objection": "餌代が先だ"}],
    "people": [{"name": "甲田", "organisation": "湾漁協"},
               {"name": "乙田", "organisation": "県水産試験場"}]},
  "reason": {"ofProject": "urn:ngsi-ld:Project:red-tide", "slot": "factor.goals-roles", "title":
    "役割", "on": "2024-07-01", "text": "分担を決めた",
    "people": [{"name": "甲田", "organisation": "湾漁協"},
               {"name": "丙田", "organisation": "海洋解析社"}]},
  "meeting": {"ofProject": "urn:ngsi-ld:Project:red-tide", "slot": "factor.quick-decisions",
    "title": "定例会", "on": "2026-09-10", "text": "決めた",
    "people": [{"name": "甲田", "organisation": "湾漁協"},
               {"name": "丁田", "organisation": "湾の機械"}]}}
})",
            .money = plan_head(2024, 7),
            .receipts = receipts_of("fee", 101, 2025),
            .assets = kRegisterHead + asset_text("ブイ", "sensor", 2024, 5) +
                      asset_text("サーバー", "server", 2022, 5),
            .links = R"({"sat": {"function": "satellite"}})",
            .terminals = {{.type = "Buoy", .count = 3, .every = hours(6)},
                          {.type = "SeaCamera", .count = 2, .every = hours(6)}},
            .reader = "大学"};
}

/// In its pilot, public and private together, over a link that says where it reaches; somebody
/// left and was followed, one of ten cameras is silent and one out of reach: below all thresholds.
inline EnteredProject entered_wild_animals() {
    return {.slug = "animals",
            .loop = R"({
"Issue": {"animals": {"title": "獣害", "challenge": "hands", "role": "productivity",
  "description": "被害は年に四百万円、見回りは八十歳の二人"}},
"Project": {"animals": {"title": "獣害の対策", "owner": "結町 農政課",
  "ofIssue": "urn:ngsi-ld:Issue:animals", "leads": "public-and-private",
  "purpose": "猪に荒らされる田を半分にする", "solution": "わなとカメラの通知",
  "layers": ["device", "network"], "functions": ["wifi-halow", "cameras-sensors"],
  "uses": [{"function": "wifi-halow", "measures": ["rounds"]},
           {"function": "cameras-sensors", "measures": ["fields-lost"]}],
  "measures": ["fields-lost", "rounds"], "deviceTypes": ["TrapCamera"]}},
"Participant": {
  "planner": {"ofProject": "urn:ngsi-ld:Project:animals", "name": "甲山", "organisation":
    "結町 農政課", "role": "計画づくり", "tier": "any-town", "share": 0.2, "from": "2025-10-01",
    "to": "2026-03-31"},
  "before": {"ofProject": "urn:ngsi-ld:Project:animals", "name": "乙山", "organisation":
    "結町 農政課", "role": "担当", "tier": "any-town", "share": 0.3, "from": "2025-10-01",
    "to": "2026-06-30"},
  "now": {"ofProject": "urn:ngsi-ld:Project:animals", "name": "丙山", "organisation":
    "結町 農政課", "role": "担当", "tier": "any-town", "share": 0.3, "from": "2026-07-15",
    "gets": "被害が減る"},
  "hunters": {"ofProject": "urn:ngsi-ld:Project:animals", "name": "丁山", "organisation":
    "猟友会", "role": "わなの見回り", "tier": "any-town", "share": 0.1, "from": "2025-10-01",
    "gets": "見回りが減る"},
  "keeper": {"ofProject": "urn:ngsi-ld:Project:animals", "name": "戊山", "organisation":
    "山の電話", "role": "通信", "tier": "core", "share": 0.2, "from": "2025-10-01",
    "brings": "中継局"}},
"Stage": {
  "a1": {"ofProject": "urn:ngsi-ld:Project:animals", "kind": "plan", "from": "2025-10-01",
    "to": "2026-03-31"},
  "a2": {"ofProject": "urn:ngsi-ld:Project:animals", "kind": "pilot", "from": "2026-04-01",
    "to": "2027-03-31", "hypothesis": "見回りが減る",
    "expectations": [{"measure": "rounds", "better": "down", "threshold": 4}]},
  "a3": {"ofProject": "urn:ngsi-ld:Project:animals", "kind": "rollout", "from": "2027-04-01",
    "to": "2030-03-31"}},
"Artefact": {
  "talks": {"ofProject": "urn:ngsi-ld:Project:animals", "slot": "factor.talks", "title": "寄合",
    "on": "2025-11-20", "text": "話した", "asked": [{"who": "区長", "noneBy": "区長"}],
    "people": [{"name": "甲山", "organisation": "結町 農政課"},
               {"name": "丁山", "organisation": "猟友会"}]},
  "reason": {"ofProject": "urn:ngsi-ld:Project:animals", "slot": "plan.reason", "title": "理由",
    "on": "2026-03-01", "text": "合意した",
    "people": [{"name": "甲山", "organisation": "結町 農政課"},
               {"name": "丁山", "organisation": "猟友会"},
               {"name": "戊山", "organisation": "山の電話"}]}}
})",
            .money = plan_head(2026, 4),
            .receipts = receipts_of("fee", 60, 2027) +
                        "[[flow]]\nname = \"s\"\nkind = \"subsidy\"\namount = 480\nstart = "
                        "\"2027\"\n",
            .assets = kRegisterHead + asset_text("カメラ", "sensor", 2025, 5),
            .links = R"({"valley": {"function": "wifi-halow", "coverage": {"type": "Polygon",
                "coordinates": [[[136, 35.9], [136.2, 35.9], [136.2, 36.1], [136, 36.1],
                                 [136, 35.9]]]}}})",
            .terminals = {{.type = "TrapCamera",
                           .count = 10,
                           .every = hours(4),
                           .silent = {3},
                           .out_of_reach = {7}}},
            .reader = "結町 観光協会"};
}

}  // namespace musubi::testing
