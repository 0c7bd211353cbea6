#pragma once

#include <vector>

#include "api/distributed_read.h"
#include "api/entity_map_use.h"
#include "broker/selectors.h"

namespace musubi::api {

/// What a Query in a body (GS CIM 009 v1.9.1, 5.2.23) asks of entities.
struct QueryOfBody {
    ApiCall call;  ///< as if the body had stood in its query string
    EntityQuery query;
    /// Several: what any of them finds; one is in the query already.
    std::vector<EntitySelector> selectors;
    Json geo;  ///< its geo-query as it was written; null: none
};

/// Fails: BadRequest, TooComplexQuery; MustWait where it follows relationships and may not wait.
Result<QueryOfBody> read_query_of_body(const ApiCall& call, const Body& body);

/// The queries whose entities it asks for, one a selector.
[[nodiscard]] std::vector<EntityQuery> queries_of(const QueryOfBody& asked);

/// What it finds, each entity once, here and at the context sources that are registered for it
/// (5.7.2.4), as `show` writes it. Fails: as Store::query, and as `show`.
Result<Answer> answer_query_of_body(const App& app, const QueryOfBody& asked, ShowEntities show,
                                    const EntityMapUse& map = {});

}  // namespace musubi::api
