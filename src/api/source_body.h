#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "model/context.h"

namespace musubi {

/// What a source is sent of the body of a write on an entity: the members of the entity itself, and
/// the attributes in `names` (expanded). Without "@context".
[[nodiscard]] Json cut_body(const Json& body, const Context& context,
                            const std::vector<std::string>& names);
/// A body without its "@context".
[[nodiscard]] Json without_context(Json body);
/// An entity, a fragment of one, or an attribute, with its names written by another context
/// (GS CIM 009 v1.9.1, 4.3.6.6, jsonldContext).
[[nodiscard]] Json renamed(Json body, const Context& from, const Context& to);

}  // namespace musubi
