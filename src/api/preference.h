#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "net/http.h"

namespace musubi {

/// The version of NGSI-LD that a Prefer header asks for: `ngsi-ld=1.3` among other preferences,
/// with or without quotes and parameters, in any case (GS CIM 009 v1.9.1, 4.3.6.8, 6.3.6; RFC
/// 7240). Nothing where it asks for none, or for none that there is.
[[nodiscard]] std::optional<std::string> preferred_version(std::string_view prefer);
/// Says in Preference-Applied that the version was heeded, where one was asked for.
void note_preference(const HttpRequest& request, HttpResponse& response);

}  // namespace musubi
