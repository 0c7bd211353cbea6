#pragma once

#include <string>
#include <string_view>

namespace musubi {

/// Whether what is said of a role tells of digital knowledge: it has one of the words of
/// docs/diagnosis.md, Japanese ones anywhere, Latin ones as a whole word.
[[nodiscard]] bool tells_of_digital_knowledge(std::string_view text);
/// The function of a link by its name: wifi-halow, local-5g, satellite, or other.
[[nodiscard]] std::string link_function(std::string_view name);

}  // namespace musubi
