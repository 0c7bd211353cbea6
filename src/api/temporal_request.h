#pragma once

#include <vector>

#include "api/source_question.h"
#include "broker/selectors.h"
#include "broker/temporal.h"

namespace musubi::api {

/// What a request asks of the evolution of entities.
struct EvolutionRequest {
    TemporalQuery temporal;
    InstanceConditions conditions;
    /// Entities that any of these finds; limit, offset and count are those of `page`.
    std::vector<EntityQuery> selections;
    EntityQuery page;
    enum class Order { Any, Ascending, Descending } order = Order::Any;  ///< of ids
    /// splitEntities: what is asked of attributes is asked of whole entities alone (5.7.4.4).
    bool split = false;
    Question question = {};      ///< the same as it is put to context sources
    SourceQuery concerned = {};  ///< and which of them may have something of it
};

/// timerel, timeAt, endTimeAt, timeproperty, lastN, attrs, pick, omit, datasetId, lang and the
/// format (6.18.3.2, 6.19.3.1). Fails: BadRequest, naming the parameter.
Result<TemporalQuery> read_temporal_query(const App& app, const ApiCall& call);
/// GET /temporal/entities (6.18.3.2). Fails: BadRequest, TooComplexQuery.
Result<EvolutionRequest> read_evolution_request(const App& app, const ApiCall& call);
/// The same as a Query in the body (5.2.23); limit, offset, count and options stay in the query
/// string (6.24.3.1). Fails: BadRequest, `where` is the JSON pointer or the member's name.
Result<EvolutionRequest> read_evolution_request(const App& app, const ApiCall& call,
                                                const Body& body);

/// The temporal query as parameters, to be put to context sources.
[[nodiscard]] Question::Temporal temporal_of(const ApiCall& call, const TemporalQuery& query);

struct FoundEvolutions {
    std::vector<EvolutionView> views;  ///< of the page
    std::size_t matched = 0;           ///< up to the end of the page; of all where it counts
    std::vector<std::string> ids;      ///< of all that match, where that was asked for
};
/// Of the entities that are there and those of the past (5.7.4.4). `all`: every entity that matches
/// is to be known by its id. Reads history: may wait for the disk. Fails: TooComplexQuery,
/// NoTenant, Io, Corrupt.
Result<FoundEvolutions> find_evolutions(const App& app, const ApiCall& call,
                                        const EvolutionRequest& request, bool all = false);

}  // namespace musubi::api
