#pragma once

#include <string_view>

namespace musubi {

/// True where each character of the UTF-8 `text` can be seen: no controls, no spaces, no marks that
/// turn the direction of writing or take up no room, none that Unicode keeps for itself. Ids and
/// names must be told apart by eye. Broken UTF-8 is not visible.
[[nodiscard]] bool is_visible(std::string_view text);

}  // namespace musubi
