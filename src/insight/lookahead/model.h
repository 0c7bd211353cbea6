#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "insight/lookahead/gauge.h"

namespace musubi {

/// What a look-ahead weighs of a gauge: 1; the logarithms of the rise in 10, 20 and 60 minutes
/// against the distance to the threshold; whether the rise gathers speed; the logarithm of the
/// distance; how near the gauges around are to a threshold of theirs.
inline constexpr std::size_t kFeatures = 7;
inline constexpr std::array<std::string_view, kFeatures> kFeatureNames{
    "constant", "rise10", "rise20", "rise60", "gathering", "distance", "neighbours"};
using Features = std::array<double, kFeatures>;

/// How a look-ahead is fitted to the past.
struct LookAheadFitting {
    std::string threshold;             ///< a term; it is learnt at this one, for all
    std::vector<double> shifts{0};     ///< metres: learnt at the threshold moved by each
    std::vector<std::string> exclude;  ///< ids of gauges that teach nothing: tides
    double ridge = 10;                 ///< penalty on all coefficients but the constant
    Duration good_lead = minutes(20);  ///< a lead that is of use
    double least_share = 0.54;         ///< ... which this share of what is caught should have
    double least_weight = 15;          ///< less than so many cases: no model, no call
};

/// The numbers of a look-ahead: the method's own, and the coefficients fitted to data.
struct LookAheadModel {
    Duration horizon = minutes(60);    ///< within which the threshold is looked for
    Duration hold = minutes(30);       ///< a call lasts until the condition has failed this long
    Duration least_age = minutes(10);  ///< readings without a gap for so long
    double least_rise30 = 0.02;        ///< metres; below, the level is not rising
    double least_rise20 = 0.01;
    double reach = 3;                 ///< three times the rise of 10 or 20 minutes must reach it
    double least_distance = 0.01;     ///< metres, taken where it is nearer
    double near_km = 8;               ///< how far a neighbour may be
    Duration near_age = minutes(40);  ///< how old its reading may be
    double near_least = 0.30;         ///< metres: the smallest "largest hourly rise" of a neighbour
    Features coefficients{};          ///< the limit of the probability is in the constant
    std::string fitted_on;            ///< for people: data, days, by what
    LookAheadFitting fitting;
};

/// True where the level rises towards a threshold `distance` metres above it (that is still
/// ahead), fast enough to reach it at all.
[[nodiscard]] bool rises_towards(const LookAheadModel& model, const Rise& rise, double distance);
/// Requires rises_towards(). `neighbours`: from -1 to 1, 0 where there are none.
[[nodiscard]] Features features_of(const LookAheadModel& model, const Rise& rise, double distance,
                                   double neighbours);
/// The probability reaches its limit: the threshold is expected within the horizon.
[[nodiscard]] bool expects(const Features& coefficients, const Features& features);

/// Kilometres between two places, by the plane that fits Japan's middle (35.8 degrees north).
[[nodiscard]] double plane_km(double lon1, double lat1, double lon2, double lat2);

/// Reads a parameter file (TOML). Fails: BadRequest, `where` is "file:line".
Result<LookAheadModel> parse_look_ahead(std::string_view text, const std::string& file);
/// Coefficients as they are written in a parameter file.
[[nodiscard]] std::string coefficients_text(const Features& coefficients);

}  // namespace musubi
