#pragma once

#include "base/random.h"

namespace musubi {

// Distributions of statistics. Like project/finance/portable_math.h, on which they stand, they give
// the same bits on every machine. Relative error below 1e-13 unless said otherwise.

/// Regularised incomplete beta function; `a`, `b` > 0, `x` within 0 ... 1.
[[nodiscard]] double incomplete_beta(double a, double b, double x);

/// The chance that Student's t with `df` degrees of freedom is at least as far from 0 as `t`.
[[nodiscard]] double student_p(double t, double df);
/// What student_p(t, df) == `p` for; `p` within 1e-12 ... 1.
[[nodiscard]] double student_critical(double p, double df);
/// The chance that F with `df1`, `df2` degrees of freedom is at least `f`.
[[nodiscard]] double f_upper_p(double f, double df1, double df2);
/// One standard normal number; the same for the same state of `random` on each machine.
[[nodiscard]] double next_normal(Random& random);

}  // namespace musubi
