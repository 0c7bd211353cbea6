#include "project/measures/model_names.h"

#include <algorithm>
#include <array>

namespace musubi {
namespace {

// Of the Smart Data Models and of ours; our own translations.
constexpr std::array kModelNames{
    ModelName{"FloodMonitoring", "河川水位の観測所", "river gauge"},
    ModelName{"currentLevel", "いまの水位", "present water level"},
    ModelName{"dangerLevel", "はん濫危険水位", "danger level"},
    ModelName{"alertLevel", "はん濫注意水位", "alert level"},
    ModelName{"evacuationLevel", "避難判断水位", "evacuation level"},
    ModelName{"standbyLevel", "水防団待機水位", "standby level"},
    ModelName{"referenceLevel", "基準面の高さ", "reference level"},
    ModelName{"measuredDistance", "水面までの距離", "distance to the water"},
    ModelName{"riverName", "川の名前", "river"},
    ModelName{"Station", "観測所", "station"},
    ModelName{"level", "水位", "level"},
    ModelName{"Alert", "お知らせ", "alert"},
    ModelName{"takenAt", "対応を始めた時刻", "time it was taken up"},
    ModelName{"dateIssued", "出た時刻", "time it was issued"},
    ModelName{"category", "種類", "category"},
    ModelName{"subCategory", "細かい種類", "sub-category"},
    ModelName{"severity", "重さ", "severity"},
    ModelName{"HandValue", "手で入れた値", "value entered by hand"},
    ModelName{"enteredValue", "入れた値", "entered value"},
    ModelName{"of", "対象", "what it counts"},
    ModelName{"about", "だれの", "whom it is of"},
    ModelName{"cohort", "組", "cohort"},
    ModelName{"name", "名前", "name"},
    ModelName{"status", "状態", "status"},
    ModelName{"temperature", "気温", "temperature"},
    ModelName{"relativeHumidity", "湿度", "relative humidity"},
    ModelName{"precipitation", "降水量", "precipitation"},
    ModelName{"WeatherObserved", "気象の観測", "weather observation"},
    ModelName{"AirQualityObserved", "大気の観測", "air quality observation"},
    ModelName{"WaterQualityObserved", "水質の観測", "water quality observation"},
    ModelName{"Device", "機器", "device"},
    ModelName{"batteryLevel", "電池の残り", "battery level"},
};

}  // namespace

std::optional<ModelName> model_name(std::string_view iri) {
    const std::size_t last = iri.find_last_of("/#");
    const std::string_view name = last == std::string_view::npos ? iri : iri.substr(last + 1);
    const auto found = std::find_if(kModelNames.begin(), kModelNames.end(),
                                    [&](const ModelName& one) { return one.name == name; });
    return found == kModelNames.end() ? std::nullopt : std::optional{*found};
}

}  // namespace musubi
