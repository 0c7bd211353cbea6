#include "api/distributed_evolutions.h"

#include <algorithm>
#include <map>
#include <set>

#include "api/problem.h"
#include "api/source_pages.h"
#include "store/shown_history.h"

namespace musubi::api {
namespace {

/// Takes what sources answer, made fit to be merged.
class Intake {
public:
    Intake(const App& app, const TemporalQuery& query) : app_{app}, query_{query} {}

    /// The entities of an answer that the caller may read. Fails: TooComplexQuery.
    Result<std::vector<EvolutionView>> read(const ApiCall& call, const Asked& asked,
                                            const SourceReply& reply, std::string_view id,
                                            SourceWarnings& warnings) {
        auto views = read_evolutions({app_, call, asked.names, warnings}, reply, id);
        for (EvolutionView& view : views) {
            keep_attributes(view, asked.only);
            EntityPast part;  // as of one that is no more: conditions can not be asked of it
            part.id = view.id;
            part.departed = view.entity;
            const auto shown = ShownHistory::of(*call.caller.access, part, UINT64_MAX);
            if (shown) {
                TRY(shown->apply(view.series));
            } else {
                view.series.clear();
            }
            select_again(view, query_);
            for (const Series& series : view.series) instances_ += series.points.size();
        }
        if (instances_ > TemporalQuery::kMaxInstances) {
            return Error{ErrorCode::TooComplexQuery,
                         "more than a million instances come from context sources; narrow the "
                         "time, or use limit or lastN"};
        }
        note_range(reply, warnings);
        return views;
    }

    [[nodiscard]] std::optional<Time> reached() const { return reached_; }

private:
    void note_range(const SourceReply& reply, SourceWarnings& warnings) {
        if (!reply.response || reply.response->status != 206) return;
        const auto reached = reached_in(reply);
        if (!reached) {
            warnings.cut(*reply.source, "it did not give everything, nor say what it gave");
        } else if (query_.format == TemporalFormat::Aggregated) {
            warnings.cut(*reply.source, "it did not give everything that is aggregated");
        }
        reached_ = nearer(reached_, reached, query_);
    }

    const App& app_;
    const TemporalQuery& query_;
    std::size_t instances_ = 0;
    std::optional<Time> reached_;
};

// The answer that `show` makes, or its fault, with what went wrong at sources.
Result<Answer> with_warnings(const App& app, const ApiCall& call, const SourceWarnings& warnings,
                             Result<HttpResponse> response) {
    if (!response) {
        if (warnings.empty()) return std::move(response).error();
        response = problem(response.error(), call.caller.tenant);
    }
    warnings.show(app, call, *response);
    return Answer{std::move(*response)};
}

/// A retrieval that is under way.
struct EvolutionRetrieval {
    const App& app;
    ApiCall call;
    std::string id;
    TemporalQuery query;
    OwnEvolution own;
    ShowEvolutions show;
    std::vector<Asked> asked = {};

    Result<Answer> finish(const std::vector<SourceReply>& replies) {
        call.may_wait = call.may_fetch = true;
        EvolutionMerge merge{query};
        EntityMapEntry places{id, {}};
        if (auto here = TRY(own())) {
            merge.add(std::move(*here), Precedence::Equal);
            places.sources.emplace_back(kMapsHere);
        }
        SourceWarnings warnings;
        Intake intake{app, query};
        for (std::size_t i = 0; i < replies.size(); ++i) {
            for (EvolutionView& view : TRY(intake.read(call, asked[i], replies[i], id, warnings))) {
                if (!call.caller.access->view_of_part(view.entity)) continue;
                merge.add(std::move(view), precedence_of(*replies[i].source));
                places.sources.push_back(replies[i].source->id);
            }
        }
        return with_warnings(app, call, warnings,
                             show({.views = merge.take(),
                                   .count = {},
                                   .places = {std::move(places)},
                                   .reached = intake.reached()}));
    }
};

SourcePages::Need need_of_evolutions(const EvolutionRequest& request,
                                     const EvolutionsWanted& wanted) {
    return {.entities = request.page.offset + request.page.limit,
            .whole = request.page.count || request.split || wanted.places,
            .split = request.split};
}

// Which scopes were valid as the time began is known only where they are: that filter goes along.
Question asked_of(const EvolutionRequest& request) {
    if (!request.split) return request.question;
    Question question = without_filters(request.question);
    question.scopes = request.question.scopes;
    return question;
}

/// A query of evolutions that is under way.
class EvolutionsUnderWay : public SourcePages {
public:
    EvolutionsUnderWay(const App& app, const ApiCall& call, const EvolutionRequest& request,
                       const EvolutionsWanted& wanted, ShowEvolutions show)
        : SourcePages{app, call, asked_of(request), need_of_evolutions(request, wanted)},
          request_{request},
          wanted_{wanted},
          show_{std::move(show)},
          selection_{request.temporal} {
        if (request_.split) selection_.attrs.clear();
    }

    /// Asks for what the page of the map has. Fails: as SourcePages::begin.
    Result<std::shared_ptr<Later>> begin_by_map() {
        const auto& entries = wanted_.map->entries;
        const std::size_t from = std::min(request_.page.offset, entries.size());
        const std::size_t to = std::min(from + request_.page.limit, entries.size());
        std::map<std::string, std::vector<std::string>> ids;
        for (std::size_t i = from; i < to; ++i) {
            if (!is_selected(entries[i].id)) continue;
            on_map_.push_back(entries[i].id);
            for (const std::string& source : entries[i].sources) {
                ids[source].push_back(entries[i].id);
            }
        }
        return begin_with([&](const Registration& source) { return ids[source.id]; });
    }

private:
    [[nodiscard]] bool is_selected(const std::string& id) const {
        return std::any_of(
            request_.selections.begin(), request_.selections.end(), [&](const EntityQuery& query) {
                return query.ids.empty() ||
                       std::find(query.ids.begin(), query.ids.end(), id) != query.ids.end();
            });
    }

    Result<std::size_t> take(std::size_t part, const Asked& asked,
                             const SourceReply& reply) override {
        views_.resize(parts().size());
        auto views = TRY(intake_.read(call_, asked, reply, {}, warnings_));
        for (EvolutionView& view : views) {
            if (view.series.empty()) continue;
            if (asked.unfiltered && !request_.split &&
                !TRY(matches({.q = request_.conditions.q, .geo = {}}, view))) {
                continue;
            }
            if (keep(part, view.id)) views_[part].push_back(std::move(view));
        }
        return views.size();
    }

    Result<void> find_own() {
        EvolutionRequest own = request_;
        own.page.limit += own.page.offset;
        own.page.offset = 0;
        if (wanted_.map) {
            own.page.limit = on_map_.size();
            for (EntityQuery& query : own.selections) query.ids = on_map_;
        } else if (request_.split) {
            own.conditions = {};
            own.temporal.attrs.clear();
            own.page.limit = kMostOfSource;
        }
        const bool all = !wanted_.map && (request_.page.count || wanted_.places);
        own_ = TRY(find_evolutions(app_, call_, own, all));
        return {};
    }

    Result<std::vector<std::string>> page() override {
        if (!own_) TRY(find_own());
        views_.resize(parts().size());
        std::vector<std::string> ids;
        std::set<std::string_view> seen;
        const auto add = [&](const std::string& id) {
            if (seen.insert(id).second) ids.push_back(id);
        };
        for (const EvolutionView& view : own_->views) add(view.id);
        for (const auto& part : views_) {
            for (const EvolutionView& view : part) add(view.id);
        }
        if (request_.split || wanted_.map) return ids;
        ids.erase(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(
                                                 std::min(request_.page.offset, ids.size())));
        if (ids.size() > request_.page.limit) ids.resize(request_.page.limit);
        return ids;
    }

    Result<Answer> conclude() override {
        SharedEvolutions found{.views = TRY(merged()), .count = {}, .reached = intake_.reached()};
        if (request_.split) TRY(filter(found.views));
        if (wanted_.map) {
            found.count = wanted_.map->entries.size();
        } else if (request_.page.count || wanted_.places) {
            found.places = places();
            found.count = found.places.size();
        }
        if (request_.split && !wanted_.map) cut_page(found.views);
        return with_warnings(app_, call_, warnings_, show_(std::move(found)));
    }

    // What there is of the entities on the page.
    Result<std::vector<EvolutionView>> merged() {
        const auto ids = TRY(page());
        const std::set<std::string_view> on_page{ids.begin(), ids.end()};
        EvolutionMerge merge{selection_};
        for (EvolutionView& view : own_->views) {
            if (on_page.contains(view.id)) merge.add(std::move(view), Precedence::Equal);
        }
        for (std::size_t i = 0; i < views_.size(); ++i) {
            for (EvolutionView& view : views_[i]) {
                if (!on_page.contains(view.id)) continue;
                merge.add(std::move(view), precedence_of(*parts()[i].source.registration));
            }
        }
        return merge.take();
    }

    // The filters, which were kept back until the entities were whole.
    Result<void> filter(std::vector<EvolutionView>& views) {
        std::vector<EvolutionView> kept;
        for (EvolutionView& view : views) {
            if (!TRY(matches(request_.conditions, view))) continue;
            keep_attributes(view, request_.temporal.attrs);
            if (view.series.empty()) continue;
            kept_.insert(view.id);
            kept.push_back(std::move(view));
        }
        views = std::move(kept);
        return {};
    }

    void cut_page(std::vector<EvolutionView>& views) const {
        views.erase(views.begin(), views.begin() + static_cast<std::ptrdiff_t>(std::min(
                                                       request_.page.offset, views.size())));
        if (views.size() > request_.page.limit) {
            views.erase(views.begin() + static_cast<std::ptrdiff_t>(request_.page.limit),
                        views.end());
        }
    }

    // Where each entity that matches was found.
    [[nodiscard]] std::vector<EntityMapEntry> places() const {
        std::map<std::string, std::vector<std::string>> all;
        for (const std::string& id : own_->ids) all[id].emplace_back(kMapsHere);
        for (const SourcePart& part : parts()) {
            for (const std::string& id : part.ids) {
                all[id].push_back(part.source.registration->id);
            }
        }
        std::vector<EntityMapEntry> out;
        for (auto& [id, sources] : all) {
            if (!request_.split || kept_.contains(id)) out.push_back({id, std::move(sources)});
        }
        return out;
    }

    EvolutionRequest request_;
    EvolutionsWanted wanted_;
    ShowEvolutions show_;
    TemporalQuery selection_;  // what is taken of each series
    Intake intake_{app_, selection_};
    std::vector<std::vector<EvolutionView>> views_;  // of each source
    std::optional<FoundEvolutions> own_;
    std::vector<std::string> on_map_;          // the ids on the page of the map
    std::set<std::string, std::less<>> kept_;  // with split: what the filters left
};

// The attributes that the answer needs; empty: all.
std::vector<std::string> attributes_asked(const TemporalQuery& query) {
    if (!query.attrs.empty()) return query.attrs;
    std::vector<std::string> names;
    for (const std::string& name : query.pick) {
        if (name == "id" || name == "type") continue;
        names.push_back(name == "scope" ? std::string(iri::kScope) : name);
    }
    return names;
}

}  // namespace

Result<std::shared_ptr<Later>> retrieve_evolution_from_sources(
    const App& app, const ApiCall& call, const std::string& id, const TemporalQuery& query,
    const std::pair<OwnEvolution, ShowEvolutions>& own_and_show) {
    EntityQuery one;
    one.ids = {id};
    Question question = question_of(call, one);
    question.attrs = attributes_asked(query);
    question.temporal = temporal_of(call, query);
    auto retrieval = std::make_shared<EvolutionRetrieval>(
        EvolutionRetrieval{app, call, id, query, own_and_show.first, own_and_show.second});
    for (const MatchedSource& source : TRY(app.distributor.matching(
             origin_of(call), TRY(source_query_of(call, question, one))))) {
        if (!source.registration->does(SourceOperation::RetrieveTemporal)) continue;
        retrieval->asked.push_back(TRY(ask_retrieval(app, call, question, source)));
    }
    if (retrieval->asked.empty()) return std::shared_ptr<Later>{};
    return ask_sources(app, call, requests_of(retrieval->asked),
                       [retrieval](const std::vector<SourceReply>& replies) {
                           return retrieval->finish(replies);
                       });
}

Result<std::shared_ptr<Later>> query_evolutions_at_sources(const App& app, const ApiCall& call,
                                                           const EvolutionRequest& request,
                                                           const EvolutionsWanted& wanted,
                                                           ShowEvolutions show) {
    auto under_way =
        std::make_shared<EvolutionsUnderWay>(app, call, request, wanted, std::move(show));
    SourceQuery concerned = request.concerned;
    if (request.split) concerned.attributes.clear();
    for (MatchedSource& source : TRY(app.distributor.matching(origin_of(call), concerned))) {
        if (source.registration->does(SourceOperation::QueryTemporal)) {
            under_way->add(std::move(source));
        }
    }
    if (under_way->empty()) return std::shared_ptr<Later>{};
    if (wanted.map) return under_way->begin_by_map();
    if (request.order != EvolutionRequest::Order::Any) {
        return Error{ErrorCode::BadRequest,
                     "entities of several sources are not put in order; use local=true (5.7.4.4)",
                     "orderBy"};
    }
    return under_way->begin();
}

}  // namespace musubi::api
