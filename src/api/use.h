#pragma once

#include "api/call.h"
#include "trust/access_journal.h"

namespace musubi {

/// Begins a use of data: refuses one of a personal type that states neither purpose nor ground, and
/// notes it for the dry runs of policies. `types`: as the request selects them; none: of any type.
/// `follows`: it also looks at what entities link to, of any type. Counts a use of permissions with
/// a limit. Fails: Forbidden, saying which headers are missing; MustWait, Busy, Io.
Result<void> begin_use(const App& app, const ApiCall& call, AccessAction action,
                       const std::optional<TypeSelection>& types, bool follows = false);
/// The same of a query, which may look at what entities link to. Fails: as above.
Result<void> begin_use(const App& app, const ApiCall& call, const EntityQuery& query);
/// Refuses as that does, and begins nothing: it will be asked later, with what was stated now.
Result<void> need_ground(const App& app, const ApiCall& call, const EntityQuery& query);
/// The same of types, for what shows them to the caller as a whole, or sends them elsewhere: the
/// caller may read each entity of those that are personal (empty: of any type). Fails: Forbidden.
Result<void> need_whole_types(const App& app, const ApiCall& call,
                              const std::vector<std::string>& types);
/// The same of one entity that was asked for by its id; `shown`: what is shown of it, null:
/// nothing. Fails: Forbidden as above where it is there and personal, NotFound where nothing is
/// shown.
Result<void> begin_use(const App& app, const ApiCall& call, std::string_view id,
                       const EntityPtr& shown);

/// Whether the caller is shown all of the entity as it is: nothing hidden, nothing coarser.
[[nodiscard]] bool sees_whole(const Caller& caller, const EntityPtr& entity);

/// Writes into the journal what leaves of personal data, before it does: which entities, for which
/// purpose, on which ground, who decided. Nothing where none of them is of a personal type.
/// Fails: Io: then nothing may leave.
Result<void> record_access(const App& app, const ApiCall& call,
                           const std::vector<EntityPtr>& entities);
/// The same of a part of an entity that a write brings to a context source, with its types
/// (expanded; empty: not known). `source`: id of its registration.
Result<void> record_sent(const App& app, const ApiCall& call, const AccessedEntity& entity,
                         std::string_view source);
/// The types that a request asks about.
struct AskedTypes {
    std::vector<std::string> named;  ///< expanded
    bool any = false;                ///< of any type as well
    bool unbound = false;            ///< also of what the caller may not see

    void add(const EntityQuery& query);
    [[nodiscard]] static AskedTypes of(const EntityQuery& query);
};
/// The same of an answer to a question, whose number (`matches`: how many fit, as far as the answer
/// tells) or emptiness says something of data that are not in it: where it is about personal types
/// that the caller may use, the question is an entry too, without its words.
Result<void> record_answer(const App& app, const ApiCall& call, const AskedTypes& asked,
                           const std::vector<EntityPtr>& entities, std::size_t matches);
/// The same of ids alone, also of entities that are no more. Reads each of them, and refuses where
/// one is personal and neither purpose nor ground is stated. Fails: MustWait and Forbidden as well.
Result<void> record_ids(const App& app, const ApiCall& call, const std::vector<std::string>& ids);
/// Who decided on a use outside the purpose by a request that changes something, before it does:
/// which entities it changes is an entry of its own (trust/change_journal.h).
Result<void> record_decision(const App& app, const ApiCall& call);
/// The same of what leaves without a request: `way` says how.
Result<void> record_access(const App& app, const Caller& caller, TenantId owner,
                           std::string_view way, const std::vector<EntityPtr>& entities);

}  // namespace musubi
