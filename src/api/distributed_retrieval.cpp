#include <algorithm>

#include "api/distributed_read.h"
#include "api/problem.h"

namespace musubi {
namespace {

// What the answer needs of the entity: the attributes that are shown, none: all.
std::vector<std::string> needed_attributes(const WriteOptions& options) {
    std::vector<std::string> names = options.attrs;
    for (const ProjectedMember& member : options.pick) {
        if (!is_core_member(member.name)) names.push_back(member.name);
    }
    return names;
}

/// A retrieval that is under way.
struct Retrieval {
    const App& app;
    ApiCall call;
    std::string id;
    ShowEntity show;
    std::vector<Asked> asked;

    Result<Answer> finish(const std::vector<SourceReply>& replies) {
        call.may_wait = call.may_fetch = true;
        EntityMerge merge;
        std::vector<std::string> sources;
        if (const EntityPtr own = TRY(app.store.find(call.caller, id))) {
            merge.add(*own, Precedence::Equal);
            sources.emplace_back(kMapsHere);
        }
        SourceWarnings warnings;
        for (std::size_t i = 0; i < replies.size(); ++i) {
            for (Entity& part :
                 read_fragments({app, call, asked[i].names, warnings}, replies[i], id)) {
                if (!call.caller.access->show_part(part)) continue;
                keep_only(asked[i].only, part);
                merge.add(part, precedence_of(*replies[i].source));
                sources.push_back(replies[i].source->id);
            }
        }
        const auto merged = merge.take();
        EntityPtr entity = merged.empty() ? nullptr : unexpired(merged.front(), app.clock.now());
        if (entity && !call.caller.access->covers(entity->types)) entity = nullptr;
        auto response = show(entity, sources);
        if (!response) {
            if (warnings.empty()) return std::move(response).error();
            response = problem(response.error(), call.caller.tenant);
        }
        warnings.show(app, call, *response);
        return Answer{std::move(*response)};
    }
};

}  // namespace

Result<std::shared_ptr<Later>> retrieve_from_sources(const App& app, const ApiCall& call,
                                                     const std::string& id,
                                                     const WriteOptions& options, ShowEntity show) {
    EntityQuery query;
    query.ids = {id};
    if (const std::string* type = call.param("type"); type != nullptr && *type != "*") {
        query.types = TRY(parse_type_selection(*type, *call.context));
    }
    query.attrs = needed_attributes(options);
    const Question question = question_of(call, query);
    auto retrieval = std::make_shared<Retrieval>(Retrieval{app, call, id, std::move(show), {}});
    for (const MatchedSource& source : TRY(app.distributor.matching(
             origin_of(call), TRY(source_query_of(call, question, query))))) {
        if (!answers_questions(*source.registration)) continue;
        retrieval->asked.push_back(TRY(ask_retrieval(app, call, question, source)));
    }
    if (retrieval->asked.empty()) return std::shared_ptr<Later>{};
    return ask_sources(app, call, requests_of(retrieval->asked),
                       [retrieval](const std::vector<SourceReply>& replies) {
                           return retrieval->finish(replies);
                       });
}

}  // namespace musubi
