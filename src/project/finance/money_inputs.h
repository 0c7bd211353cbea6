#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/toml_file.h"
#include "project/finance/money_plan.h"

namespace musubi {

// The part of a plan that reads what is uncertain; the schema has been checked before.

/// Fails: BadRequest where a distribution does not hold together, or a name is there twice.
Result<std::vector<MoneyInput>> read_money_inputs(const toml::table& root, const std::string& file);
/// Fails: BadRequest where a name is unknown or fixed, a pair is there twice, or the correlations
/// can not hold at once.
Result<CorrelationFactor> read_correlations(const toml::table& root, const std::string& file,
                                            const std::vector<MoneyInput>& inputs);
/// The number of the input of that name.
[[nodiscard]] std::optional<std::size_t> find_input(const std::vector<MoneyInput>& inputs,
                                                    std::string_view name);

}  // namespace musubi
