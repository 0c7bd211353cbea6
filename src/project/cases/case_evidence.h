#pragma once

#include <string>

#include "project/cases/case_text.h"

namespace musubi {

enum class FindingVerdict {
    Good,     ///< the interval leaves out no effect, on the good side
    Bad,      ///< the same on the bad side
    Moved,    ///< the same, and which side is good was not said
    Unclear,  ///< no effect lies in the interval
};

/// What was found of a measure, for people.
struct FindingWords {
    FindingVerdict verdict = FindingVerdict::Unclear;
    std::string ja;
    std::string en;
};

[[nodiscard]] FindingWords judge(const CaseFinding& finding);

/// A number as people read it: three digits that count, whole from 1,000 on.
[[nodiscard]] std::string shown_figure(double value);

}  // namespace musubi
