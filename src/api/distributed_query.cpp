#include <algorithm>
#include <map>
#include <set>

#include "api/distributed_read.h"
#include "api/problem.h"

namespace musubi {
namespace {

constexpr std::size_t kMostOfSource = 10'000;  // entities that one query takes from a source
constexpr std::size_t kMostInAll = 50'000;     // and from all of them
constexpr std::size_t kSourcePage = 1'000;
constexpr std::size_t kMostUncounted = 100;  // of a page that any source gives whole
constexpr std::size_t kIdsAtOnce = 50;  // in one question about entities of which parts are missing

/// What one source has given so far.
struct Part {
    MatchedSource source;
    std::vector<Entity> entities = {};
    std::set<std::string, std::less<>> ids = {};
    std::size_t next = 0;   // where its next page begins
    bool complete = false;  // nothing more is to be had
};

/// A query that is under way: pages of each source, as many as the page that was asked for takes,
/// then what other sources have of the entities on it.
class QueryUnderWay : public std::enable_shared_from_this<QueryUnderWay> {
public:
    QueryUnderWay(const App& app, const ApiCall& call, SharedQuery query)
        : app_{app}, call_{call}, query_{std::move(query)} {
        call_.may_wait = call_.may_fetch = true;
        const EntityQuery& asked = query_.asked;
        whole_ = asked.count || query_.split || query_.found;
        needed_ = whole_ ? kMostOfSource : asked.offset + asked.limit;
    }

    void add(MatchedSource source) { parts_.push_back({std::move(source)}); }
    [[nodiscard]] bool empty() const { return parts_.empty(); }

    /// Fails: ContextNotAvailable, MustWait.
    Result<void> ask_pages() {
        for (std::size_t i = 0; i < parts_.size(); ++i) {
            Part& part = parts_[i];
            if (part.complete || part.entities.size() >= needed_) continue;
            // One whose entities are of no use here is asked for them in few large pages.
            const std::size_t limit = part.next == 0 ? std::min(needed_, kSourcePage) : kSourcePage;
            auto asked = TRY(ask_query(
                app_, call_, query_.question, part.source,
                {.limit = limit, .offset = part.next, .count = whole_ || limit > kMostUncounted}));
            part.next += limit;
            part.complete = true;  // unless an answer tells otherwise
            for (Asked& one : asked) asked_.push_back({i, limit, std::move(one)});
        }
        return {};
    }

    std::shared_ptr<Later> later() {
        std::vector<SourceRequest> requests;
        for (Sent& sent : asked_) requests.push_back(std::move(sent.asked.request));
        return ask_sources(app_, call_, std::move(requests),
                           [self = shared_from_this()](const std::vector<SourceReply>& replies) {
                               return self->finish(replies);
                           });
    }

private:
    struct Sent {
        std::size_t part;
        std::size_t limit;
        Asked asked;
    };

    void take_replies(const std::vector<SourceReply>& replies) {
        for (std::size_t i = 0; i < replies.size(); ++i) take(asked_[i], replies[i]);
        asked_.clear();
    }

    void take(const Sent& sent, const SourceReply& reply) {
        Part& part = parts_[sent.part];
        auto fragments = read_fragments(app_, call_, reply, sent.asked.names, {}, warnings_);
        const std::size_t got = fragments.size();
        for (Entity& fragment : fragments) {
            if (sent.asked.unfiltered && !query_.split && query_.asked.q &&
                !matches(*query_.asked.q, fragment)) {
                continue;
            }
            if (!call_.caller.access->readable(fragment)) continue;
            keep_only(sent.asked.only, fragment);
            if (taken_ >= kMostInAll || !part.ids.insert(fragment.id).second) continue;
            ++taken_;
            part.entities.push_back(std::move(fragment));
        }
        if (filling_) return;
        const auto count = count_in(reply);
        const bool more = count ? *count > part.next : got >= sent.limit && got > 0;
        if (!more) return;
        if (part.next < kMostOfSource && taken_ < kMostInAll) {
            part.complete = false;
        } else if (whole_) {
            warnings_.cut(*reply.source, "it has more than the 10,000 entities that are taken");
        }
    }

    Result<Answer> finish(const std::vector<SourceReply>& replies) {
        take_replies(replies);
        if (!filling_) {
            TRY(ask_pages());
            if (!asked_.empty()) return Answer{later()};
            if (!own_) own_ = TRY(find_own());
            filling_ = true;
            TRY(ask_missing());
            if (!asked_.empty()) return Answer{later()};
        }
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
            query.limit = kMostOfSource;
        }
        if (query_.found) query.limit = EntityMaps::kMaxEntities;
        return query_.local(query);
    }

    // The ids on the page that was asked for: what is here, then what each source has beside that.
    [[nodiscard]] std::vector<std::string> page() const {
        std::vector<std::string> ids;
        std::set<std::string_view> seen;
        const auto add = [&](const std::string& id) {
            if (seen.insert(id).second) ids.push_back(id);
        };
        for (const EntityPtr& entity : own_->entities) add(entity->id);
        for (const Part& part : parts_) {
            for (const Entity& entity : part.entities) add(entity.id);
        }
        if (query_.split) return ids;
        const EntityQuery& asked = query_.asked;
        ids.erase(ids.begin(),
                  ids.begin() + static_cast<std::ptrdiff_t>(std::min(asked.offset, ids.size())));
        if (ids.size() > asked.limit) ids.resize(asked.limit);
        return ids;
    }

    // Sources that have more than was taken may have parts of entities on the page.
    Result<void> ask_missing() {
        const auto ids = page();
        for (std::size_t i = 0; i < parts_.size(); ++i) {
            const Part& part = parts_[i];
            if (part.complete || !has_parts(part.source)) continue;
            std::vector<std::string> missing;
            for (const std::string& id : ids) {
                if (!part.ids.contains(id)) missing.push_back(id);
            }
            for (std::size_t at = 0; at < missing.size(); at += kIdsAtOnce) {
                TRY(ask_for(i, {missing.begin() + static_cast<std::ptrdiff_t>(at),
                                missing.begin() + static_cast<std::ptrdiff_t>(
                                                      std::min(at + kIdsAtOnce, missing.size()))}));
            }
        }
        return {};
    }

    Result<void> ask_for(std::size_t place, std::vector<std::string> ids) {
        Question question = query_.question;
        const std::optional<TypeSelection> types =
            question.entities.size() == 1 ? question.entities.front().types : std::nullopt;
        question.entities = {{.types = types, .ids = std::move(ids), .id_pattern = {}}};
        for (Asked& one : TRY(ask_query(app_, call_, question, parts_[place].source,
                                        {.limit = kIdsAtOnce, .offset = 0}))) {
            asked_.push_back({place, kIdsAtOnce, std::move(one)});
        }
        return {};
    }

    // Where each entity was found.
    [[nodiscard]] std::vector<EntityMapEntry> places() const {
        std::map<std::string, std::vector<std::string>> all;
        for (const EntityPtr& entity : own_->entities) all[entity->id].emplace_back(kMapsHere);
        for (const Part& part : parts_) {
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

    // Whether the source is one of parts of entities: one that registers whole entities is taken to
    // have the whole of each, unless the query says that they are split (5.7.2.4).
    [[nodiscard]] bool has_parts(const MatchedSource& source) const {
        const auto whole = [&](std::size_t place) {
            return source.registration->information[place].any_attribute();
        };
        return query_.split ||
               std::none_of(source.information.begin(), source.information.end(), whole);
    }

    // How many there are that match, where all of them are known.
    Result<std::size_t> count_all() {
        std::set<std::string_view> elsewhere;
        for (const Part& part : parts_) {
            for (const Entity& entity : part.entities) elsewhere.insert(entity.id);
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
        const auto wanted = page();
        const std::set<std::string_view> on_page{wanted.begin(), wanted.end()};
        for (const EntityPtr& entity : own_->entities) {
            if (on_page.contains(entity->id)) merge.add(*entity, Precedence::Equal);
        }
        for (const Part& part : parts_) {
            for (const Entity& entity : part.entities) {
                if (on_page.contains(entity.id)) {
                    merge.add(entity, precedence_of(*part.source.registration));
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

    const App& app_;
    ApiCall call_;
    SharedQuery query_;
    bool whole_ = false;  // all that sources have is taken, not only what the page needs
    std::size_t needed_ = 0;
    std::vector<Part> parts_;
    std::vector<Sent> asked_;
    std::optional<QueryResult> own_;
    std::set<std::string, std::less<>> kept_;  // with split: what the filters left
    bool filling_ = false;
    std::size_t taken_ = 0;
    SourceWarnings warnings_;
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
    if (query.asked.offset + query.asked.limit > kMostOfSource) {
        return Error{ErrorCode::TooComplexQuery,
                     "pages of a query that others take part in end at 10,000 entities; narrow "
                     "it, use an entity map, or local=true",
                     "offset"};
    }
    TRY(under_way->ask_pages());
    return under_way->later();
}

}  // namespace musubi
