#include <algorithm>
#include <map>
#include <set>

#include "api/distributed_read.h"
#include "api/problem.h"
#include "api/source_pages.h"

namespace musubi {
namespace {

SourcePages::Need need_of_query(const SharedQuery& query) {
    const EntityQuery& asked = query.asked;
    return {.entities = asked.offset + asked.limit,
            .whole = asked.count || query.split || query.found,
            .split = query.split};
}

/// A query of present entities that is under way.
class QueryUnderWay : public SourcePages {
public:
    QueryUnderWay(const App& app, const ApiCall& call, SharedQuery query)
        : SourcePages{app, call, query.question, need_of_query(query)}, query_{std::move(query)} {}

private:
    /// An entity of a source; most are of no use beyond their id, and are not read.
    struct Held {
        std::string id;
        std::optional<Entity> entity = {};
        UnreadFragment unread = {};
        std::shared_ptr<const std::vector<std::string>> only = {};
    };

    Result<std::size_t> take(std::size_t part, const Asked& asked,
                             const SourceReply& reply) override {
        held_.resize(parts().size());
        const AccessFilter& access = *call_.caller.access;
        const bool filtered = asked.unfiltered && !query_.split && query_.asked.q;
        if (filtered || brings_context(reply) || !access.may_read || !access.is_whole()) {
            return take_read(part, asked, reply);
        }
        const auto only = std::make_shared<const std::vector<std::string>>(asked.only);
        auto fragments = list_fragments(reply, asked.names, warnings_);
        const std::size_t got = fragments.size();
        for (UnreadFragment& fragment : fragments) {
            if (!keep(part, fragment.id)) continue;
            Held held{.id = fragment.id};
            held.unread = std::move(fragment);
            held.only = only;
            held_[part].push_back(std::move(held));
        }
        return got;
    }

    std::size_t take_read(std::size_t part, const Asked& asked, const SourceReply& reply) {
        auto fragments = read_fragments({app_, call_, asked.names, warnings_}, reply, {});
        const std::size_t got = fragments.size();
        for (Entity& fragment : fragments) {
            if (asked.unfiltered && !query_.split && query_.asked.q &&
                !matches(*query_.asked.q, fragment)) {
                continue;
            }
            if (!call_.caller.access->show_part(fragment)) continue;
            keep_only(asked.only, fragment);
            if (!keep(part, fragment.id)) continue;
            Held held{.id = fragment.id};
            held.entity = std::move(fragment);
            held_[part].push_back(std::move(held));
        }
        return got;
    }

    // Adds it, read now at the latest.
    void merge_held(EntityMerge& merge, Held& held, const Registration& source) {
        if (!held.entity) {
            auto entity = held.unread.read();
            if (!entity) return warn_unread(source, entity.error(), warnings_);
            keep_only(*held.only, *entity);
            held.entity = std::move(*entity);
        }
        merge.add(*held.entity, precedence_of(source));
    }

    Result<Answer> conclude() override {
        const QueryResult found = TRY(result());
        if (query_.found) query_.found(places());
        auto shown = query_.show(found);
        if (!shown) return std::move(shown).error();
        warnings_.show(app_, call_, *shown);
        return Answer{std::move(*shown)};
    }

    Result<QueryResult> find_own() {
        EntityQuery query = query_.asked;
        query.limit = query.offset + query.limit;
        query.offset = 0;
        if (query_.split) {
            query.attrs.clear();
            query.q.reset();
            query.geo.reset();
            query.scopes.reset();
            query.limit = SourcePages::kMostOfSource;
        }
        if (query_.found) query.limit = EntityMaps::kMaxEntities;
        return query_.local(query);
    }

    Result<std::vector<std::string>> page() override {
        if (!own_) own_ = TRY(find_own());
        held_.resize(parts().size());
        std::vector<std::string> ids;
        std::set<std::string_view> seen;
        const auto add = [&](const std::string& id) {
            if (seen.insert(id).second) ids.push_back(id);
        };
        for (const EntityPtr& entity : own_->entities) add(entity->id);
        for (const auto& part : held_) {
            for (const Held& entity : part) add(entity.id);
        }
        if (query_.split) return ids;
        const EntityQuery& asked = query_.asked;
        ids.erase(ids.begin(),
                  ids.begin() + static_cast<std::ptrdiff_t>(std::min(asked.offset, ids.size())));
        if (ids.size() > asked.limit) ids.resize(asked.limit);
        return ids;
    }

    // Where each entity was found.
    [[nodiscard]] std::vector<EntityMapEntry> places() const {
        std::map<std::string, std::vector<std::string>> all;
        for (const EntityPtr& entity : own_->entities) all[entity->id].emplace_back(kMapsHere);
        for (const SourcePart& part : parts()) {
            for (const std::string& id : part.ids) {
                all[id].push_back(part.source.registration->id);
            }
        }
        std::vector<EntityMapEntry> out;
        for (auto& [id, sources] : all) {
            if (!query_.split || kept_.contains(id)) out.push_back({id, std::move(sources)});
        }
        return out;
    }

    // How many there are that match, where all of them are known.
    Result<std::size_t> count_all() {
        std::set<std::string_view> elsewhere;
        for (const auto& part : held_) {
            for (const Held& entity : part) elsewhere.insert(entity.id);
        }
        std::size_t count = own_->count.value_or(own_->entities.size());
        for (const std::string_view id : elsewhere) {
            const EntityPtr own = TRY(app_.store.find(call_.caller, id));
            if (!own || !matches(query_.asked, *own)) ++count;
        }
        return count;
    }

    Result<QueryResult> result() {
        QueryResult out;
        if (query_.asked.count && !query_.split) out.count = TRY(count_all());
        EntityMerge merge;
        const auto wanted = TRY(page());
        const std::set<std::string_view> on_page{wanted.begin(), wanted.end()};
        for (const EntityPtr& entity : own_->entities) {
            if (on_page.contains(entity->id)) merge.add(*entity, Precedence::Equal);
        }
        for (std::size_t i = 0; i < held_.size(); ++i) {
            for (Held& held : held_[i]) {
                if (on_page.contains(held.id)) {
                    merge_held(merge, held, *parts()[i].source.registration);
                }
            }
        }
        for (EntityPtr& entity : merge.take()) {
            if (auto left = unexpired(std::move(entity), app_.clock.now())) {
                out.entities.push_back(std::move(left));
            }
        }
        if (query_.split) cut_page(out);
        return out;
    }

    // The filters, which were kept back until the entities were whole; then the page.
    void cut_page(QueryResult& result) {
        const EntityQuery& asked = query_.asked;
        std::erase_if(result.entities,
                      [&](const EntityPtr& entity) { return !matches(asked, *entity); });
        if (asked.count) result.count = result.entities.size();
        for (const EntityPtr& entity : result.entities) kept_.insert(entity->id);
        auto& all = result.entities;
        all.erase(all.begin(),
                  all.begin() + static_cast<std::ptrdiff_t>(std::min(asked.offset, all.size())));
        if (all.size() > asked.limit) all.resize(asked.limit);
    }

    SharedQuery query_;
    std::vector<std::vector<Held>> held_;  // of each source
    std::optional<QueryResult> own_;
    std::set<std::string, std::less<>> kept_;  // with split: what the filters left
};

}  // namespace

Result<std::shared_ptr<Later>> query_sources(const App& app, const ApiCall& call,
                                             SharedQuery query) {
    if (query.split) query.question = without_filters(std::move(query.question));
    const SourceQuery concerned = TRY(source_query_of(call, query.question, query.asked));
    auto under_way = std::make_shared<QueryUnderWay>(app, call, query);
    for (MatchedSource& source : TRY(app.distributor.matching(origin_of(call), concerned))) {
        const Registration& registration = *source.registration;
        const bool asks = registration.does(SourceOperation::QueryEntity) ||
                          registration.does(SourceOperation::QueryBatch);
        if (asks) under_way->add(std::move(source));
    }
    if (under_way->empty()) return std::shared_ptr<Later>{};
    if (query.asked.order) {
        return Error{ErrorCode::BadRequest,
                     "entities of several sources are not put in order; use local=true (4.23)",
                     "orderBy"};
    }
    return under_way->begin();
}

}  // namespace musubi
