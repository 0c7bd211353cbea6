#pragma once

#include <string_view>
#include <vector>

#include "base/result.h"
#include "project/measures/hand/hand_value.h"

namespace musubi {

/// Reads a table of values entered by hand: UTF-8 or Shift_JIS, with a header that names the
/// columns `of`, `day`, `value`, `unit`, `by` (対象、日、値、単位、記入者) and, where they are
/// there, `about`, `cohort`, `note`, `corrects` (だれの、組、備考、訂正), in any order. Each entry
/// has its line as `where`; a cell that is no number leaves it without a value. Empty lines do not
/// count.
/// Fails: BadRequest, `where` is the line, for a header without a needed column or with one that
/// is not known, a row of another length, a mark of correction that is neither 1 nor 0.
Result<std::vector<HandEntry>> read_hand_values(std::string_view csv);

}  // namespace musubi
