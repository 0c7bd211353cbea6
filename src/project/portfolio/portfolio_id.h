#pragma once

#include <string>
#include <string_view>

#include "base/toml_file.h"

namespace musubi {

/// The `id` of a table: lower-case letters, digits, `-`, up to 64. Fails: BadRequest at its line.
Result<std::string> read_portfolio_id(const std::string& file, const toml::table& table);
/// What a person is told in both languages, at the line of a key. `key` may be absent.
[[nodiscard]] Error portfolio_error(const std::string& file, const toml::table& table,
                                    std::string_view key, std::string_view ja, std::string_view en);

}  // namespace musubi
