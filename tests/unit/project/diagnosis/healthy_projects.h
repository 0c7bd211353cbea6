#pragma once

#include <string>
#include <vector>

#include "project/diagnosis/diagnose.h"
#include "project/measures/period.h"

namespace musubi::testing {

inline const Time kDiagnosedAt = *parse_time("2026-11-26T03:00:00Z");
inline Time day(const std::string& text) { return *parse_day(text); }

inline SeenPerson person(const std::string& id, const std::string& organisation,
                         const std::string& role, SeenTier tier, double share) {
    return {.id = "urn:ngsi-ld:Participant:" + id,
            .organisation = organisation,
            .role = role,
            .tier = tier,
            .share = share,
            .from = day("2025-04-01"),
            .to = {},
            .shares = true,
            .knows_digital = false};
}

inline SeenDevice device(const std::string& id, const std::string& type, Duration silent) {
    return {.id = id,
            .type = type,
            .known_since = day("2026-04-01"),
            .last_heard = kDiagnosedAt - silent,
            .interval = minutes(10),
            .in_reach = {}};
}

inline RegisterAsset asset(const std::string& name, const std::string& kind, int bought, int life) {
    RegisterAsset out;
    out.name = name;
    out.kind = kind;
    out.bought = bought;
    out.life = life;
    out.price = 100;
    return out;
}

/// Costs of 100 a month, paid by the grant for so many months, and by others from then on.
inline SeenMoney money_from(int first_year, int grant_months, int months) {
    SeenMoney out;
    out.first = begin_of_fiscal_year(first_year);
    double cash = 50;
    for (int i = 0; i < months; ++i) {
        out.grants.push_back(i < grant_months ? 100 : 0);
        out.own.push_back(i < grant_months ? 0 : 101);
        out.cost.push_back(100);
        cash += out.grants.back() + out.own.back() - out.cost.back();
        out.cash.push_back(cash);
    }
    return out;
}

inline std::vector<SeenArtefact> talks(const std::vector<std::string>& parties) {
    return {{"urn:ngsi-ld:Artefact:talks", "factor.talks", day("2025-05-20"), parties},
            {"urn:ngsi-ld:Artefact:reason", "plan.reason", day("2025-07-01"), parties},
            {"urn:ngsi-ld:Artefact:meeting", "factor.quick-decisions", day("2026-09-10"), parties}};
}

/// アンダーパスの監視: in its pilot, led by a town, over Wi-Fi HaLow.
inline ProjectFacts underpass() {
    ProjectFacts p;
    p.id = "urn:ngsi-ld:Project:underpass";
    p.title = "アンダーパスの冠水監視";
    p.owner = "結町 建設課";
    p.purpose = "大雨の夜に人を走らせずに、冠水の前に道を閉じる";
    p.solution = "水位計とカメラを Wi-Fi HaLow でつなぐ";
    p.layers = {"device", "network", "application"};
    p.functions = {"wifi-halow", "cameras-sensors"};
    p.uses = {{"wifi-halow", {"readings-missed"}},
              {"cameras-sensors", {"closing-time", "readings-missed"}}};
    p.measures = {"readings-missed", "closing-time"};
    p.device_types = {"urn:test:Gauge"};
    p.grant_ends = day("2027-03-31");
    p.issue_id = "urn:ngsi-ld:Issue:underpass";
    p.issue = SeenIssue{p.issue_id, "年に三度冠水し、見回りに職員が二人出る"};
    p.people = {{person("officer", "結町 建設課", "道路管理", SeenTier::AnyTown, 0.3),
                 person("ict", "結町 総務課", "デジタル推進", SeenTier::AnyTown, 0.2),
                 person("firm", "県央設備", "設置とデータ", SeenTier::Core, 0.5)}};
    p.people->at(1).knows_digital = true;
    p.people->at(2).knows_digital = true;
    p.stages = {
        {{"urn:ngsi-ld:Stage:u1", SeenStageKind::Plan, day("2025-04-01"), day("2026-03-31"), 0},
         {"urn:ngsi-ld:Stage:u2", SeenStageKind::Pilot, day("2026-04-01"), day("2027-03-31"), 2},
         {"urn:ngsi-ld:Stage:u3", SeenStageKind::Rollout, day("2027-04-01"), day("2032-03-31"),
          0}}};
    p.artefacts = talks({"結町 建設課", "県央設備"});
    p.devices.emplace();
    for (int i = 0; i < 6; ++i) {
        p.devices->push_back(
            device("urn:test:g" + std::to_string(i), "urn:test:Gauge", minutes(7)));
    }
    p.links = {{{"Wi-Fi HaLow 親機", "wifi-halow"}}};
    p.assets = {{asset("水位計", "sensor", 2026, 7), asset("Wi-Fi HaLow 親機", "link", 2024, 5)}};
    p.money = money_from(2026, 12, 60);
    p.readers = {{{"urn:test:Gauge", "urn:ngsi-ld:Subscription:1", "消防本部", {}}}};
    return p;
}

/// 赤潮の予測: in its rollout, led by firms, over satellite, with AI; its grant is over.
inline ProjectFacts red_tide() {
    ProjectFacts p;
    p.id = "urn:ngsi-ld:Project:red-tide";
    p.title = "赤潮の予測";
    p.owner = "湾漁協";
    p.purpose = "養殖の魚を赤潮で失わない";
    p.solution = "水質計と衛星画像から三日先を見る";
    p.layers = {"device", "network", "middle", "application"};
    p.functions = {"satellite", "ai-engine", "cameras-sensors"};
    p.uses = {{"satellite", {"coverage"}},
              {"ai-engine", {"days-ahead"}},
              {"cameras-sensors", {"coverage"}}};
    p.measures = {"fish-lost", "days-ahead", "coverage"};
    p.device_types = {"urn:test:Buoy", "urn:test:Camera"};
    p.grant_ends = day("2025-03-31");
    p.issue_id = "urn:ngsi-ld:Issue:red-tide";
    p.issue = SeenIssue{p.issue_id, "三年で二億円の魚が死んだ"};
    p.people = {{person("head", "湾漁協", "事業の責任者", SeenTier::AnyTown, 0.1),
                 person("sea", "県水産試験場", "水質の分析", SeenTier::Core, 0.2),
                 person("model", "海洋データ社", "AI の開発", SeenTier::Outside, 1),
                 person("keeper", "湾システム", "システムの運用", SeenTier::Core, 0.4)}};
    p.people->at(2).knows_digital = true;
    p.people->at(3).knows_digital = true;
    p.stages = {
        {{"urn:ngsi-ld:Stage:r2", SeenStageKind::Pilot, day("2024-04-01"), day("2025-03-31"), 1},
         {"urn:ngsi-ld:Stage:r3", SeenStageKind::Rollout, day("2025-04-01"), day("2030-03-31"),
          0}}};
    p.artefacts = talks({"湾漁協", "県水産試験場", "海洋データ社"});
    p.devices.emplace();
    for (int i = 0; i < 5; ++i) {
        const std::string type = i < 3 ? "urn:test:Buoy" : "urn:test:Camera";
        p.devices->push_back(device("urn:test:b" + std::to_string(i), type, hours(3)));
        p.devices->back().interval = hours(6);
    }
    p.links = {{{"urn:ngsi-ld:NetworkLink:sat", "satellite"}, {"LTE-M", "other"}}};
    p.assets = {{asset("ブイ", "sensor", 2024, 5), asset("サーバー", "server", 2022, 5)}};
    p.money = money_from(2024, 12, 84);
    p.readers = {{{"urn:test:Buoy", "key:7", "大学", kDiagnosedAt - days(3)},
                  {"urn:test:Camera", "key:7", "大学", kDiagnosedAt - days(30)},
                  {"urn:test:Camera", "key:1", "湾漁協", kDiagnosedAt - hours(1)}}};
    return p;
}

/// 獣害の対策: in its pilot, public and private together; some have left and were followed, one of
/// ten cameras is silent, one out of reach: below all thresholds.
inline ProjectFacts wild_animals() {
    ProjectFacts p;
    p.id = "urn:ngsi-ld:Project:animals";
    p.title = "獣害の対策";
    p.owner = "結町 農政課";
    p.purpose = "猪に荒らされる田を半分にする";
    p.solution = "わなとカメラの通知";
    p.layers = {"device", "network"};
    p.functions = {"wifi-halow", "cameras-sensors"};
    p.uses = {{"wifi-halow", {"rounds"}}, {"cameras-sensors", {"fields-lost"}}};
    p.measures = {"fields-lost", "rounds"};
    p.device_types = {"urn:test:Camera"};
    p.issue_id = "urn:ngsi-ld:Issue:animals";
    p.issue = SeenIssue{p.issue_id, "被害は年に四百万円、見回りは八十歳の二人"};
    p.people = {{person("planner", "結町 農政課", "計画づくり", SeenTier::AnyTown, 0.2),
                 person("before", "結町 農政課", "担当", SeenTier::AnyTown, 0.3),
                 person("now", "結町 農政課", "担当", SeenTier::AnyTown, 0.3),
                 person("hunters", "猟友会", "わなの見回り", SeenTier::AnyTown, 0.1),
                 person("line", "山の通信", "通信", SeenTier::Core, 0.2)}};
    p.people->at(0).to = day("2026-03-31");
    p.people->at(1).to = day("2026-06-30");
    p.people->at(2).from = day("2026-07-15");
    p.people->at(4).knows_digital = true;
    p.stages = {
        {{"urn:ngsi-ld:Stage:a1", SeenStageKind::Plan, day("2025-10-01"), day("2026-03-31"), 0},
         {"urn:ngsi-ld:Stage:a2", SeenStageKind::Pilot, day("2026-04-01"), day("2027-03-31"), 1},
         {"urn:ngsi-ld:Stage:a3", SeenStageKind::Rollout, day("2027-04-01"), day("2030-03-31"),
          0}}};
    p.artefacts = talks({"結町 農政課", "猟友会", "山の通信"});
    p.devices.emplace();
    for (int i = 0; i < 10; ++i) {
        p.devices->push_back(device("urn:test:c" + std::to_string(i), "urn:test:Camera",
                                    i == 3 ? days(4) : hours(2)));
        p.devices->back().interval = hours(4);
        p.devices->back().in_reach = i != 7;
    }
    p.links = {{{"urn:ngsi-ld:NetworkLink:valley", "wifi-halow"}}};
    p.assets = {{asset("カメラ", "sensor", 2025, 5)}};
    p.money = money_from(2026, 12, 48);
    p.readers = {{{"urn:test:Camera", "urn:ngsi-ld:Project:tourism", "結町 観光協会",
                   kDiagnosedAt - days(60)}}};
    return p;
}

}  // namespace musubi::testing
