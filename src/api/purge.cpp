#include <algorithm>

#include "api/handlers.h"
#include "api/problem.h"
#include "broker/entities.h"

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
    if (!matches(purge.query, edit->state())) return {};
    if (purge.whole()) return tx.erase(id);
    std::vector<std::pair<std::string, std::string>> gone;
    for (const Attribute& a : edit->state().attributes) {
        if (purge.takes(a.name)) gone.emplace_back(a.name, a.dataset_id);
    }
    for (const auto& [name, dataset] : gone) edit->remove(name, dataset);
    return {};
}

Json problems_of(const std::vector<std::pair<std::string, Error>>& errors) {
    Json::Array list;
    for (const auto& [id, error] : errors) {
        Json item;
        item.set("entityId", id);
        item.set("error", problem_details(error));
        list.push_back(std::move(item));
    }
    Json body;
    body.set("success", Json{Json::Array{}});
    body.set("errors", std::move(list));
    return body;
}

}  // namespace

// PUT, PATCH /entities: what is left of a path without its id
Result<Answer> need_entity_id(const App&, const ApiCall&) {
    return Error{ErrorCode::BadRequest, "the id of the entity is missing from the path",
                 "entityId"};
}

// DELETE /entities (6.4.3.3): in commits of 1,000 entities; one that may not be changed stays, and
// is named in a 207
Result<Answer> purge_entities(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    Purge purge = TRY(read_purge(call));
    std::vector<std::pair<std::string, Error>> errors;
    while (true) {
        const QueryResult found = TRY(app.store.query(call.caller, purge.query));
        if (found.entities.empty()) break;
        const std::size_t failed = errors.size();
        TRY(app.store.commit(call.caller, [&](Transaction& tx) -> Result<void> {
            for (const EntityPtr& entity : found.entities) {
                auto done = purge_one(tx, entity->id, purge);
                if (done || done.error().code == ErrorCode::NotFound) continue;
                if (done.error().code != ErrorCode::Forbidden) return done;
                errors.emplace_back(entity->id, std::move(done).error());
            }
            return {};
        }));
        // Those that stay are passed over in the next round.
        purge.query.offset += purge.whole() ? errors.size() - failed : found.entities.size();
    }
    if (errors.empty()) return Answer{empty_response(call)};
    return Answer{json_response(call, to_text(problems_of(errors)), 207)};
}

}  // namespace musubi::api
