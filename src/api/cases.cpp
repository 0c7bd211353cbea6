// Cases: searched, and held against our situation.
#include <algorithm>
#include <set>

#include "api/admin_json.h"
#include "api/loop.h"
#include "api/parameters.h"
#include "api/project_parts.h"
#include "api/use.h"
#include "project/cases/case_fit.h"
#include "project/loop/loop_writer.h"
#include "project/towns/municipality_entities.h"
#include "project/towns/municipality_statistics.h"

namespace musubi::api {
namespace {

// The cases that the caller sees whole, by id: those alone are found and counted.
Result<std::set<std::string>> cases_seen(const App& app, const ApiCall& call) {
    EntityQuery query;
    query.types = TypeSelection{.type = loop_iri(kCaseType)};
    query.limit = CaseIndex::kMaxCases;
    TRY(begin_use(app, call, query));
    const QueryResult found = TRY(app.store.query(call.caller, query));
    TRY(record_answer(app, call, AskedTypes::of(query), found.entities, found.entities.size()));
    const Caller everybody = service_caller(call.caller.tenant, "cases");
    std::set<std::string> ids;
    for (const EntityPtr& entity : found.entities) {
        const EntityPtr whole = TRY(app.store.find(everybody, entity->id));
        const bool is_whole = whole && sees_whole(call.caller, whole);
        if (is_whole && entity->guardian == kLoopGuardian) ids.insert(entity->id);
    }
    return ids;
}

Result<CaseQuestion> read_case_question(const ApiCall& call) {
    CaseQuestion out{.text = call.text("q"),
                     .kind = call.text("kind"),
                     .challenge = call.text("challenge"),
                     .function = call.text("function"),
                     .outcome = call.text("outcome"),
                     .field = call.text("field")};
    if (const auto year = TRY(call.number("from"))) out.first_year = static_cast<int>(*year);
    if (const auto year = TRY(call.number("to"))) out.last_year = static_cast<int>(*year);
    out.offset = TRY(call.number("offset")).value_or(0);
    out.limit = TRY(call.number("limit")).value_or(out.limit);
    return out;
}

std::optional<std::vector<std::string>> listed(const ApiCall& call, std::string_view name) {
    if (call.param(name) == nullptr) return std::nullopt;
    return call.list(name);
}

// The towns that statistics tell of, with ours among them.
struct KnownTowns {
    std::vector<TownProfile> profiles;
    std::optional<std::size_t> ours;
};
Result<KnownTowns> known_towns(const App& app, const ApiCall& call) {
    KnownTowns out;
    const std::string code = call.text("town");
    if (code.empty()) return out;
    EntityQuery query;
    query.types = TypeSelection{.type = municipality_type()};
    query.limit = StatisticsReader::kMaxMunicipalities;
    TRY(begin_use(app, call, query));
    const QueryResult found = TRY(app.store.query(call.caller, query));
    TRY(record_answer(app, call, AskedTypes::of(query), found.entities, found.entities.size()));
    const MunicipalityReader reader;
    for (const EntityPtr& entity : found.entities) {
        out.profiles.push_back(reader.profile(*entity));
        if (out.profiles.back().code == code) out.ours = out.profiles.size() - 1;
    }
    if (out.ours) return out;
    return loop_error(
        ErrorCode::NotFound, "town",
        "この市区町村の統計がありません。musubi regions import で入れてください",
        "there are no statistics of this town; bring them by `musubi regions import`");
}

}  // namespace

// GET /musubi/v1/cases?q&kind&challenge&function&outcome&field&from&to&offset&limit
Result<Answer> search_cases(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    TRY(only_parameters(call.params, {"q", "kind", "challenge", "function", "outcome", "field",
                                      "from", "to", "offset", "limit"}));
    CaseQuestion question = TRY(read_case_question(call));
    const std::set<std::string> seen = TRY(cases_seen(app, call));
    question.may_see = [&](const CaseText& text) { return seen.contains(text.id); };
    const CaseHits hits = TRY(app.projects->shelf.of(call.tenant)->search(question));
    return Answer{plain_json(to_json(hits))};
}

Result<Answer> get_case(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    return Answer{plain_json(TRY(loop_one(app, call, kCaseType, call.path.front())))};
}

// PUT /musubi/v1/cases/{name}: what an interview told
Result<Answer> put_case(const App& app, const ApiCall& call) {
    TRY(app.projects->cases.put(call.caller, call.path.front(), TRY(read_json(call))));
    return Answer{HttpResponse{204, {}, {}}};
}

// GET /musubi/v1/fitting-cases?challenge&functions&tiers&town: which case fits us, and why not
Result<Answer> list_fitting_cases(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    TRY(only_parameters(call.params, {"challenge", "functions", "tiers", "town"}));
    const std::set<std::string> seen = TRY(cases_seen(app, call));
    std::vector<CaseTextPtr> cases = app.projects->shelf.of(call.tenant)->all();
    std::erase_if(cases, [&](const CaseTextPtr& text) { return !seen.contains(text->id); });
    const OurSituation ours{.challenge = call.text("challenge"),
                            .functions = listed(call, "functions"),
                            .tiers = listed(call, "tiers"),
                            .money = {}};
    const KnownTowns towns = TRY(known_towns(app, call));
    std::optional<TownDistances> distances;
    std::optional<LikenessToOurs> likeness;
    if (towns.ours) {
        distances.emplace(TRY(TownDistances::create(towns.profiles, TownMethod::Gower)));
        likeness.emplace(towns.profiles, *distances, *towns.ours);
    }
    Json::Array list;
    for (const FittingCase& one : fit_all(cases, ours, [&](const std::string& code) {
             return likeness ? likeness->of(code) : std::nullopt;
         })) {
        Json item;
        item.set("case", to_json(*one.text));
        item.set("fit", to_json(one.fit));
        list.push_back(std::move(item));
    }
    Json out;
    out.set("cases", std::move(list));
    return Answer{plain_json(out)};
}

}  // namespace musubi::api
