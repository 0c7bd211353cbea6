#pragma once

#include <toml++/toml.h>

#include <string>
#include <string_view>

#include "base/result.h"

namespace musubi {

/// Holds a feed file against the schema: tables and keys known, required ones there, values of
/// their kind and among the allowed words, keys fit for the kind of their source.
/// Fails: BadRequest at the first that is not, `where` is "file:line".
Result<void> check_feed(const toml::table& root, const std::string& file);

/// An error at the line of `node`.
[[nodiscard]] Error feed_error(const std::string& file, const toml::node& node, std::string detail);
[[nodiscard]] std::string place_of(const std::string& file, const toml::node& node);

}  // namespace musubi
