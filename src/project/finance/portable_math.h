#pragma once

namespace musubi {

// Functions whose bits are the same on every machine: nothing but the four operations, the square
// root and whole powers of two, each of which IEEE 754 rounds in one way. (The logarithm of a C
// library differs between versions and processors in the last place.)

/// The natural logarithm of a positive, normal number, within 2 units of the last place.
[[nodiscard]] double portable_log(double x);
/// e to the power `x`, within 2 units of the last place; `x` is taken into -700 ... 700.
[[nodiscard]] double portable_exp(double x);
/// The sine of an angle within -1 ... 1 (radians).
[[nodiscard]] double portable_sine(double angle);
/// `base` to a whole power >= 0, by repeated squaring.
[[nodiscard]] double whole_power(double base, int exponent);

/// The quantile of the standard normal distribution at 0 < `probability` < 1, to about 16 digits.
/// (Wichura 1988, algorithm AS 241, PPND16.)
[[nodiscard]] double normal_quantile(double probability);
/// The probability that a standard normal value is below `z`, within 1e-15; strictly between 0
/// and 1. (Marsaglia 2004, "Evaluating the normal distribution".)
[[nodiscard]] double normal_probability(double z);

/// The smallest and the largest probability that a draw may have; the same distance from 0 and 1.
constexpr double kLeastProbability = 0x1p-53;

}  // namespace musubi
