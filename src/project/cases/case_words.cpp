#include "project/cases/case_words.h"

#include <algorithm>
#include <array>

namespace musubi {
namespace {

constexpr std::array kChallenges{
    CaseTerm{"hands", "人手不足・働き手の確保", "too few hands"},
    CaseTerm{"markets", "市場規模の縮小", "shrinking markets"},
    CaseTerm{"public-cost", "社会保障等の行政コストの増大", "growing public cost"},
    CaseTerm{"industry-decline", "地域産業の衰退", "decline of local industry"},
    CaseTerm{"selling-further", "他地域・海外への販路拡大", "selling further away"},
    CaseTerm{"visitors", "インバウンド需要への対応", "visitors from abroad"},
    CaseTerm{"keeping-services", "公共・準公共サービスの維持", "keeping public services"},
    CaseTerm{"safety", "住民の安全確保", "safety of residents"},
};
constexpr std::array kRoles{
    CaseTerm{"productivity", "労働生産性の向上", "productivity of labour"},
    CaseTerm{"industry", "産業の高度化・合理化", "advancing industry"},
    CaseTerm{"public-services", "公共・準公共サービスの効率化", "efficient public services"},
    CaseTerm{"use-of-data", "データの有効活用", "use of data"},
    CaseTerm{"living", "暮らしやすさの向上", "better living"},
};
constexpr std::array kFunctions{
    CaseTerm{"wifi-halow", "Wi-Fi HaLow", "Wi-Fi HaLow"},
    CaseTerm{"local-5g", "ローカル5G", "local 5G"},
    CaseTerm{"satellite", "衛星通信", "satellite"},
    CaseTerm{"realtime-link", "リアルタイムデータ連携", "real-time data linkage"},
    CaseTerm{"three-d", "3D", "3D"},
    CaseTerm{"ai-engine", "AIエンジン", "AI engine"},
    CaseTerm{"cameras-sensors", "カメラ・センサー", "cameras and sensors"},
};
constexpr std::array kTiers{
    CaseTerm{"any-town", "どの市町村にもいる人材", "people found in any town"},
    CaseTerm{"core", "県や中核市にいる人材", "people found in a prefecture or core city"},
    CaseTerm{"outside", "地域の外にいる人材", "people found outside the region"},
};
constexpr std::array kFactors{
    CaseTerm{"talks", "地域課題の徹底的な話し合い", "Thorough talks on the issue"},
    CaseTerm{"allies", "互いに支え合える仲間づくり", "Allies"},
    CaseTerm{"one-hall", "地方公共団体内の一枚岩化", "One united town hall"},
    CaseTerm{"residents", "地域住民への直接的な聞き取りや説明", "Asking residents directly"},
    CaseTerm{"goals-roles", "目標と役割分担の明確化", "Clear goals and roles"},
    CaseTerm{"telling", "地方公共団体内外へのコミュニケーション", "Telling people"},
    CaseTerm{"quick-decisions", "迅速な意思決定・PDCAの仕組み構築", "Quick decisions"},
};
constexpr std::array kKinds{
    CaseTerm{"learning", "学びの事例", "a case to learn from"},
    CaseTerm{"success", "成功した事例", "a case of success"},
};
constexpr std::array kOutcomes{
    CaseTerm{"go", "進めた", "it went on"},
    CaseTerm{"change", "変えて進めた", "it was changed"},
    CaseTerm{"hold", "見合わせた", "it was held"},
    CaseTerm{"stop", "やめた", "it was stopped"},
    CaseTerm{"handover", "引き継いだ", "it was handed over"},
};

}  // namespace

std::span<const CaseTerm> case_challenges() { return kChallenges; }
std::span<const CaseTerm> case_roles() { return kRoles; }
std::span<const CaseTerm> case_functions() { return kFunctions; }
std::span<const CaseTerm> case_tiers() { return kTiers; }
std::span<const CaseTerm> case_factors() { return kFactors; }
std::span<const CaseTerm> case_kinds() { return kKinds; }
std::span<const CaseTerm> case_outcomes() { return kOutcomes; }

const CaseTerm* find_case_term(std::span<const CaseTerm> terms, std::string_view code) {
    const auto found = std::ranges::find(terms, code, &CaseTerm::code);
    return found == terms.end() ? nullptr : &*found;
}

}  // namespace musubi
