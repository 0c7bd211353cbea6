#pragma once

#include <functional>

#include "store/key_value.h"
#include "store/store.h"

namespace musubi {

struct Retired {
    Batch batch;               ///< what takes it away
    std::uint64_t points = 0;  ///< states that go
};

/// Finds the chunks of history all of which is older than the span of their entity's type; the
/// first type of `spans` that applies decides, "*" applies to all. Fails: Io, Corrupt.
Result<Retired> find_retired(
    const KeyValueStore& kv, Time now, const RetentionSpans& spans,
    const std::function<Result<EntityPtr>(TenantId, std::string_view)>& read);
/// Adds what is known of entities deleted so long ago that nothing of their history is left.
/// Fails: Io, Corrupt.
Result<void> add_retired_departed(const KeyValueStore& kv, Time now, const RetentionSpans& spans,
                                  const std::vector<std::pair<std::string, TenantId>>& tenants,
                                  Retired& retired);
/// Adds what is known of what entities were of which nothing is left, neither they nor
/// `has_history` of theirs. Fails: Io, Corrupt, as `has_history`.
Result<void> add_forgotten(
    const KeyValueStore& kv, const std::vector<std::pair<std::string, TenantId>>& tenants,
    const std::function<Result<bool>(TenantId, std::string_view)>& has_history, Retired& retired);

}  // namespace musubi
