#include "project/finance/portable_math.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

namespace musubi {
namespace {

// The logarithm of 2 in two parts; the first has 32 bits, so that its whole multiples are exact.
constexpr double kLog2High = 6.93147180369123816490e-01;
constexpr double kLog2Low = 1.90821492927058770002e-10;
constexpr double kHalfLogOfTwoPi = 0.91893853320467274178;

template <std::size_t size>
double polynomial(const std::array<double, size>& coefficients, double x) {
    double sum = 0;
    for (std::size_t i = size; i-- > 0;) sum = sum * x + coefficients[i];
    return sum;
}

// log(m) = 2 (s + s^3/3 + s^5/5 ...) with s = (m - 1) / (m + 1): what stands after s^2, of s^2.
constexpr std::array<double, 12> kAreaTangent{1.0 / 3,  1.0 / 5,  1.0 / 7,  1.0 / 9,
                                              1.0 / 11, 1.0 / 13, 1.0 / 15, 1.0 / 17,
                                              1.0 / 19, 1.0 / 21, 1.0 / 23, 1.0 / 25};
constexpr std::array<double, 15> inverse_factorials() {
    std::array<double, 15> out{1};
    double factorial = 1;
    for (std::size_t i = 1; i < out.size(); ++i) {
        factorial *= static_cast<double>(i);
        out[i] = 1 / factorial;
    }
    return out;
}
constexpr std::array<double, 15> kExponential = inverse_factorials();

// PPND16 of AS 241: the middle, and two parts of the tails.
constexpr std::array<double, 8> kMiddleAbove{3.3871328727963666080e0,  1.3314166789178437745e+2,
                                             1.9715909503065514427e+3, 1.3731693765509461125e+4,
                                             4.5921953931549871457e+4, 6.7265770927008700853e+4,
                                             3.3430575583588128105e+4, 2.5090809287301226727e+3};
constexpr std::array<double, 8> kMiddleBelow{1.0,
                                             4.2313330701600911252e+1,
                                             6.8718700749205790830e+2,
                                             5.3941960214247511077e+3,
                                             2.1213794301586595867e+4,
                                             3.9307895800092710610e+4,
                                             2.8729085735721942674e+4,
                                             5.2264952788528545610e+3};
constexpr std::array<double, 8> kTailAbove{1.42343711074968357734e0,  4.63033784615654529590e0,
                                           5.76949722146069140550e0,  3.64784832476320460504e0,
                                           1.27045825245236838258e0,  2.41780725177450611770e-1,
                                           2.27238449892691845833e-2, 7.74545014278341407640e-4};
constexpr std::array<double, 8> kTailBelow{1.0,
                                           2.05319162663775882187e0,
                                           1.67638483018380384940e0,
                                           6.89767334985100004550e-1,
                                           1.48103976427480074590e-1,
                                           1.51986665636164571966e-2,
                                           5.47593808499534494600e-4,
                                           1.05075007164441684324e-9};
constexpr std::array<double, 8> kFarAbove{6.65790464350110377720e0,  5.46378491116411436990e0,
                                          1.78482653991729133580e0,  2.96560571828504891230e-1,
                                          2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                          2.71155556874348757815e-5, 2.01033439929228813265e-7};
constexpr std::array<double, 8> kFarBelow{1.0,
                                          5.99832206555887937690e-1,
                                          1.36929880922735805310e-1,
                                          1.48753612908506148525e-2,
                                          7.86869131145613259100e-4,
                                          1.84631831751005468180e-5,
                                          1.42151175831644588870e-7,
                                          2.04426310338993978564e-15};

}  // namespace

double portable_log(double x) {
    assert(std::isnormal(x) && x > 0);
    int exponent = 0;
    double m = std::frexp(x, &exponent);
    if (m < 0.70710678118654752440) {
        m *= 2;
        --exponent;
    }
    const double s = (m - 1) / (m + 1);
    const double squared = s * s;
    const double small = 2 * s * squared * polynomial(kAreaTangent, squared);
    return exponent * kLog2High + (2 * s + (small + exponent * kLog2Low));
}

double portable_exp(double x) {
    x = std::clamp(x, -700.0, 700.0);
    const double whole = std::floor(x / (kLog2High + kLog2Low) + 0.5);
    const double rest = (x - whole * kLog2High) - whole * kLog2Low;
    return std::ldexp(polynomial(kExponential, rest), static_cast<int>(whole));
}

double portable_sine(double angle) {
    assert(std::abs(angle) <= 1);
    double sum = 0;
    for (int i = 8; i >= 1; --i) sum = angle * angle / (2 * i * (2 * i + 1)) * (1 - sum);
    return angle * (1 - sum);
}

double whole_power(double base, int exponent) {
    assert(exponent >= 0);
    double power = 1;
    for (; exponent > 0; exponent /= 2) {
        if (exponent % 2 == 1) power *= base;
        base *= base;
    }
    return power;
}

double normal_quantile(double probability) {
    assert(probability > 0 && probability < 1);
    const double q = probability - 0.5;
    if (std::abs(q) <= 0.425) {
        const double r = 0.180625 - q * q;
        return q * polynomial(kMiddleAbove, r) / polynomial(kMiddleBelow, r);
    }
    double r = std::sqrt(-portable_log(q < 0 ? probability : 1 - probability));
    double z = 0;
    if (r <= 5) {
        r -= 1.6;
        z = polynomial(kTailAbove, r) / polynomial(kTailBelow, r);
    } else {
        r -= 5;
        z = polynomial(kFarAbove, r) / polynomial(kFarBelow, r);
    }
    return q < 0 ? -z : z;
}

double normal_probability(double z) {
    if (std::abs(z) > 8.2) return z < 0 ? kLeastProbability : 1 - kLeastProbability;
    const double squared = z * z;
    double sum = z;
    double term = z;
    double before = 0;
    for (int i = 3; sum != before; i += 2) {
        term *= squared / i;
        before = sum;
        sum += term;
    }
    const double below = 0.5 + sum * portable_exp(-0.5 * squared - kHalfLogOfTwoPi);
    return std::clamp(below, kLeastProbability, 1 - kLeastProbability);
}

}  // namespace musubi
