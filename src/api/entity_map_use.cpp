#include "api/entity_map_use.h"

#include <algorithm>

#include "api/use.h"

namespace musubi {
namespace {

constexpr std::string_view kHeader = "NGSILD-EntityMap";
constexpr std::string_view kMapsPath = "/ngsi-ld/v1/entityMaps/";

/// A page of a map that is being put together: what is here of each entity, and what the sources
/// have that the map names.
class MapPage : public std::enable_shared_from_this<MapPage> {
public:
    MapPage(const App& app, const ApiCall& call, SharedQuery query, const EntityMapUse& use)
        : app_{app}, call_{call}, query_{std::move(query)}, use_{use}, origin_{origin_of(call)} {
        next_ = std::min(query_.asked.offset, use.map->entries.size());
    }

    /// Fails: TooComplexQuery, ContextNotAvailable, MustWait; Io, Corrupt.
    Result<Answer> go_on() {
        while (found_.size() < query_.asked.limit && next_ < use_.map->entries.size()) {
            take_candidates();
            TRY(take_requests());
            if (!asked_.empty()) return Answer{later()};
            TRY(resolve({}));
        }
        return conclude();
    }

private:
    void take_candidates() {
        const auto& entries = use_.map->entries;
        const std::size_t room = query_.asked.limit - found_.size();
        const std::size_t end = std::min(next_ + room, entries.size());
        candidates_.assign(entries.begin() + static_cast<std::ptrdiff_t>(next_),
                           entries.begin() + static_cast<std::ptrdiff_t>(end));
        next_ = end;
    }

    Result<void> take_requests() {
        if (!is_shared(app_, call_)) return {};
        std::map<std::string, std::vector<std::string>> ids;
        for (const EntityMapEntry& entry : candidates_) {
            for (const std::string& source : entry.sources) {
                if (source != kMapsHere) ids[source].push_back(entry.id);
            }
        }
        if (ids.empty()) return {};
        for (const MatchedSource& source : TRY(app_.distributor.matching(
                 origin_, TRY(source_query_of(call_, query_.question, query_.asked))))) {
            const auto wanted = ids.find(source.registration->id);
            if (wanted == ids.end()) continue;
            Question question = query_.question;
            question.entities = {
                {.types = query_.asked.types, .ids = wanted->second, .id_pattern = {}}};
            for (Asked& one : TRY(ask_query(app_, call_, question, source,
                                            {.limit = wanted->second.size(), .offset = 0}))) {
                asked_.push_back(std::move(one));
            }
        }
        return {};
    }

    std::shared_ptr<Later> later() {
        return ask_sources(
            app_, call_, requests_of(asked_),
            [self = shared_from_this()](const std::vector<SourceReply>& replies) -> Result<Answer> {
                self->call_.may_wait = self->call_.may_fetch = true;
                TRY(self->resolve(replies));
                return self->go_on();
            });
    }

    // What there is of the candidates, in their order.
    Result<void> resolve(const std::vector<SourceReply>& replies) {
        EntityMerge merge;
        for (const EntityMapEntry& entry : candidates_) {
            if (const EntityPtr own = TRY(app_.store.find(call_.caller, entry.id))) {
                merge.add(*own, Precedence::Equal);
            }
        }
        bool all_answered = true;
        for (std::size_t i = 0; i < replies.size(); ++i) {
            all_answered = all_answered && replies[i].response.has_value();
            for (Entity& part :
                 read_fragments({app_, call_, asked_[i].names, warnings_}, replies[i], {})) {
                if (!call_.caller.access->show_part(part)) continue;
                keep_only(asked_[i].only, part);
                merge.add(part, precedence_of(*replies[i].source));
            }
        }
        asked_.clear();
        std::map<std::string_view, EntityPtr> there;
        const auto merged = merge.take();
        for (const EntityPtr& entity : merged) there.emplace(entity->id, entity);
        for (const EntityMapEntry& entry : candidates_) {
            const auto is = there.find(entry.id);
            if (is == there.end()) {
                if (all_answered) gone_.push_back(entry.id);
            } else if (matches(query_.asked, *is->second)) {
                found_.push_back(is->second);
            }
        }
        candidates_.clear();
        return {};
    }

    Result<Answer> conclude() {
        const Time now = app_.clock.now();
        app_.entity_maps.remove_entities(call_.tenant, call_.caller, use_.map->id, gone_, now);
        QueryResult result;
        result.entities = std::move(found_);
        result.count = use_.map->entries.size() - gone_.size();
        HttpResponse response = TRY(query_.show(result));
        response.headers.emplace_back(kHeader, use_.named);
        warnings_.show(app_, call_, response);
        return Answer{std::move(response)};
    }

    const App& app_;
    ApiCall call_;
    SharedQuery query_;
    EntityMapUse use_;
    Origin origin_;
    std::size_t next_ = 0;
    std::vector<EntityMapEntry> candidates_;
    std::vector<Asked> asked_;
    std::vector<EntityPtr> found_;
    std::vector<std::string> gone_;
    SourceWarnings warnings_;
};

}  // namespace

std::string location_of(const EntityMap& map) { return std::string(kMapsPath) + map.id; }

Result<EntityMapUse> read_entity_map_use(const App& app, const ApiCall& call) {
    EntityMapUse use;
    use.make = TRY(read_flag(call, "entityMap"));
    if (const std::string* text = call.param("entityMapLifetime")) {
        const auto lifetime = parse_duration(*text);
        if (!lifetime || lifetime->us <= 0) {
            return Error{ErrorCode::BadRequest, "it is an ISO 8601 duration, as PT10M",
                         "entityMapLifetime"};
        }
        use.lifetime = *lifetime;
    }
    const std::string_view header = call.request.header(kHeader);
    if (header.empty()) return use;
    use.named = header;
    std::string_view id = header;
    if (const std::size_t slash = id.rfind('/'); slash != std::string_view::npos) {
        id.remove_prefix(slash + 1);
    }
    const std::string plain = TRY(percent_decode(id));
    use.map = app.entity_maps.find(call.tenant, call.caller, plain, app.clock.now());
    use.make = use.make || !use.map;  // what has gone is made anew (5.5.14)
    return use;
}

EntityMapPtr make_entity_map(const App& app, const ApiCall& call, const EntityMapUse& use,
                             std::vector<EntityMapEntry> entries, HttpResponse& response) {
    EntityMapPtr map = app.entity_maps.make(call.tenant, call.caller, std::move(entries),
                                            use.lifetime, app.clock.now());
    response.headers.emplace_back(kHeader, location_of(*map));
    return map;
}

namespace {

// As it is shown (5.2.39).
Json to_json(const ApiCall& call, const EntityMap& map) {
    Json entities{Json::Object{}};
    for (const EntityMapEntry& entry : map.entries) {
        Json::Array sources;
        for (const std::string& source : entry.sources) sources.emplace_back(source);
        entities.object().push_back({entry.id, Json{std::move(sources)}});
    }
    Json body;
    if (call.wants_ld) body.set("@context", call.context->source());
    body.set("id", map.id);
    body.set("type", "EntityMap");
    std::string expires;
    append_iso(expires, map.expires_at);
    body.set("expiresAt", std::move(expires));
    body.set("entityMap", std::move(entities));
    body.set("linkedMaps", Json{Json::Object{}});
    return body;
}

}  // namespace

Result<HttpResponse> show_entity_map(const App& app, const ApiCall& call, const EntityMap& map) {
    std::vector<std::string> ids;
    for (const EntityMapEntry& entry : map.entries) ids.push_back(entry.id);
    TRY(record_ids(app, call, ids));
    return json_response(call, to_text(to_json(call, map)));
}

Result<HttpResponse> entity_map_response(const App& app, const ApiCall& call,
                                         const EntityMapUse& use,
                                         std::vector<EntityMapEntry> entries) {
    HttpResponse made;
    const EntityMapPtr map = make_entity_map(app, call, use, std::move(entries), made);
    HttpResponse response = TRY(show_entity_map(app, call, *map));
    response.status = 201;
    for (HttpHeader& header : made.headers) response.headers.push_back(std::move(header));
    return response;
}

void map_one(const App& app, const ApiCall& call, const EntityMapUse& use, EntityMapEntry entry,
             HttpResponse& response) {
    if (use.map) {
        response.headers.emplace_back(kHeader, use.named);
    } else if (use.make) {
        make_entity_map(app, call, use, {std::move(entry)}, response);
    }
}

Result<Answer> query_by_map(const App& app, const ApiCall& call, SharedQuery query,
                            const EntityMapUse& use) {
    return std::make_shared<MapPage>(app, call, std::move(query), use)->go_on();
}

Result<Answer> query_for_map(const App& app, const ApiCall& call, const SharedQuery& query) {
    if (is_shared(app, call)) {
        auto later = TRY(query_sources(app, call, query));
        if (later) return Answer{std::move(later)};
    }
    EntityQuery all = query.asked;
    all.offset = 0;
    all.limit = EntityMaps::kMaxEntities + 1;
    QueryResult found = TRY(query.local(all));
    if (found.entities.size() > EntityMaps::kMaxEntities) {
        return Error{ErrorCode::TooComplexQuery,
                     "an entity map holds at most 100,000 entities; narrow the query"};
    }
    std::vector<EntityMapEntry> entries;
    for (const EntityPtr& entity : found.entities) {
        entries.push_back({entity->id, {std::string(kMapsHere)}});
    }
    query.found(std::move(entries));
    auto& page = found.entities;
    found.count = page.size();
    page.erase(page.begin(), page.begin() + static_cast<std::ptrdiff_t>(
                                                std::min(query.asked.offset, page.size())));
    if (page.size() > query.asked.limit) page.resize(query.asked.limit);
    return Answer{TRY(query.show(found))};
}

Result<Answer> query_with_map(const App& app, const ApiCall& call, SharedQuery query,
                              const EntityMapUse& use) {
    if (use.map) return query_by_map(app, call, std::move(query), use);
    auto entries = std::make_shared<std::vector<EntityMapEntry>>();
    query.found = [entries](std::vector<EntityMapEntry> found) { *entries = std::move(found); };
    query.show = [&app, call, use, entries,
                  show = std::move(query.show)](const QueryResult& result) -> Result<HttpResponse> {
        HttpResponse response = TRY(show(result));
        response.status = 201;
        make_entity_map(app, call, use, std::move(*entries), response);
        return response;
    };
    return query_for_map(app, call, query);
}

}  // namespace musubi
