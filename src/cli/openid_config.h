#pragma once

#include <string>
#include <vector>

#include "base/toml_file.h"
#include "trust/people/openid_provider.h"

namespace musubi {

inline constexpr std::size_t kMaxOpenIdProviders = 16;

/// The providers that [[openid]] names, with their secrets and keys read from their files. Fails:
/// BadRequest, `where` is file and line.
Result<std::vector<OpenIdProvider>> read_openid_providers(const std::string& file,
                                                          const toml::node& list);
/// The reference of [[openid]] for docs/configuration.md.
[[nodiscard]] std::string openid_reference();

}  // namespace musubi
