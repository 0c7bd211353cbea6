#include "project/towns/town_features.h"

#include <array>
#include <cmath>
#include <unordered_map>

namespace musubi {
namespace {

using enum FeatureScale;

constexpr std::string_view kPeople = "A1101";        // 総人口
constexpr std::string_view kHouseholds = "A710101";  // 一般世帯数
constexpr std::string_view kWorkers = "F1102";       // 就業者数
constexpr std::string_view kEmployees = "C2208";     // 従業者数（民営）
constexpr std::string_view kRevenue = "D3201";       // 歳入決算総額
constexpr std::string_view kSpending = "D3203";      // 歳出決算総額

// Shares and logarithms, so that large and small towns can be alike in what they are. What is
// nearly the complement of the rest (the third sector, the people of working age) is left out.
constexpr std::array kFeatures{
    // size and land
    TownFeature{"population", Logarithm, kPeople, "", 1, "人口", "population", "人", "people"},
    TownFeature{"density", Logarithm, kPeople, "B1103", 100, "可住地の人口密度",
                "people for each km2 of habitable land", "人/km2", "people/km2"},
    TownFeature{"habitable", Share, "B1103", "B1101", 1, "可住地の割合",
                "share of land that is habitable", "%", "%"},
    // people
    TownFeature{"young", Share, "A1301", kPeople, 1, "15歳未満の割合", "share below 15 years", "%",
                "%"},
    TownFeature{"old", Share, "A1303", kPeople, 1, "65歳以上の割合", "share of 65 years and above",
                "%", "%"},
    TownFeature{"very-old", Share, "A1419", kPeople, 1, "75歳以上の割合",
                "share of 75 years and above", "%", "%"},
    TownFeature{"foreign", Share, "A1700", kPeople, 1, "外国人の割合", "share of foreign people",
                "%", "%"},
    TownFeature{"births", Share, "A4101", kPeople, 1, "出生の割合", "births in a year, share", "%",
                "%"},
    TownFeature{"arrivals", Share, "A5101", kPeople, 1, "転入の割合", "moved in, share", "%", "%"},
    TownFeature{"departures", Share, "A5102", kPeople, 1, "転出の割合", "moved away, share", "%",
                "%"},
    TownFeature{"single", Share, "A810105", kHouseholds, 1, "単独世帯の割合",
                "share of households of one", "%", "%"},
    TownFeature{"old-alone", Share, "A8301", kHouseholds, 1, "高齢単独世帯の割合",
                "share of households of one old person", "%", "%"},
    // work
    TownFeature{"primary", Share, "F2201", kWorkers, 1, "第1次産業の割合",
                "share of work in farming, forestry, fishing", "%", "%"},
    TownFeature{"secondary", Share, "F2211", kWorkers, 1, "第2次産業の割合",
                "share of work in the second sector", "%", "%"},
    TownFeature{"manufacturing", Share, "C220837", kEmployees, 1, "製造業の従業者の割合",
                "share of employees in manufacturing", "%", "%"},
    TownFeature{"fishing", Share, "C220833", kEmployees, 1, "漁業の従業者の割合",
                "share of employees in fishing", "%", "%"},
    TownFeature{"lodging", Share, "C220847", kEmployees, 1, "宿泊・飲食の従業者の割合",
                "share of employees in lodging and food", "%", "%"},
    TownFeature{"care", Share, "C220850", kEmployees, 1, "医療・福祉の従業者の割合",
                "share of employees in medicine and care", "%", "%"},
    TownFeature{"farms", Share, "C310201", kHouseholds, 1, "世帯に対する販売農家の割合",
                "farms that sell, to households", "%", "%"},
    TownFeature{"businesses", Rate, "C2108", kPeople, 1000, "人口千人あたりの事業所",
                "businesses for 1,000 people", "所", "businesses"},
    // money
    TownFeature{"own-revenue", Share, "D320101", kRevenue, 1, "歳入に占める地方税の割合",
                "share of local tax in revenue", "%", "%"},
    TownFeature{"spending", Logarithm, kSpending, kPeople, 1, "人口一人あたりの歳出",
                "spending a head", "千円", "1,000 yen"},
    TownFeature{"civil-works", Share, "D320308", kSpending, 1, "歳出に占める土木費の割合",
                "share of civil works in spending", "%", "%"},
    TownFeature{"rigid", Level, "D2203", "", 1, "経常収支比率", "ordinary balance ratio", "%", "%"},
    TownFeature{"debt", Level, "D2211", "", 1, "実質公債費比率", "real debt service ratio", "%",
                "%"},
    TownFeature{"officers", Rate, "D1202", kPeople, 1000, "人口千人あたりの一般行政職員",
                "administrative officers for 1,000 people", "人", "officers"},
    // services
    TownFeature{"doctors", Rate, "I6100", kPeople, 10'000, "人口一万人あたりの医師",
                "doctors for 10,000 people", "人", "doctors"},
    TownFeature{"clinics", Rate, "I5102", kPeople, 10'000, "人口一万人あたりの診療所",
                "clinics for 10,000 people", "所", "clinics"},
    TownFeature{"shops", Rate, "H6130", kPeople, 1000, "人口千人あたりの小売店",
                "retail shops for 1,000 people", "店", "shops"},
    TownFeature{"pupils", Logarithm, "E2501", "E2101", 1, "小学校一校あたりの児童",
                "pupils for each primary school", "人", "pupils"},
};

}  // namespace

std::span<const TownFeature> town_features() { return kFeatures; }

std::string town_features_reference() {
    std::string out =
        "| id | 特徴 | feature | SSDSE-A | 比べ方 / compared as |\n|---|---|---|---|---|\n";
    for (const TownFeature& feature : kFeatures) {
        std::string_view scale = "割合 / share";
        if (feature.scale == Level) scale = "そのまま / as published";
        if (feature.scale == Logarithm) scale = "対数 / logarithm";
        if (feature.scale == Rate) scale = "1を足した対数 / logarithm of 1 + x";
        out += "| `" + std::string{feature.id} + "` | " + std::string{feature.ja} + " | " +
               std::string{feature.en} + " | " + std::string{feature.numerator};
        if (!feature.denominator.empty()) out += " / " + std::string{feature.denominator};
        if (feature.per != 1) {
            out += " × " + std::to_string(static_cast<std::int64_t>(feature.per));
        }
        out += " | " + std::string{scale} + " |\n";
    }
    return out;
}

std::optional<double> feature_value(const TownFeature& feature, const FigureOf& figure) {
    const auto numerator = figure(feature.numerator);
    if (!numerator || !std::isfinite(*numerator)) return std::nullopt;
    double value = *numerator;
    if (!feature.denominator.empty()) {
        const auto denominator = figure(feature.denominator);
        if (!denominator || !(*denominator > 0)) return std::nullopt;
        value = feature.per * value / *denominator;
    }
    if (!std::isfinite(value)) return std::nullopt;
    if (feature.scale == Logarithm && !(value > 0)) return std::nullopt;
    if (feature.scale == Rate && value < 0) return std::nullopt;
    return value;
}

double compared_value(const TownFeature& feature, double value) {
    if (feature.scale == Logarithm) return std::log10(value);
    if (feature.scale == Rate) return std::log10(1 + value);
    return value;
}

double shown_value(const TownFeature& feature, double value) {
    return feature.scale == Share ? 100 * value : value;
}

std::vector<std::optional<double>> features_of(const FigureOf& figure) {
    std::vector<std::optional<double>> out;
    out.reserve(kFeatures.size());
    for (const TownFeature& feature : kFeatures) out.push_back(feature_value(feature, figure));
    return out;
}

std::vector<TownProfile> profiles_of(const StatisticsEdition& edition) {
    std::unordered_map<std::string_view, std::size_t> place;
    for (std::size_t i = 0; i < edition.columns.size(); ++i) place[edition.columns[i].code] = i;
    std::vector<TownProfile> out;
    out.reserve(edition.municipalities.size());
    for (const Municipality& town : edition.municipalities) {
        const auto figure = [&](std::string_view code) -> std::optional<double> {
            const auto at = place.find(code);
            return at == place.end() ? std::nullopt : town.values[at->second];
        };
        out.push_back({town.code, town.prefecture, town.name, features_of(figure)});
    }
    return out;
}

}  // namespace musubi
