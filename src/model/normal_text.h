#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace musubi {

/// One form for texts that look and mean the same (Unicode NFKC, UAX #15): full-width letters are
/// plain ones, marks are joined with what they stand on. Fails: BadRequest where `text` is no
/// UTF-8.
Result<std::string> to_nfkc(std::string_view text);
/// The same without the difference of large and small letters, and without what can not be seen
/// (NFKC_Casefold, UAX #31): for names that must not be taken for another. Fails: BadRequest.
Result<std::string> to_nfkc_casefold(std::string_view text);
/// True where all its letters are of scripts that Japan writes in: Latin, kana and kanji. The `о`
/// of another script is not an `o` (UTS #39).
[[nodiscard]] bool is_in_scripts_of_japan(std::string_view text);
/// How many characters (code points) the UTF-8 `text` has.
[[nodiscard]] std::size_t count_characters(std::string_view text);

}  // namespace musubi
