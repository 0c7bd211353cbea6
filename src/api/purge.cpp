#include <algorithm>

#include "api/distributed_write.h"
#include "api/handlers.h"
#include "api/problem.h"
#include "api/source_question.h"
#include "api/use.h"
#include "broker/entities.h"
#include "broker/own_part.h"

namespace musubi::api {
namespace {

constexpr std::size_t kAtOnce = 1'000;  // entities of one commit

// What is taken from the entities that match: all of each, or attributes (5.6.21).
struct Purge {
    EntityQuery query;
    std::vector<std::string> drop;
    std::vector<std::string> keep;

    [[nodiscard]] bool whole() const { return drop.empty() && keep.empty(); }
    [[nodiscard]] bool takes(const std::string& name) const {
        const auto has = [&](const std::vector<std::string>& names) {
            return std::find(names.begin(), names.end(), name) != names.end();
        };
        return drop.empty() ? !has(keep) : has(drop);
    }
};

Result<Purge> read_purge(const ApiCall& call) {
    Purge purge{.query = TRY(read_entity_query(call)), .drop = {}, .keep = {}};
    TRY(check_entity_query(call, purge.query));
    if (purge.query.q && linked_depth(*purge.query.q) > 0) {
        return Error{ErrorCode::BadRequest, "a purge follows no relationships (5.6.21.4)", "q"};
    }
    for (const std::string& name : call.list("drop")) {
        purge.drop.push_back(call.context->expand(name));
    }
    for (const std::string& name : call.list("keep")) {
        purge.keep.push_back(call.context->expand(name));
    }
    if (!purge.drop.empty() && !purge.keep.empty()) {
        return Error{ErrorCode::BadRequest, "drop and keep do not go together", "keep"};
    }
    purge.query.limit = kAtOnce;
    purge.query.offset = 0;
    return purge;
}

// What of the entity is to go, goes, if it still matches.
Result<void> purge_one(Transaction& tx, const std::string& id, const Purge& purge) {
    EntityEdit* edit = TRY(tx.edit(id));
    const EntityPtr shown = TRY(tx.find(id));
    if (!shown || !matches(purge.query, *shown)) return {};
    if (purge.whole()) return tx.erase(id);
    for (const std::string& name : purge.drop) TRY(may_change(tx, *edit, name));
    const OwnPart own{tx, *edit};
    std::vector<std::pair<std::string, std::string>> gone;
    for (const Attribute& a : edit->state().attributes) {
        if (purge.takes(a.name) && own.has(a.name)) gone.emplace_back(a.name, a.dataset_id);
    }
    for (const auto& [name, dataset] : gone) edit->remove(name, dataset);
    return {};
}

/// What could not be done, here or at a source.
struct Faults {
    struct Fault {
        std::string id;            // of an entity; empty: what a source was to do as a whole
        std::string registration;  // empty: here
        Json problem;
    };
    std::vector<Fault> faults;
};

Json to_json(const Faults& faults) {
    Json::Array list;
    for (const Faults::Fault& fault : faults.faults) {
        Json item;
        if (!fault.id.empty()) item.set("entityId", fault.id);
        if (!fault.registration.empty()) item.set("registrationId", fault.registration);
        item.set("error", fault.problem);
        list.push_back(std::move(item));
    }
    Json body;
    body.set("success", Json{Json::Array{}});
    body.set("errors", std::move(list));
    return body;
}

// The purge of what is here: in commits of 1,000 entities; one that may not be changed stays.
Result<void> purge_here(const App& app, const ApiCall& call, Purge purge, Faults& faults) {
    while (true) {
        const QueryResult found = TRY(app.store.query(call.caller, purge.query));
        if (found.entities.empty()) return {};
        std::vector<EntityPtr> failed;  // of which the answer tells
        TRY(app.store.commit(call.caller, [&](Transaction& tx) -> Result<void> {
            for (const EntityPtr& entity : found.entities) {
                auto done = purge_one(tx, entity->id, purge);
                if (done || done.error().code == ErrorCode::NotFound) continue;
                if (done.error().code != ErrorCode::Forbidden) return done;
                failed.push_back(entity);
                faults.faults.push_back({entity->id, {}, problem_details(done.error())});
            }
            return {};
        }));
        TRY(record_access(app, call, failed));
        // Those that stay are passed over in the next round.
        purge.query.offset += purge.whole() ? failed.size() : found.entities.size();
    }
}

HttpResponse purge_reply(const ApiCall& call, const Faults& faults) {
    if (faults.faults.empty()) return empty_response(call);
    return json_response(call, to_text(to_json(faults)), 207);
}

// The same purge, as a source is asked for it: the query string as it came.
Result<SourceRequest> purge_request(const App& app, const ApiCall& call,
                                    const RegistrationPtr& source) {
    const SourceNames names = TRY(query_names_for(app, call, call.context, *source));
    SourceTarget target{"/entities"};
    target.add("type", TRY(types_for(call, names)));
    for (const auto& [name, value] : call.params) {
        if (name != "local" && name != "csf" && name != "type") target.add(name, value);
    }
    return SourceRequest{.source = source,
                         .method = "DELETE",
                         .target = target.add_local(*source).take(),
                         .headers = source_headers(*source, names),
                         .body = {}};
}

// What sources are to purge as well (5.6.21.4); one to which it belongs alone and that does not
// take it is a fault.
Result<std::vector<SourceRequest>> purge_requests(const App& app, const ApiCall& call,
                                                  const Purge& purge, Faults& faults) {
    std::vector<SourceRequest> out;
    if (!is_shared(app, call)) return out;
    const SourceQuery query =
        TRY(source_query_of(call, question_of(call, purge.query), purge.query));
    for (const MatchedSource& source : TRY(app.distributor.matching(origin_of(call), query))) {
        const Registration& registration = *source.registration;
        if (registration.mode == RegistrationMode::Auxiliary) continue;
        if (registration.does(SourceOperation::PurgeEntity)) {
            if (!call.caller.access->covers(registration.types())) {
                return Error{ErrorCode::Forbidden, "this key may not write all that a source has"};
            }
            out.push_back(TRY(purge_request(app, call, source.registration)));
        } else if (registration.mode != RegistrationMode::Inclusive) {
            faults.faults.push_back(
                {{},
                 registration.id,
                 problem_details(not_supported(registration, SourceOperation::PurgeEntity))});
        }
    }
    return out;
}

}  // namespace

// PUT, PATCH /entities: what is left of a path without its id
Result<Answer> need_entity_id(const App&, const ApiCall&) {
    return Error{ErrorCode::BadRequest, "the id of the entity is missing from the path",
                 "entityId"};
}

// DELETE /entities (6.4.3.3): at the sources, then here
Result<Answer> purge_entities(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    TRY(need_write(call));
    const Purge purge = TRY(read_purge(call));
    TRY(begin_use(app, call, AccessAction::Delete, purge.query.types));
    auto faults = std::make_shared<Faults>();
    auto requests = TRY(purge_requests(app, call, purge, *faults));
    if (requests.empty()) {
        TRY(purge_here(app, call, purge, *faults));
        return Answer{purge_reply(call, *faults)};
    }
    return Answer{ask_sources(
        app, call, std::move(requests),
        [&app, call, purge, faults](const std::vector<SourceReply>& replies) -> Result<Answer> {
            for (const SourceReply& reply : replies) {
                Json problem = problem_in(reply);
                if (!problem.is_null()) {
                    faults->faults.push_back({{}, reply.source->id, std::move(problem)});
                }
            }
            TRY(purge_here(app, call, purge, *faults));
            return Answer{purge_reply(call, *faults)};
        })};
}

}  // namespace musubi::api
