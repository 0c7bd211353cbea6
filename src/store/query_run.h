#pragma once

#include <functional>

#include "store/index/entity_index.h"
#include "store/store.h"

namespace musubi {

/// Reads the present state of an entity; null where there is none.
using ReadEntity = std::function<Result<EntityPtr>(std::string_view id)>;

/// Answers a query: the index rules out, what is left is read, compared and held against what the
/// caller may read. Fails: as `read`.
Result<QueryResult> run_query(const EntityIndex& index, TenantId tenant, const Caller& caller,
                              const EntityQuery& query, const ReadEntity& read);

/// What the entities that the caller may read are made of, as far as they are shown: from the index
/// alone, but for types of which something is kept back. Fails: as `read`.
Result<std::vector<EntityShape>> run_shapes(const EntityIndex& index, TenantId tenant,
                                            const Caller& caller, const ReadEntity& read);

}  // namespace musubi
