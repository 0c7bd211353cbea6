#pragma once

#include <functional>

#include "store/dictionary.h"
#include "store/key_value.h"
#include "store/keys.h"

namespace musubi {

/// Hands over every entity that is kept, in the order of their keys. Entities are decoded on a
/// second thread while the next ones are read: a start waits for this. Memory: some thousand
/// entities at a time. Fails: Io, Corrupt (also an entity that can not be read).
Result<void> each_entity(const KeyValueStore& kv, const Dictionary& dictionary,
                         const std::function<void(TenantId, const Entity&)>& take);

}  // namespace musubi
