#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/source_reply.h"
#include "broker/selectors.h"
#include "history/select.h"
#include "model/merge.h"

namespace musubi {

/// Entities that are asked for (EntitySelector, GS CIM 009 v1.9.1, 5.2.33, with several ids).
struct Selected {
    std::optional<TypeSelection> types;  ///< none: any
    std::vector<std::string> ids;
    std::optional<Pattern> id_pattern;
};

/// A question about entities, as it can be put to any source: what was asked here, in words that
/// can be sent on.
struct Question {
    std::vector<Selected> entities;  ///< at least one; what any of them selects
    std::vector<std::string> attrs;  ///< expanded; empty: all
    std::vector<std::string> datasets;
    std::string q;
    std::string georel;
    std::string geometry;
    std::string coordinates;
    std::string geoproperty;  ///< expanded
    std::string scopes;
    ContextPtr context;  ///< of the names in q, and of those in the request's body
    /// Of the evolution of entities: the temporal query (4.11) as parameters; none: of what is now.
    struct Temporal {
        TimeSelection time;
        std::vector<std::pair<std::string, std::string>> parameters;
    };
    std::optional<Temporal> temporal = {};
};
/// A part of the answer.
struct SourcePage {
    std::size_t limit = 20;
    std::size_t offset = 0;
    bool count = false;  ///< the source is to say how many there are, for which it looks at all
};

/// The question of the call's query string. `asked` is what read_entity_query made of it.
[[nodiscard]] Question question_of(const ApiCall& call, const EntityQuery& asked);
/// What several selectors select.
[[nodiscard]] std::vector<Selected> selected_by(const std::vector<EntitySelector>& selectors);
/// Takes over the geo-query of a body; `read` is what read_geo_query made of it.
void take_geo(const Json& geo, const GeoQuery& read, Question& question);
/// The same without what the whole of an entity must be there for (5.7.2.4, splitEntities).
[[nodiscard]] Question without_filters(Question question);
/// Who may have something of it. Fails: as Distributor::matching; BadRequest (csf).
Result<SourceQuery> source_query_of(const ApiCall& call, const Question& question,
                                    const EntityQuery& asked);

/// A request to a source, and how its answer is to be read.
struct Asked {
    SourceRequest request;
    SourceNames names;
    /// The filters did not go with it: they are to be applied to what comes back.
    bool unfiltered = false;
    /// The attributes that the answer can have; empty: any.
    std::vector<std::string> only;
};
/// Takes the requests out, in their order.
[[nodiscard]] std::vector<SourceRequest> requests_of(std::vector<Asked>& asked);
/// The requests for a page of the answer: one, but where the source takes no queries by POST and
/// several selections are asked for. Fails: ContextNotAvailable, MustWait.
Result<std::vector<Asked>> ask_query(const App& app, const ApiCall& call, const Question& question,
                                     const MatchedSource& source, const SourcePage& page);
/// The request for the one entity that the question is about: as a retrieval where the source does
/// such, or its evolution is asked for. Fails: as ask_query.
Result<Asked> ask_retrieval(const App& app, const ApiCall& call, const Question& question,
                            const MatchedSource& source);
/// Takes from a fragment the attributes that were not asked for; `only` empty: none.
void keep_only(const std::vector<std::string>& only, Entity& fragment);
/// True where the source answers questions about entities at all.
[[nodiscard]] bool answers_questions(const Registration& source);
[[nodiscard]] Precedence precedence_of(const Registration& source);

}  // namespace musubi
