#include "broker/temporal.h"

#include <algorithm>
#include <unordered_set>

#include "api/distributed_evolutions.h"
#include "api/entity_map_use.h"
#include "api/former_types.h"
#include "api/handlers.h"
#include "api/temporal_request.h"
#include "api/use.h"
#include "store/departed.h"

namespace musubi::api {
namespace {

// One that a request selects: as it is, or what it was where it was deleted.
struct Candidate {
    EntityPtr entity;
    std::optional<Time> deleted_at = {};
};

// Goes through the entities that a request selects, those of the past as well, each once, in the
// order asked for: where none was, those that are there come first.
class Candidates {
public:
    Candidates(const App& app, const ApiCall& call, const EvolutionRequest& request)
        : app_{app}, call_{call}, request_{request} {}

    /// The next ones; none at the end. Fails: as Store::query; TooComplexQuery.
    Result<std::vector<Candidate>> next() {
        if (request_.order == EvolutionRequest::Order::Any) return some();
        if (!sorted_) TRY(sort());
        std::vector<Candidate> out;
        for (; place_ < ids_.size() && out.size() < kAtOnce; ++place_) {
            Candidate one{TRY(app_.store.find(call_.caller, ids_[place_]))};
            if (!one.entity) {
                auto departed = TRY(find_departed(app_.store, call_.caller, ids_[place_]));
                if (departed) one = {std::move(departed->entity), departed->deleted_at};
            }
            if (one.entity) out.push_back(std::move(one));
        }
        return out;
    }

private:
    static constexpr std::size_t kAtOnce = 256;
    static constexpr std::size_t kMostSorted = 1'000'000;

    Result<std::vector<Candidate>> some() {
        std::vector<Candidate> out;
        while (out.empty() && selection_ < request_.selections.size()) TRY(add_present(out));
        while (out.empty() && more_departed_) TRY(add_departed(out));
        return out;
    }

    Result<void> add_present(std::vector<Candidate>& out) {
        EntityQuery query = request_.selections[selection_];
        query.offset = offset_;
        query.limit = kAtOnce;
        const QueryResult found = TRY(app_.store.query(call_.caller, query));
        offset_ += kAtOnce;
        if (found.entities.size() < kAtOnce) {
            ++selection_;
            offset_ = 0;
        }
        for (const EntityPtr& entity : found.entities) {
            const bool several = request_.selections.size() > 1;
            if (!several || seen_.insert(entity->id).second) out.push_back({entity});
        }
        return {};
    }

    Result<void> add_departed(std::vector<Candidate>& out) {
        const auto wanted = [&](const Entity& entity) {
            return std::any_of(request_.selections.begin(), request_.selections.end(),
                               [&](const EntityQuery& q) { return matches(q, entity); });
        };
        DepartedPage page =
            TRY(list_departed(app_.store, call_.caller, last_departed_, kAtOnce, wanted));
        more_departed_ = page.more;
        last_departed_ = std::move(page.last);
        for (Departed& one : page.departed) {
            out.push_back({std::move(one.entity), one.deleted_at});
        }
        return {};
    }

    Result<void> sort() {
        for (auto part = TRY(some()); !part.empty(); part = TRY(some())) {
            for (const Candidate& one : part) ids_.push_back(one.entity->id);
            if (ids_.size() > kMostSorted) {
                return Error{ErrorCode::TooComplexQuery,
                             "more than a million entities can not be ordered", "orderBy"};
            }
        }
        std::sort(ids_.begin(), ids_.end());
        if (request_.order == EvolutionRequest::Order::Descending) {
            std::reverse(ids_.begin(), ids_.end());
        }
        sorted_ = true;
        return {};
    }

    const App& app_;
    const ApiCall& call_;
    const EvolutionRequest& request_;
    std::size_t selection_ = 0;
    std::size_t offset_ = 0;
    bool more_departed_ = true;
    std::string last_departed_;
    std::unordered_set<std::string> seen_;
    bool sorted_ = false;
    std::vector<std::string> ids_;
    std::size_t place_ = 0;
};

// Gathers the page of entities that match.
class EvolutionPage {
public:
    /// `all`: every entity that matches is to be known by its id.
    EvolutionPage(const EvolutionRequest& request, bool all) : request_{request}, all_{all} {}

    [[nodiscard]] bool complete() const {
        return !all_ && !request_.page.count && views.size() >= request_.page.limit;
    }

    Result<void> offer(EvolutionView view) {
        if (view.series.empty() || !TRY(matches(request_.conditions, view))) return {};
        keep_attributes(view, request_.temporal.attrs);
        if (view.series.empty()) return {};
        if (all_) ids.push_back(view.id);
        if (ids.size() > EntityMaps::kMaxEntities) {
            return Error{ErrorCode::TooComplexQuery,
                         "an entity map holds at most 100,000 entities; narrow the query"};
        }
        const std::size_t place = matched++;
        if (place < request_.page.offset || views.size() >= request_.page.limit) return {};
        for (const Series& series : view.series) instances_ += series.points.size();
        if (instances_ > TemporalQuery::kMaxInstances) {
            return Error{ErrorCode::TooComplexQuery,
                         "more than a million instances at once; narrow the time, or use limit, "
                         "lastN or aggregation"};
        }
        views.push_back(std::move(view));
        return {};
    }

    std::vector<EvolutionView> views;
    std::vector<std::string> ids;  // with `all`
    std::size_t matched = 0;

private:
    const EvolutionRequest& request_;
    bool all_;
    std::size_t instances_ = 0;
};

// 206 and what of the time the answer holds, where it could not hold everything (6.3.10).
void add_range(const std::optional<TemporalRange>& range, HttpResponse& response) {
    if (!range) return;
    response.status = 206;
    std::string text = "date-time ";
    append_iso(text, range->start);
    text += '-';
    append_iso(text, range->end);
    text += '/';
    text += range->size ? std::to_string(*range->size) : "*";
    response.headers.emplace_back("Content-Range", std::move(text));
}

std::optional<TemporalRange> cut(SharedEvolutions& found, const TemporalQuery& query) {
    if (query.format == TemporalFormat::Aggregated) return std::nullopt;
    return cut_to_page(found.views, query, found.reached);
}

Result<std::vector<Series>> history_of(const App& app, const ApiCall& call, const std::string& id,
                                       const TemporalQuery& query) {
    return app.store.history(call.caller, id, query.attrs, chunks_of_interest(query.time));
}

// Goes through the entities that are selected until the page is complete.
Result<void> gather(const App& app, const ApiCall& call, const EvolutionRequest& request,
                    EvolutionPage& page) {
    // What a condition looks at has to be read as well.
    const bool conditions =
        request.conditions.q || request.conditions.geo || request.temporal.scopes;
    TemporalQuery all = request.temporal;
    if (conditions) all.attrs.clear();
    Candidates candidates{app, call, request};
    while (!page.complete()) {
        const std::vector<Candidate> some = TRY(candidates.next());
        if (some.empty()) break;
        for (const Candidate& one : some) {
            if (page.complete()) break;
            auto series = history_of(app, call, one.entity->id, all);
            if (!series && series.error().code == ErrorCode::NotFound) continue;
            if (!series) return std::move(series).error();
            auto view =
                select_evolution(one.entity->id, one.entity, std::move(series).value(), all);
            view.deleted_at = one.deleted_at;
            TRY(page.offer(std::move(view)));
        }
    }
    return {};
}

// Only entities of the map (5.5.14).
void restrict(EvolutionRequest& request, const EntityMap& map) {
    for (EntityQuery& query : request.selections) {
        std::vector<std::string> ids;
        for (const EntityMapEntry& entry : map.entries) {
            const bool wanted = query.ids.empty() || std::find(query.ids.begin(), query.ids.end(),
                                                               entry.id) != query.ids.end();
            if (wanted) ids.push_back(entry.id);
        }
        query.ids = std::move(ids);
    }
    const auto none = [](const EntityQuery& query) { return query.ids.empty(); };
    std::erase_if(request.selections, none);
}

}  // namespace

Result<FoundEvolutions> find_evolutions(const App& app, const ApiCall& call,
                                        const EvolutionRequest& request, bool all) {
    EvolutionPage page{request, all};
    TRY(gather(app, call, request, page));
    return FoundEvolutions{std::move(page.views), page.matched, std::move(page.ids)};
}

namespace {

std::vector<EntityMapEntry> entries_of(std::vector<std::string> ids) {
    std::vector<EntityMapEntry> entries;
    entries.reserve(ids.size());
    for (std::string& id : ids) entries.push_back({std::move(id), {std::string(kMapsHere)}});
    return entries;
}

AskedTypes types_of_request(const EvolutionRequest& request) {
    AskedTypes types;
    for (const EntityQuery& selection : request.selections) types.add(selection);
    return types;
}

// A use of the types that any of the selections names.
Result<void> begin_uses(const App& app, const ApiCall& call, const EvolutionRequest& request) {
    for (const EntityQuery& selection : request.selections) {
        TRY(begin_use(app, call, selection));
    }
    return {};
}

// A page of a query, as the request wants to see it.
Result<HttpResponse> show_page(const App& app, const ApiCall& call, const EvolutionRequest& request,
                               const EntityMapUse& map, SharedEvolutions found) {
    const auto range = cut(found, request.temporal);
    QueryResult result;
    for (const EvolutionView& view : found.views) {
        result.entities.push_back(TRY(with_former_types(app, call, view.entity)));
    }
    TRY(record_answer(app, call, types_of_request(request), result.entities,
                      request.page.count ? found.count.value_or(0) : result.entities.size()));
    std::string body = "[";
    for (const EvolutionView& view : found.views) {
        const std::size_t begin = body.size();
        if (begin > 1) body += ',';
        if (!TRY(write_evolution(body, view, *call.context, request.temporal))) body.resize(begin);
    }
    body += ']';
    if (request.page.count) result.count = found.count;
    HttpResponse response = json_response(call, std::move(body));
    add_page_headers(call, request.page, result, response);
    if (map.make) {
        response.status = 201;
        make_entity_map(app, call, map, std::move(found.places), response);
    } else if (map.map) {
        response.headers.emplace_back("NGSILD-EntityMap", map.named);
    }
    add_range(range, response);
    return response;
}

Result<Answer> answer_query(const App& app, const ApiCall& call, EvolutionRequest request) {
    TRY(begin_uses(app, call, request));
    const EntityMapUse map = TRY(read_entity_map_use(app, call));
    if (is_shared(app, call)) {
        const auto show = [&app, call, request, map](SharedEvolutions found) {
            return show_page(app, call, request, map, std::move(found));
        };
        auto later = TRY(query_evolutions_at_sources(app, call, request,
                                                     {.places = map.make, .map = map.map}, show));
        if (later) return Answer{std::move(later)};
    }
    if (map.map) restrict(request, *map.map);
    FoundEvolutions found = TRY(find_evolutions(app, call, request, map.make));
    return Answer{TRY(show_page(app, call, request, map,
                                {.views = std::move(found.views),
                                 .count = found.matched,
                                 .places = entries_of(std::move(found.ids))}))};
}

}  // namespace

// GET /temporal/entityMaps (6.35.3.1, 5.14.5)
Result<Answer> create_evolution_map(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    const EvolutionRequest request = TRY(read_evolution_request(app, call));
    if (!request.temporal.time.relation) {
        return Error{ErrorCode::BadRequest, "a temporal query is needed: timerel and timeAt",
                     "timerel"};
    }
    TRY(begin_uses(app, call, request));
    const EntityMapUse use = TRY(read_entity_map_use(app, call));
    if (is_shared(app, call)) {
        const auto show = [&app, call, use](SharedEvolutions found) -> Result<HttpResponse> {
            return entity_map_response(app, call, use, std::move(found.places));
        };
        auto later =
            TRY(query_evolutions_at_sources(app, call, request, {.places = true, .map = {}}, show));
        if (later) return Answer{std::move(later)};
    }
    FoundEvolutions found = TRY(find_evolutions(app, call, request, true));
    return Answer{TRY(entity_map_response(app, call, use, entries_of(std::move(found.ids))))};
}

namespace {

// What is here of the evolution of one entity; none: nothing is known of it.
Result<std::optional<EvolutionView>> find_evolution(const App& app, const ApiCall& call,
                                                    const std::string& id,
                                                    const TemporalQuery& query) {
    auto series = history_of(app, call, id, query);
    if (!series && series.error().code == ErrorCode::NotFound)
        return std::optional<EvolutionView>{};
    if (!series) return std::move(series).error();
    EntityPtr entity = TRY(app.store.find(call.caller, id));
    std::optional<Departed> departed;
    if (!entity) departed = TRY(find_departed(app.store, call.caller, id));
    if (departed) entity = departed->entity;
    auto view = select_evolution(id, entity, std::move(series).value(), query);
    if (departed) view.deleted_at = departed->deleted_at;
    return std::optional{std::move(view)};
}

// What was found of one entity, as the request wants to see it.
Result<HttpResponse> show_evolution(const App& app, const ApiCall& call, const std::string& id,
                                    const TemporalQuery& query, const EntityMapUse& map,
                                    SharedEvolutions found) {
    const Error nothing{ErrorCode::NotFound, "the entity has nothing of what was asked for", id};
    if (found.views.empty()) {
        TRY(begin_use(app, call, id, nullptr));
    } else if (found.views.front().entity) {
        TRY(begin_use(app, call, id,
                      TRY(with_former_types(app, call, found.views.front().entity))));
    }
    if (!query.attrs.empty() && !found.views.front().known) return nothing;
    const auto range = cut(found, query);
    std::string body;
    if (!TRY(write_evolution(body, found.views.front(), *call.context, query))) return nothing;
    HttpResponse response = json_response(call, std::move(body));
    map_one(app, call, map, {id, found.places.front().sources}, response);
    add_range(range, response);
    return response;
}

}  // namespace

// GET /temporal/entities/{entityId} (6.19.3.1)
Result<Answer> get_evolution(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    const std::string id = TRY(entity_id(call));
    const TemporalQuery query = TRY(read_temporal_query(app, call));
    const EntityMapUse map = TRY(read_entity_map_use(app, call));
    const auto own = [&app, call, id, query] { return find_evolution(app, call, id, query); };
    const auto show = [&app, call, id, query, map](SharedEvolutions found) {
        return show_evolution(app, call, id, query, map, std::move(found));
    };
    if (is_shared(app, call)) {
        auto later = TRY(retrieve_evolution_from_sources(app, call, id, query, {own, show}));
        if (later) return Answer{std::move(later)};
    }
    SharedEvolutions found{.views = {}, .count = {}, .places = {{id, {std::string(kMapsHere)}}}};
    if (auto here = TRY(own())) found.views.push_back(std::move(*here));
    return Answer{TRY(show(std::move(found)))};
}

// GET /temporal/entities (6.18.3.2)
Result<Answer> query_evolutions(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    const EvolutionRequest request = TRY(read_evolution_request(app, call));
    return answer_query(app, call, request);
}

// POST /temporal/entityOperations/query (6.24.3.1)
Result<Answer> post_evolution_query(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    const Body body = TRY(read_body(app, call));
    const EvolutionRequest request = TRY(read_evolution_request(app, call, body));
    ApiCall with_names = call;
    with_names.context = body.context;
    return answer_query(app, with_names, request);
}

}  // namespace musubi::api
