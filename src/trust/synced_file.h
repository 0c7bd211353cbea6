#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace musubi {

/// Puts a file there whole or not at all, also where the power goes: written beside it, synced,
/// renamed, and the folder synced. Fails: Io.
Result<void> write_synced_file(const std::string& file, std::string_view bytes, mode_t mode);
/// What is in a file. Fails: Io; TooLarge beyond `max_bytes`.
Result<std::string> read_file_bytes(const std::string& file, std::size_t max_bytes);
/// What is in a file that its owner alone may read; where there is none it is made of what `make`
/// gives: mode 0600, synced, there whole or not at all. Fails: Io, TooLarge; Conflict where others
/// may read it.
Result<std::string> read_or_make_private_file(const std::string& file, std::size_t max_bytes,
                                              const std::function<std::string()>& make);
/// Makes what was made, renamed or removed in a folder durable. Fails: Io.
Result<void> sync_folder(const std::string& folder);

}  // namespace musubi
