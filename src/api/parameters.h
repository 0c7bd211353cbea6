#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/http.h"

namespace musubi {

/// Whether the request goes to the NGSI-LD interface, whose words are those of GS CIM 009; our own
/// (/musubi, /metrics) are freer.
[[nodiscard]] bool is_ngsild(const HttpRequest& request);

/// Nothing that a caller asks for is silently ignored: each name in the query string, and each word
/// of `options` and `format`, is one of GS CIM 009 v1.9.1, 6.3 and 6.4 to 6.31.
/// Fails: BadRequest (InvalidRequest) for a name that NGSI-LD does not have; Unsupported for one
/// that it has and this server does not do.
Result<void> check_parameters(const std::vector<std::pair<std::string, std::string>>& params);

/// The same for a resource that takes these alone (6.3.20). Fails: BadRequest (InvalidRequest).
Result<void> only_parameters(const std::vector<std::pair<std::string, std::string>>& params,
                             std::initializer_list<std::string_view> names);

}  // namespace musubi
