#pragma once

#include <memory>
#include <optional>
#include <string>

#include "api/call.h"
#include "api/distributed_read.h"
#include "broker/entity_maps.h"

namespace musubi {

/// What a request says of entity maps (GS CIM 009 v1.9.1, 5.5.14, 6.3.21).
struct EntityMapUse {
    bool make = false;  ///< a new one is asked for, or the one that is named is gone
    EntityMapPtr map;   ///< the one that is named, and lives
    std::string named;  ///< as the header has it
    Duration lifetime;  ///< of a new one; zero: not said
};
/// entityMap, entityMapLifetime, and the header NGSILD-EntityMap. Fails: BadRequest.
Result<EntityMapUse> read_entity_map_use(const App& app, const ApiCall& call);

/// Where the map is.
[[nodiscard]] std::string location_of(const EntityMap& map);
/// Makes one, and tells where it is.
EntityMapPtr make_entity_map(const App& app, const ApiCall& call, const EntityMapUse& use,
                             std::vector<EntityMapEntry> entries, HttpResponse& response);
/// A map with 200. Its ids leave: those of personal types are recorded first. Fails: MustWait, Io.
Result<HttpResponse> show_entity_map(const App& app, const ApiCall& call, const EntityMap& map);
/// 201 with a new map and where it is (6.34.3.1). Fails: as show_entity_map.
Result<HttpResponse> entity_map_response(const App& app, const ApiCall& call,
                                         const EntityMapUse& use,
                                         std::vector<EntityMapEntry> entries);
/// The same for an answer of one entity, or of none.
void map_one(const App& app, const ApiCall& call, const EntityMapUse& use, EntityMapEntry entry,
             HttpResponse& response);

/// A query whose answer is a page of `use.map` (5.5.14): entities that are no more are taken from
/// the map. Fails: as query_sources.
Result<Answer> query_by_map(const App& app, const ApiCall& call, SharedQuery query,
                            const EntityMapUse& use);
/// A query of which a map is made: `query.found` is told what was found and where, before
/// `query.show`. Fails: as query_sources; TooComplexQuery beyond EntityMaps::kMaxEntities.
Result<Answer> query_for_map(const App& app, const ApiCall& call, const SharedQuery& query);

/// The one or the other, as `use` says: a new map is told with 201 (6.4.3.2).
Result<Answer> query_with_map(const App& app, const ApiCall& call, SharedQuery query,
                              const EntityMapUse& use);

}  // namespace musubi
