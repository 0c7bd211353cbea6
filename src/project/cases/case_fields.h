#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "project/cases/case_text.h"

namespace musubi {

/// A text of a case that can be searched.
struct CaseField {
    std::string place;    ///< JSON pointer in to_json(CaseText)
    unsigned weight = 1;  ///< how many times a word in it counts
    std::string text;     ///< NFKC
};

/// What a case is found by, none of it empty: its texts, then its codes in words, Japanese and
/// English. Fails: BadRequest where a text is no UTF-8.
Result<std::vector<CaseField>> fields_of(const CaseText& text);

/// What lists show of a case: {"id", "kind", "title", "challenge", "field", "fiscalYear",
/// "townCode", "outcome", "isExample"}, without what was not said.
[[nodiscard]] Json case_summary(const CaseText& text);

}  // namespace musubi
