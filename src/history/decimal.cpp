#include "history/decimal.h"

#include <cmath>

namespace musubi {
namespace {

constexpr double kRoundLimit = 2251799813685248.0;  // 2^51

// To the nearest integer, ties to even, without a call: valid below 2^51 (the sum has no bits
// left for a fraction).
double round_small(double x) {
    constexpr double kShift = 6755399441055744.0;  // 1.5 * 2^52
    return (x + kShift) - kShift;
}

double power(int scale) {
    return static_cast<double>(kPowersOfTen[static_cast<std::size_t>(scale)]);
}

// Above 2^51 the product may be off by one, so its neighbours are tried too.
std::optional<std::int64_t> large_units_at(double value, int scale) {
    const double product = value * power(scale);
    if (!(std::fabs(product) < static_cast<double>(kMaxUnits) + 2)) return std::nullopt;
    const double nearest = std::nearbyint(product);
    for (const double step : {0.0, -1.0, 1.0}) {
        const double units = nearest + step;
        if (std::fabs(units) < static_cast<double>(kMaxUnits) && units / power(scale) == value) {
            return static_cast<std::int64_t>(units);
        }
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::int64_t> units_at(double value, int scale) {
    const double product = value * power(scale);
    if (!(std::fabs(product) < kRoundLimit)) return std::nullopt;
    const double units = round_small(product);
    if (units / power(scale) != value) return std::nullopt;
    if (units == 0 && std::signbit(value)) return std::nullopt;
    return static_cast<std::int64_t>(units);
}

std::optional<Decimal> to_decimal(double value) {
    for (int scale = 0; scale <= kMaxScale; ++scale) {
        if (const auto units = units_at(value, scale)) return Decimal{*units, scale};
        if (std::fabs(value) * power(scale) < kRoundLimit) continue;
        if (const auto units = large_units_at(value, scale)) return Decimal{*units, scale};
        return std::nullopt;  // more digits only make it larger; NaN and infinity end here too
    }
    return std::nullopt;
}

std::optional<Decimal> to_decimal(const Json& value) {
    if (value.is_integer()) {
        const std::int64_t n = value.integer();
        if (n <= -kMaxUnits || n >= kMaxUnits) return std::nullopt;
        return Decimal{n, 0};
    }
    if (!value.is_number()) return std::nullopt;
    return to_decimal(value.number());
}

Json to_json(Decimal d) {
    const std::int64_t power_of_ten = kPowersOfTen[static_cast<std::size_t>(d.scale)];
    if (d.units % power_of_ten == 0) return Json{d.units / power_of_ten};
    return Json{to_double(d)};
}

}  // namespace musubi
