#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "api/temporal_request.h"
#include "broker/entity_maps.h"

namespace musubi::api {

/// What was found of the evolution of entities, here and at context sources.
struct SharedEvolutions {
    std::vector<EvolutionView> views;  ///< of the page that was asked for
    std::optional<std::size_t> count;  ///< of all that match, where it was asked for
    /// Where each entity that matches was found, where that was asked for.
    std::vector<EntityMapEntry> places = {};
    std::optional<Time> reached = {};  ///< the time at which a source had to stop (206)
};
/// Makes the answer of it.
using ShowEvolutions = std::function<Result<HttpResponse>(SharedEvolutions)>;
/// What is here of the evolution of one entity; none: nothing is known of it.
using OwnEvolution = std::function<Result<std::optional<EvolutionView>>()>;

/// Retrieves the evolution of the entity `id` from here and from every context source that may have
/// some of it (GS CIM 009 v1.9.1, 5.7.3.4); `show` is given one view, or none, and places. Null
/// where no source is concerned. Fails: TooComplexQuery, ContextNotAvailable, MustWait.
Result<std::shared_ptr<Later>> retrieve_evolution_from_sources(
    const App& app, const ApiCall& call, const std::string& id, const TemporalQuery& query,
    const std::pair<OwnEvolution, ShowEvolutions>& own_and_show);

/// What of a query is of interest beside its page.
struct EvolutionsWanted {
    bool places = false;  ///< where everything that matches was found
    EntityMapPtr map;     ///< not null: a page of this map, and its sources alone (5.5.14)
};
/// Queries here and at every source concerned (5.7.4.4). Null where no source is concerned. Fails:
/// as retrieve_evolution_from_sources; BadRequest (orderBy: of what is here alone).
Result<std::shared_ptr<Later>> query_evolutions_at_sources(const App& app, const ApiCall& call,
                                                           const EvolutionRequest& request,
                                                           const EvolutionsWanted& wanted,
                                                           ShowEvolutions show);

}  // namespace musubi::api
