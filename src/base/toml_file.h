#pragma once

#include <toml++/toml.h>

#include <string>
#include <string_view>

#include "base/result.h"

namespace musubi {

/// Parses TOML. Fails: BadRequest, `where` is "file:line"; TooLarge beyond 1 MB.
Result<toml::table> parse_toml(std::string_view text, const std::string& file);
/// An error at the line of `node`.
[[nodiscard]] Error toml_error(const std::string& file, const toml::node& node, std::string detail);
/// The same at the line of a key of `table`, or of the table where it has none.
[[nodiscard]] Error toml_error(const std::string& file, const toml::table& table,
                               std::string_view key, std::string detail);
[[nodiscard]] std::string text_of(const toml::table& table, std::string_view key,
                                  std::string_view other = {});
/// The text of a key that must be there and not be empty. Fails: BadRequest.
Result<std::string> required_text(const std::string& file, const toml::table& table,
                                  std::string_view key);
/// Refuses keys that `known` (parted by '|') does not hold. Fails: BadRequest.
Result<void> only_keys(const std::string& file, const toml::table& table, std::string_view known);
/// True where `word` is one of the words of `list`, which are parted by '|'.
[[nodiscard]] bool in_list(std::string_view word, std::string_view list);
/// The whole file. Fails: Io, TooLarge beyond 1 MB.
Result<std::string> read_text_file(const std::string& path);

}  // namespace musubi
