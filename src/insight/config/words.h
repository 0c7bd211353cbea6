#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace musubi {

/// What may stand in the words of a rule.
struct WordValues {
    std::string name;                 ///< {name}: of the entity or the feed
    std::optional<double> value;      ///< {value}, two decimals
    std::optional<double> threshold;  ///< {threshold}, two decimals
    std::string unit;                 ///< {unit}: UN/CEFACT code; common ones as people write them
    std::optional<std::int64_t> minutes;  ///< {minutes}: horizon, or how long it has been silent
    std::optional<std::int64_t> count;    ///< {count}: how many are silent
};

/// Fails: BadRequest, naming a placeholder that does not exist or is not closed.
Result<void> check_words(std::string_view words);
/// The words with their values; what is not known reads "―".
[[nodiscard]] std::string fill_words(std::string_view words, const WordValues& values);

}  // namespace musubi
