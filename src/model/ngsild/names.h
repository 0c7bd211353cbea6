#pragma once

#include <string_view>

namespace musubi::ngsild {

/// True where `text` may name a type or an attribute in a document: letters of any script, digits
/// and `_`, not beginning with a digit; or `prefix:name`; or an absolute IRI (GS CIM 009 v1.9.1,
/// 4.6.2). `-` is let through inside a name, since published models have it.
[[nodiscard]] bool is_name(std::string_view text);

}  // namespace musubi::ngsild
