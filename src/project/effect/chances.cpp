#include "project/effect/chances.h"

#include <array>
#include <cassert>
#include <cmath>

#include "project/finance/portable_math.h"

namespace musubi {
namespace {

// Stirling's series, for x >= 12 (Abramowitz and Stegun 6.1.41).
double log_gamma_of_large(double x) {
    constexpr std::array kTerms{1.0 / 12,     -1.0 / 360,      1.0 / 1260, -1.0 / 1680,
                                1.0 / 1188.0, -691.0 / 360360, 1.0 / 156};
    constexpr double kHalfLogOfTwoPi = 0.91893853320467274178;
    double series = 0;
    double power = 1 / x;
    for (const double term : kTerms) {
        series += term * power;
        power /= x * x;
    }
    return (x - 0.5) * portable_log(x) - x + kHalfLogOfTwoPi + series;
}

double log_gamma(double x) {
    double product = 1;
    while (x < 12) product *= x++;
    return log_gamma_of_large(x) - portable_log(product);
}

// The continued fraction of the incomplete beta function (Abramowitz and Stegun 26.5.8), by Lentz.
double beta_fraction(double a, double b, double x) {
    constexpr double kTiny = 1e-300;
    const auto away_from_zero = [](double v) { return std::abs(v) < kTiny ? kTiny : v; };
    double c = 1;
    double d = 1 / away_from_zero(1 - (a + b) * x / (a + 1));
    double out = d;
    for (int i = 1; i < 10'000; ++i) {
        const double m = i;
        const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        double step = 1;
        for (const double term : {even, odd}) {
            d = 1 / away_from_zero(1 + term * d);
            c = away_from_zero(1 + term / c);
            step = c * d;
            out *= step;
        }
        if (std::abs(step - 1) < 1e-16) break;
    }
    return out;
}

}  // namespace

double incomplete_beta(double a, double b, double x) {
    assert(a > 0 && b > 0 && x >= 0 && x <= 1);
    if (x == 0 || x == 1) return x;
    const double front = a * portable_log(x) + b * portable_log(1 - x) + log_gamma(a + b) -
                         log_gamma(a) - log_gamma(b);
    const double scale = front < -700 ? 0 : portable_exp(front);
    if (x < (a + 1) / (a + b + 2)) return scale * beta_fraction(a, b, x) / a;
    return 1 - scale * beta_fraction(b, a, 1 - x) / b;
}

double student_p(double t, double df) {
    if (!std::isfinite(t)) return 0;
    return incomplete_beta(df / 2, 0.5, df / (df + t * t));
}

double student_critical(double p, double df) {
    assert(p >= 1e-12 && p <= 1);
    double low = 0;
    double high = 1;
    while (student_p(high, df) > p) high *= 2;
    for (int i = 0; i < 200 && low < high; ++i) {
        const double middle = low + (high - low) / 2;
        if (middle == low || middle == high) break;
        (student_p(middle, df) > p ? low : high) = middle;
    }
    return high;
}

double f_upper_p(double f, double df1, double df2) {
    if (!(f > 0)) return 1;
    if (!std::isfinite(f)) return 0;
    return incomplete_beta(df2 / 2, df1 / 2, df2 / (df2 + df1 * f));
}

double next_normal(Random& random) {
    // The middle of one of 2^52 equal parts: never 0 or 1.
    const double u = (static_cast<double>(random.next() >> 12U) + 0.5) * 0x1.0p-52;
    return normal_quantile(u);
}

}  // namespace musubi
