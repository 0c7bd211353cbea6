#pragma once

#include <functional>
#include <memory>

#include "api/source_question.h"
#include "broker/entity_maps.h"
#include "store/store.h"

namespace musubi {

/// Retrieves the entity `id` from here and from every context source that may have some of it
/// (GS CIM 009 v1.9.1, 5.7.1.4). `show` is given what there is of it (null: nothing that the
/// caller may read) and where that was (as EntityMapEntry), and makes the answer. Null where no
/// source is concerned. Fails: BadRequest, TooComplexQuery, ContextNotAvailable, MustWait.
using ShowEntity =
    std::function<Result<HttpResponse>(const EntityPtr&, const std::vector<std::string>& sources)>;
Result<std::shared_ptr<Later>> retrieve_from_sources(const App& app, const ApiCall& call,
                                                     const std::string& id,
                                                     const WriteOptions& options, ShowEntity show);

/// What a query finds here: its limit and offset are as asked.
using LocalQuery = std::function<Result<QueryResult>(const EntityQuery&)>;
/// Makes the answer of what was found.
using ShowEntities = std::function<Result<HttpResponse>(const QueryResult&)>;

/// A query of what is here and of what sources have.
struct SharedQuery {
    Question question;
    EntityQuery asked;
    LocalQuery local;
    ShowEntities show;
    bool split = false;  ///< splitEntities: filters are applied to whole entities alone
    /// Wants to know, before the answer is shown, where each entity that matches was found; none:
    /// nobody does.
    std::function<void(std::vector<EntityMapEntry>)> found = nullptr;
};
/// Queries here and at every source concerned (5.7.2.4). The entities of a page stand in the order
/// of what is here, then of the sources. Null where no source is concerned. Fails: as
/// retrieve_from_sources; BadRequest (orderBy: only for what is here alone, 4.23).
Result<std::shared_ptr<Later>> query_sources(const App& app, const ApiCall& call,
                                             SharedQuery query);

}  // namespace musubi
