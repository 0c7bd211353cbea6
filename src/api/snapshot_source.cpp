#include "api/snapshot_source.h"

#include <algorithm>
#include <future>

#include "api/problem.h"
#include "api/query_body.h"
#include "api/representation.h"
#include "api/source_request.h"
#include "api/temporal_request.h"
#include "api/use.h"
#include "broker/snapshots/snapshot.h"

namespace musubi {
namespace {

// A call that no request made.
Result<ApiCall> call_of_snapshot(const App& app, const Caller& caller, const ContextPtr& names) {
    static const HttpRequest kNone = [] {
        HttpRequest request;
        request.path = "/ngsi-ld/v1/snapshots";  // what the journal calls the way
        return request;
    }();
    ApiCall call{.request = kNone, .caller = caller, .path = {}};
    call.tenant = call.owner = TRY(app.store.tenant(caller.tenant));
    call.context = names;
    call.may_wait = call.may_fetch = true;
    return call;
}

// What is linked would have to be kept beside; it can be queried for.
Result<void> no_join(const Json& query) {
    if (query.find("join") == nullptr) return {};
    return Error{ErrorCode::Unsupported,
                 "a snapshot does not join linked entities; query for them as well", "/join"};
}

bool shows(const WriteOptions& options, const Attribute& a) {
    const auto has = [&](const std::vector<std::string>& names) {
        return std::find(names.begin(), names.end(), a.name) != names.end();
    };
    if (!options.attrs.empty() && !has(options.attrs)) return false;
    if (!options.pick.empty() && find(options.pick, a.name) == nullptr) return false;
    if (find(options.omit, a.name) != nullptr) return false;
    const std::string dataset = a.dataset_id.empty() ? std::string("@none") : a.dataset_id;
    return options.datasets.empty() || std::find(options.datasets.begin(), options.datasets.end(),
                                                 dataset) != options.datasets.end();
}

// The entity as far as the query shows it; id and type are needed to keep it.
EntityPtr projected(const EntityPtr& entity, const WriteOptions& options) {
    const bool scoped = (options.pick.empty() || find(options.pick, "scope") != nullptr) &&
                        find(options.omit, "scope") == nullptr;
    const bool whole = scoped && std::all_of(entity->attributes.begin(), entity->attributes.end(),
                                             [&](const Attribute& a) { return shows(options, a); });
    if (whole) return entity;
    auto out = std::make_shared<Entity>(*entity);
    erase_if(out->attributes, [&](const Attribute& a) { return !shows(options, a); });
    if (!scoped) out->scopes.clear();
    return out;
}

// Waits until context sources have given their part; each has its time-out.
Result<Answer> wait_for(std::shared_ptr<Later> later) {
    auto ready = std::make_shared<std::promise<void>>();
    std::future<void> waited = ready->get_future();
    later->start([ready] { ready->set_value(); });
    waited.wait();
    return later->finish();
}

Error too_many(std::size_t most) {
    return {ErrorCode::TooLarge, "this query of a snapshot brings at most " + std::to_string(most) +
                                     " entities; divide it into several"};
}

// A dataset's default is the empty name in history.
void project(const TemporalQuery& query, EvolutionView& view) {
    std::erase_if(view.series, [&](const Series& s) {
        return !query.shows(s.name == iri::kScope ? "scope" : std::string_view(s.name));
    });
}

}  // namespace

Result<void> check_snapshot_query(const App& app, const ApiCall& call, const Json& query,
                                  const ContextPtr& names) {
    TRY(no_join(query));
    ApiCall asking = call;
    asking.params.clear();
    asking.context = names;
    const Body body{query, names};
    if (query.find("temporalQ") != nullptr) {
        const auto request = TRY(api::read_evolution_request(app, asking, body));
        for (const EntityQuery& one : request.selections) TRY(need_ground(app, call, one));
    } else {
        const api::QueryOfBody asked = TRY(api::read_query_of_body(asking, body));
        TRY(write_options(app, asked.call));
        for (const EntityQuery& one : api::queries_of(asked)) TRY(need_ground(app, call, one));
    }
    return {};
}

Result<std::vector<EntityPtr>> QuerySource::entities(const Caller& caller, const Json& query,
                                                     const Json& names,
                                                     const std::string& decided_by) const {
    TRY(no_join(query));
    const TenantId tenant = TRY(app_.store.tenant(caller.tenant));
    const ContextPtr context =
        TRY(app_.contexts.resolve(names, {.tenant = tenant, .fetch = ContextFetch::Now}));
    ApiCall call = TRY(call_of_snapshot(app_, caller, context));
    call.decided_by = decided_by;
    TRY(need_read(call));
    api::QueryOfBody asked = TRY(api::read_query_of_body(call, {query, context}));
    const WriteOptions options = TRY(write_options(app_, asked.call));
    const std::size_t most =
        is_shared(app_, asked.call) ? Snapshot::kMaxShared : Snapshot::kMaxEntities;
    asked.query.limit = most + 1;
    auto found = std::make_shared<std::vector<EntityPtr>>();
    Answer answer = TRY(api::answer_query_of_body(
        app_, asked, [found](const QueryResult& result) -> Result<HttpResponse> {
            *found = result.entities;
            return HttpResponse{};
        }));
    while (const auto* later = std::get_if<std::shared_ptr<Later>>(&answer)) {
        answer = TRY(wait_for(*later));
    }
    if (found->size() > most) return too_many(most);
    AskedTypes types;
    for (const EntityQuery& one : api::queries_of(asked)) types.add(one);
    TRY(record_answer(app_, call, types, *found, found->size()));
    for (EntityPtr& entity : *found) entity = projected(entity, options);
    return std::move(*found);
}

Result<std::vector<EvolutionView>> QuerySource::evolutions(const Caller& caller, const Json& query,
                                                           const Json& names,
                                                           const std::string& decided_by) const {
    TRY(no_join(query));
    const TenantId tenant = TRY(app_.store.tenant(caller.tenant));
    const ContextPtr context =
        TRY(app_.contexts.resolve(names, {.tenant = tenant, .fetch = ContextFetch::Now}));
    ApiCall call = TRY(call_of_snapshot(app_, caller, context));
    call.decided_by = decided_by;
    TRY(need_read(call));
    api::EvolutionRequest request =
        TRY(api::read_evolution_request(app_, call, Body{query, context}));
    request.page.limit = Snapshot::kMaxEntities + 1;
    AskedTypes types;
    for (const EntityQuery& one : request.selections) {
        TRY(begin_use(app_, call, one));
        types.add(one);
    }
    api::FoundEvolutions found = TRY(api::find_evolutions(app_, call, request));
    if (found.views.size() > Snapshot::kMaxEntities) return too_many(Snapshot::kMaxEntities);
    std::vector<EntityPtr> entities;
    for (const EvolutionView& view : found.views) entities.push_back(view.entity);
    TRY(record_answer(app_, call, types, entities, entities.size()));
    for (EvolutionView& view : found.views) project(request.temporal, view);
    return std::move(found.views);
}

Json QuerySource::problem(const Error& error) const { return problem_details(error); }

}  // namespace musubi
