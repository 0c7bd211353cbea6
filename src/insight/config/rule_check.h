#pragma once

#include <string>

#include "base/toml_file.h"

namespace musubi {

/// Holds a rule file against the schema: tables and keys known, required ones there, values of
/// their kind and among the allowed words, keys fit for the kind of their rule.
/// Fails: BadRequest at the first that is not, `where` is "file:line".
Result<void> check_rules(const toml::table& root, const std::string& file);

}  // namespace musubi
