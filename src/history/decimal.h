#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "base/json.h"

namespace musubi {

/// The decimal `units / 10^scale`.
struct Decimal {
    std::int64_t units = 0;
    int scale = 0;
};

inline constexpr int kMaxScale = 9;
/// Units stay below this, so that units and power are exact doubles and one IEEE division gives
/// the double nearest to the decimal.
inline constexpr std::int64_t kMaxUnits = std::int64_t{1} << 53;
inline constexpr std::array<std::int64_t, kMaxScale + 1> kPowersOfTen{
    1, 10, 100, 1'000, 10'000, 100'000, 1'000'000, 10'000'000, 100'000'000, 1'000'000'000};

/// The decimal with the least scale (0 to 9) and |units| < 2^53 that gives back exactly `value`
/// when divided, or nothing (also for -0.0, infinities and NaN).
[[nodiscard]] std::optional<Decimal> to_decimal(double value);
/// The same for a JSON number; nothing where it is no number, or an integer of 2^53 and more.
[[nodiscard]] std::optional<Decimal> to_decimal(const Json& value);
/// `value` as units of 10^-scale, where it is exactly that many and they stay below 2^51: there
/// no other decimal has the same double. Much faster than `to_decimal`.
[[nodiscard]] std::optional<std::int64_t> units_at(double value, int scale);

[[nodiscard]] inline double to_double(Decimal d) {
    return static_cast<double>(d.units) /
           static_cast<double>(kPowersOfTen[static_cast<std::size_t>(d.scale)]);
}
/// As JSON: an integer where it is whole.
[[nodiscard]] Json to_json(Decimal d);

}  // namespace musubi
