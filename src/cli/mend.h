#pragma once

#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace musubi {

/// Makes an entity of published data one that NGSI-LD takes, where that needs no guessing at what
/// it says: an id that is no URI becomes urn:ngsi-ld:TYPE:ID; an attribute with a type that NGSI-LD
/// does not have becomes a Property; what can not be read (a time that is none, a relationship that
/// names nothing) is left out. Returns what was done, one sentence each, with the place; none where
/// it was well. Fails: BadRequest, where it is beyond that; `entity` is then as far as it came.
Result<std::vector<std::string>> mend_entity(Json& entity);

}  // namespace musubi
