#pragma once

#include <optional>
#include <string>

#include "cli/config.h"
#include "trust/journal/record.h"
#include "trust/keys.h"

namespace musubi {

/// An installation without any key gets its first one; it is printed this once. Who owns the folder
/// may ask for another. Nothing: none was made. Fails: as Keys::create.
Result<std::optional<std::string>> first_key(Store& store, Keys& keys, Random& random,
                                             const Config& config);
/// What the journal keeps of it: the key that was made last is the first one, or the one that
/// --new-key made.
[[nodiscard]] JournalEntry first_key_entry(const Keys& keys);

}  // namespace musubi
