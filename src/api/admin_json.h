#pragma once

#include <string>
#include <string_view>

#include "api/call.h"

namespace musubi::api {

/// The text of a member that must be there. Fails: BadRequest.
Result<std::string> need_text(const Json& json, std::string_view name);
[[nodiscard]] std::string text_or(const Json& json, std::string_view name,
                                  std::string_view otherwise);
/// JSON that is no NGSI-LD: no context, no tenant.
[[nodiscard]] HttpResponse plain_json(const Json& json, int status = 200);

}  // namespace musubi::api
