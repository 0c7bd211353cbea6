#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace musubi {

/// What people call a type or an attribute of the data models that Musubi's packs use.
struct ModelName {
    std::string_view name;  ///< the last part of its IRI
    std::string_view ja;
    std::string_view en;
};

/// Nothing: it has no name of its own, and is called by the last part of its IRI.
[[nodiscard]] std::optional<ModelName> model_name(std::string_view iri);

}  // namespace musubi
