#pragma once

#include <span>
#include <vector>

namespace musubi {

/// Every internal rate of return there is.
struct RatesOfReturn {
    /// Yearly rates above -1 at which the present value is 0, rising; 0.03 is 3 %.
    std::vector<double> rates;
    /// Rates near which the present value comes so close to 0 that 64-bit numbers can not tell
    /// whether it gets there without crossing it (as where two rates are one).
    std::vector<double> touching;
    /// Nothing is ever paid or received: every rate would do.
    bool nothing_flows = false;
    /// Each other rate above -1 is proven to be none. False where the proof was given up, which
    /// takes flows that are nearly 0 for a whole range of rates.
    bool complete = true;
};

/// The rates of return of monthly flows (千円, taken to a thousandth of a yen). The values x =
/// (1 + rate)^(-1/12) are roots of a polynomial. Intervals of x are halved until on each either the
/// polynomial can not be 0, or its slope keeps its sign and it has exactly one root or none by its
/// signs at the ends; all with bounds of the rounding (Moore, Kearfott, Cloud 2009, "Introduction
/// to interval analysis", 6.1 and 8.1).
[[nodiscard]] RatesOfReturn rates_of_return(std::span<const double> months);

}  // namespace musubi
