#pragma once

#include <string>

#include "project/finance/budget.h"

namespace musubi {

/// Writes a budget as a workbook of Excel (ECMA-376): a sheet that compares, then one for each
/// alternative; texts as texts, never as formulas. Fails: Io where the file can not be written.
Result<void> write_workbook(const Budget& budget, const std::string& file);

}  // namespace musubi
