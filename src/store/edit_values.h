#pragma once

#include <string>

#include "store/transaction.h"

/// What services write their entities with.
namespace musubi {

/// `{"@type": "DateTime", "@value": "..."}` (GS CIM 009 v1.9.1, 4.6.3).
[[nodiscard]] Json date_time(Time time);
[[nodiscard]] Attribute property_of(const std::string& name, Json value);
/// Sets a Property; leaves it where it says the same already.
void set_value(EntityEdit& edit, const std::string& name, Json value);

}  // namespace musubi
