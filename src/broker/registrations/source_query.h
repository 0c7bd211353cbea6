#pragma once

#include <optional>
#include <string>
#include <vector>

#include "broker/registrations/registration.h"
#include "broker/selectors.h"
#include "history/select.h"
#include "model/scope.h"

namespace musubi {

/// What is asked of the sources: by an operation on entities, a query of registrations, or a
/// subscription to them (GS CIM 009 v1.9.1, 5.10.2, 5.12).
struct SourceQuery {
    /// One that matches is enough; empty: any entity.
    std::vector<EntitySelector> entities;
    std::vector<std::string> attributes;   ///< expanded; empty: all
    std::vector<std::string> dataset_ids;  ///< "@none": the default one; empty: all
    std::optional<QueryNode> csf;          ///< on context source properties
    std::optional<GeoQuery> geo;
    std::optional<ScopeQuery> scope;
    /// None: only sources that give what is true now (Registration::is_latest).
    std::optional<TimeSelection> time;
    /// An operation on the evolution of entities (5.6.11 - 5.6.16, 5.7.3, 5.7.4): sources that name
    /// no span of time as well; without a time, all.
    bool evolution = false;
};

/// The places in `information` that match the entities and attributes; none: the registration does
/// not match. Ids, patterns and types are compared as in 5.12; where the source names its
/// entities by a pattern and so does the query, they are taken to have some in common.
[[nodiscard]] std::vector<std::size_t> matching_information(const Registration& registration,
                                                            const SourceQuery& query);
/// Whether the rest of the query matches as well, taken at its word: a geo-query needs a geometry
/// that it matches, a scope query a scope, a time an interval that it meets (4.11: observedAt the
/// observationInterval, createdAt and modifiedAt the managementInterval).
[[nodiscard]] bool matches_conditions(const Registration& registration, const SourceQuery& query);
/// Whether the source may hold something that the query asks for: a geo-query leaves out only what
/// lies elsewhere.
[[nodiscard]] bool may_answer(const Registration& registration, const SourceQuery& query);

/// True where the entity is one that the registration speaks of, with an attribute of it.
[[nodiscard]] bool covers(const Registration& registration, const Entity& entity);

}  // namespace musubi
