// Which of the twelve causes threaten a project.
#include "api/admin_json.h"
#include "api/loop.h"
#include "api/parameters.h"
#include "api/project_parts.h"
#include "api/use.h"
#include "broker/present.h"
#include "project/diagnosis/diagnose.h"
#include "project/diagnosis/gather_facts.h"
#include "project/finance/asset_register.h"
#include "project/loop/loop_writer.h"
#include "project/measures/measure.h"
#include "trust/keys.h"
#include "trust/people/grant.h"
#include "trust/people/people.h"

namespace musubi::api {
namespace {

std::string organisation_of(const App& app, const std::string& subject) {
    if (const PersonPtr person = app.people.find(person_of(subject))) return person->organisation;
    const auto bearer = app.keys.bearer(subject);
    return bearer ? bearer->organisation : std::string{};
}

// Who read what, with the organisation they belong to.
std::vector<SeenReader> readers_of(const App& app, const ApiCall& call) {
    std::vector<SeenReader> out;
    for (const auto& [use, last] : app.uses.readers(call.tenant)) {
        out.push_back({.type = use.type,
                       .id = use.subject,
                       .organisation = organisation_of(app, use.subject),
                       .last = last});
    }
    return out;
}

// What of the project is no entity, kept for as long as the facts are gathered.
struct NotEntities {
    std::optional<MoneyPlan> plan;
    std::optional<AssetRegister> assets;
};

Result<NotEntities> not_entities(const App& app, const ApiCall& call) {
    NotEntities out;
    if (!may_see_money(call.caller.role)) return out;
    const auto text = app.projects->money.text(call.caller, call.path.front());
    if (text) out.plan = TRY(parse_money_plan(*text, "money"));
    // What the town has, and what the project has of its own.
    for (const std::string& project : {std::string{}, call.path.front()}) {
        const std::string assets = TRY(app.projects->money.assets(call.caller, project));
        if (assets.empty()) continue;
        AssetRegister more = TRY(parse_asset_register(assets, "assets"));
        if (!out.assets) {
            out.assets = std::move(more);
        } else {
            out.assets->assets.insert(out.assets->assets.end(), more.assets.begin(),
                                      more.assets.end());
        }
    }
    return out;
}

template <typename T>
Json list_json(const std::vector<T>& all) {
    Json::Array out;
    for (const T& one : all) out.push_back(to_json(one));
    return Json{std::move(out)};
}

}  // namespace

// GET /musubi/v1/projects/{name}/diagnosis
Result<Answer> get_project_diagnosis(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    for (const char* type : {"Project", "Participant", "Artefact"}) {
        TRY(begin_use(app, call, AccessAction::Read, TypeSelection{.type = loop_iri(type)}, false));
    }
    const NotEntities known = TRY(not_entities(app, call));
    const Time now = TRY(read_present(app.store, call.tenant, app.clock)).at;
    std::vector<EntityPtr> seen;
    const ProjectFacts facts =
        TRY(gather_facts(app.store, call.caller, loop_id("Project", call.path.front()),
                         {.now = now,
                          .context = app.measures ? app.measures->context : core_context(),
                          .money = known.plan ? &*known.plan : nullptr,
                          .may_see_money = may_see_money(call.caller.role),
                          .assets = known.assets ? &*known.assets : nullptr,
                          .readers = readers_of(app, call),
                          .readers_from = app.uses.counted_from(),
                          .reads = [&](const EntityPtr& entity) { seen.push_back(entity); }}));
    TRY(record_access(app, call, seen));
    Json out;
    out.set("project", facts.id);
    out.set("at", to_iso(now));
    out.set("findings", list_json(diagnose(facts, now)));
    out.set("notJudged", list_json(not_judged(facts, now)));
    return Answer{plain_json(out)};
}

}  // namespace musubi::api
