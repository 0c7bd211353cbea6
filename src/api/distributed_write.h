#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "api/source_reply.h"
#include "broker/distribution/write_plan.h"

namespace musubi {

/// A write on one entity, in which context sources may have a part (GS CIM 009 v1.9.1, 4.3.6, 5.6).
struct SharedWrite {
    SourceOperation operation;
    std::string id;
    std::vector<std::string> types;  ///< of the entity as the request names them; empty: not named
    std::vector<std::string> names;  ///< the attributes it writes, expanded; empty: the entity
    std::string_view method;
    /// Below /ngsi-ld/v1, with names compacted by the context given.
    std::function<std::string(const Context&)> path;
    Json body;           ///< null: none
    ContextPtr context;  ///< of the names in the body
    /// The members of the body are the attributes: a source gets those it has.
    bool cut = true;
    /// What could not be done is told of attributes (5.2.18), not of the entity (5.2.16).
    bool tells_attributes = false;
    /// Writes the entity as such: also where all its attributes are others' affair.
    bool of_entity = false;
    /// What it names is in one place alone: where somebody did it, that others do not have it is no
    /// fault.
    bool in_one_place = false;
    /// Where nothing is left to be done here; 201 as well where a source made it and `location` is
    /// given.
    int done_status = 204;
    std::string location;  ///< of what was made; empty: none
    /// The part that is done here, without the attributes that are others' affair (expanded).
    std::function<Result<Answer>(const std::vector<std::string>& not_ours)> here;
};

/// Does what is to be done here, and has the sources do theirs first. With `local`, or where no
/// source is concerned: all of it here. Fails: Forbidden where the caller may not write what a
/// source has; TooComplexQuery, ContextNotAvailable, MustWait.
Result<Answer> share_write(const App& app, const ApiCall& call, SharedWrite write);

/// Who does what of a write on the entity; a source takes it if it does any of `operations`.
/// `types` empty: those that it has here, if it is here. What of personal data goes to a source is
/// recorded here, before it does. Fails: Forbidden, TooComplexQuery, Io.
Result<WritePlan> plan_for(const App& app, const ApiCall& call,
                           std::span<const SourceOperation> operations, const std::string& id,
                           const std::vector<std::string>& types,
                           const std::vector<std::string>& names);
/// The request to the source of its share; `names`: the attributes that it has of it. Fails:
/// BadRequest, ContextNotAvailable, MustWait.
Result<SourceRequest> write_request(const App& app, const ApiCall& call, const SharedWrite& write,
                                    const RegistrationPtr& source,
                                    const std::vector<std::string>& names);
/// The problem of a source that ought to be given a part, and takes no such writes.
[[nodiscard]] Error not_supported(const Registration& source, SourceOperation operation);
/// Which of `all` are none of ours: those not in `left`.
[[nodiscard]] std::vector<std::string> not_in(const std::vector<std::string>& all,
                                              const std::vector<std::string>& left);
/// The names of the entity's attributes, each once.
[[nodiscard]] std::vector<std::string> attribute_names(const Entity& entity);
/// Takes attributes from it.
void remove_attributes(Entity& entity, const std::vector<std::string>& names);

}  // namespace musubi
