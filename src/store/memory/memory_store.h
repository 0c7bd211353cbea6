#pragma once

#include "store/key_value.h"

namespace musubi {

/// Keeps everything in memory and forgets it: for tests, demonstrations and back-tests. "Synced"
/// means applied.
[[nodiscard]] std::unique_ptr<KeyValueStore> make_memory_store();

}  // namespace musubi
