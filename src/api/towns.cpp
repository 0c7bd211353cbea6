#include "api/handlers.h"
#include "api/parameters.h"
#include "api/use.h"
#include "project/towns/municipality_entities.h"
#include "project/towns/towns_alike.h"

namespace musubi::api {
namespace {

Result<AlikeQuestion> read_question(const ApiCall& call) {
    TRY(only_parameters(call.params, {"count", "method"}));
    AlikeQuestion question{.town = call.path.front()};
    question.count = TRY(call.number("count")).value_or(question.count);
    if (const std::string* method = call.param("method")) {
        question.method = TRY(parse_town_method(*method));
    }
    return question;
}

}  // namespace

// GET /musubi/v1/towns/{code}/like: of the municipalities that the caller sees, as they see them.
Result<Answer> list_towns_alike(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    const AlikeQuestion question = TRY(read_question(call));
    EntityQuery query;
    query.types = TypeSelection{.type = municipality_type()};
    query.limit = StatisticsReader::kMaxMunicipalities;
    TRY(begin_use(app, call, query));
    const QueryResult result = TRY(app.store.query(call.caller, query));
    TRY(record_answer(app, call, AskedTypes::of(query), result.entities, result.entities.size()));
    const MunicipalityReader reader;
    std::vector<TownProfile> towns;
    std::vector<std::string> sources;
    for (const EntityPtr& entity : result.entities) {
        towns.push_back(reader.profile(*entity));
        sources.push_back(reader.source(*entity));
    }
    const Json answer = TRY(towns_alike(towns, question, joined_sources(std::move(sources))));
    HttpResponse response{200, {{"Content-Type", "application/json"}}, {}};
    append_json(response.body, answer);
    return Answer{std::move(response)};
}

}  // namespace musubi::api
