#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/query.h"

namespace musubi {

/// One entry of "entities" (EntitySelector, GS CIM 009 v1.9.1, 5.2.33).
struct EntitySelector {
    std::optional<TypeSelection> types;  ///< none: "*"
    std::string id;
    std::optional<Pattern> id_pattern;
    [[nodiscard]] bool matches(const std::string& entity_id,
                               const std::vector<std::string>& entity_types) const;
};

/// The text of a selection of types (4.17).
[[nodiscard]] std::string to_text(const TypeSelection& selection, const Context& context);

/// Reads the array. Fails: BadRequest, `where` is its JSON pointer.
Result<std::vector<EntitySelector>> read_selectors(const Json& json, const Context& context);
/// Reads a GeoQuery object: georel, geometry, coordinates, geoproperty (5.2.13).
/// Fails: BadRequest.
Result<GeoQuery> read_geo_query(const Json& json, const Context& context);

}  // namespace musubi
