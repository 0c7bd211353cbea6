#pragma once

#include <string>
#include <string_view>

namespace musubi {

/// Whether people see nothing in it: no character of it is visible (visible_text.h). An empty
/// text is blank.
[[nodiscard]] bool is_blank(std::string_view text);
/// Whether it can be a name: it has a letter or digit of some script, not marks alone.
[[nodiscard]] bool is_name(std::string_view text);
/// Whether nothing of a text on one line steers what shows it: no controls, no ends of lines, no
/// marks that turn the direction of writing (UAX 9, 2). `plain_text` may have line feeds and tabs.
[[nodiscard]] bool is_plain_line(std::string_view text);
[[nodiscard]] bool is_plain_text(std::string_view text);
/// The text on one line for a terminal or a log: what is_plain_line has not is written as \n, \t or
/// \u{202e}, so that no text can hide or feign a line beside it.
[[nodiscard]] std::string plain_line(std::string_view text);

}  // namespace musubi
