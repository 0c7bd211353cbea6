#pragma once

#include "base/json.h"

namespace musubi {

/// The interface as an OpenAPI 3.1 document, made from the table of routes.
[[nodiscard]] Json openapi_document();

}  // namespace musubi
