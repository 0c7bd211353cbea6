#include "project/measures/hand/value_units.h"

#include <algorithm>
#include <array>

namespace musubi {
namespace {

constexpr std::array kUnits{
    ValueUnit{"C62", "個・件", "one"},
    ValueUnit{"IE", "人", "person"},
    ValueUnit{"P1", "%", "per cent"},
    ValueUnit{"JPY", "円", "yen"},
    ValueUnit{"SEC", "秒", "second"},
    ValueUnit{"MIN", "分", "minute"},
    ValueUnit{"HUR", "時間", "hour"},
    ValueUnit{"DAY", "日", "day"},
    ValueUnit{"MON", "月", "month"},
    ValueUnit{"ANN", "年", "year"},
    ValueUnit{"MMT", "mm", "millimetre"},
    ValueUnit{"CMT", "cm", "centimetre"},
    ValueUnit{"MTR", "m", "metre"},
    ValueUnit{"KMT", "km", "kilometre"},
    ValueUnit{"MTK", "m²", "square metre"},
    ValueUnit{"HAR", "ha", "hectare"},
    ValueUnit{"KMK", "km²", "square kilometre"},
    ValueUnit{"LTR", "L", "litre"},
    ValueUnit{"MTQ", "m³", "cubic metre"},
    ValueUnit{"GRM", "g", "gram"},
    ValueUnit{"KGM", "kg", "kilogram"},
    ValueUnit{"TNE", "t", "tonne"},
    ValueUnit{"KWH", "kWh", "kilowatt hour"},
    ValueUnit{"MWH", "MWh", "megawatt hour"},
    ValueUnit{"CEL", "℃", "degree Celsius"},
    ValueUnit{"KMH", "km/h", "kilometre per hour"},
};

}  // namespace

const ValueUnit* find_value_unit(std::string_view code) {
    const auto found = std::find_if(kUnits.begin(), kUnits.end(),
                                    [&](const ValueUnit& unit) { return unit.code == code; });
    return found == kUnits.end() ? nullptr : &*found;
}

std::string value_unit_codes(bool ja) {
    std::string out;
    for (const ValueUnit& unit : kUnits) {
        out.append(out.empty() ? "" : ja ? "、" : ", ").append(unit.code);
        out.append(ja ? "（" : " (").append(ja ? unit.ja : unit.en).append(ja ? "）" : ")");
    }
    return out;
}

}  // namespace musubi
