#include "insight/lookahead/model.h"

#include <algorithm>
#include <cmath>

namespace musubi {
namespace {

// Levels are whole centimetres: what lies below this is the rounding of binary fractions.
constexpr double kLevelRounding = 1e-9;

double log_of(double value, double least, double most) {
    return std::log(std::clamp(value, least, most));
}

}  // namespace

bool rises_towards(const LookAheadModel& model, const Rise& rise, double distance) {
    if (!(distance > 0) || rise.age < model.least_age) return false;
    if (rise.last30 < model.least_rise30 - kLevelRounding) return false;
    if (rise.last20 < model.least_rise20 - kLevelRounding || rise.last10 < -kLevelRounding)
        return false;
    return model.reach * std::max(rise.last10, rise.last20) >= distance - kLevelRounding ||
           rise.last60 >= distance - kLevelRounding;
}

Features features_of(const LookAheadModel& model, const Rise& rise, double distance,
                     double neighbours) {
    const double d = std::max(distance, model.least_distance);
    return {1,
            log_of(rise.last10 / d, .05, 10),
            log_of(rise.last20 / d, .05, 10),
            log_of(rise.last60 / d, .05, 10),
            std::clamp((2 * rise.last10 - rise.last20) / d, -1.0, 1.0),
            log_of(d, .02, 1),
            neighbours};
}

bool expects(const Features& coefficients, const Features& features) {
    double sum = 0;
    for (std::size_t i = 0; i < kFeatures; ++i) sum += coefficients[i] * features[i];
    return sum >= 0;
}

double plane_km(double lon1, double lat1, double lon2, double lat2) {
    constexpr double kDegree = 111.2;
    static const double kNarrowing = std::cos(35.8 * 3.14159265358979323846 / 180);
    return std::hypot((lat1 - lat2) * kDegree, (lon1 - lon2) * kDegree * kNarrowing);
}

}  // namespace musubi
