#pragma once

#include <string>

#include "model/ngsild.h"

namespace musubi {

/// Appends the entity as a GeoJSON Feature (GS CIM 009 v1.9.1, 4.5.16): its geometry is that of
/// `property` (expanded; empty: location), null where there is none; the rest is in "properties",
/// as write_entity writes it.
void append_feature(std::string& out, const Entity& entity, const Context& context,
                    const WriteOptions& options, std::string_view property = {});

}  // namespace musubi
