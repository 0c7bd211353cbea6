#pragma once

#include <string>
#include <string_view>

#include "base/toml_file.h"

namespace musubi {

/// A text of policies as a table that fits its schema, in which no list and no text of a list is
/// empty. Fails: BadRequest, in both languages, `where` is "file:line".
Result<toml::table> policy_table(std::string_view text, const std::string& file);

}  // namespace musubi
