#pragma once

#include <string>

#include "project/measures/measure.h"
#include "project/measures/measure_totals.h"

namespace musubi {

/// A text in both languages.
struct MeasureWords {
    std::string ja;
    std::string en;
};

/// What a measure counts, in sentences that a person checks.
[[nodiscard]] MeasureWords describe(const Measure& measure, const Context& context);
/// Why a value is missing.
[[nodiscard]] MeasureWords describe_lack(const Measure& measure, const MeasureValue& value);

}  // namespace musubi
