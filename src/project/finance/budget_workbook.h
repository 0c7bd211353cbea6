#pragma once

#include <string>

#include "project/finance/budget.h"

namespace musubi {

/// A budget as a workbook of Excel (ECMA-376): a sheet that compares, then one for each
/// alternative; texts as texts, never as formulas. Fails: Io where there is no memory for it.
Result<std::string> to_workbook(const Budget& budget);

}  // namespace musubi
