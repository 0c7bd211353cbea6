// Which of the twelve causes threaten a project.
#include "api/admin_json.h"
#include "api/loop.h"
#include "api/parameters.h"
#include "api/project_parts.h"
#include "api/use.h"
#include "broker/present.h"
#include "project/diagnosis/diagnose.h"
#include "project/diagnosis/gather_facts.h"
#include "project/diagnosis/records.h"
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
    const DiagnosisRecords known =
        TRY(diagnosis_records(app.projects->money, call.caller, call.path.front()));
    const Time now = TRY(read_present(app.store, call.tenant, app.clock)).at;
    std::vector<EntityPtr> seen;
    const ProjectFacts facts =
        TRY(gather_facts(app.store, call.caller, loop_id("Project", call.path.front()),
                         {.now = now,
                          .context = app.measures ? app.measures->context : core_context(),
                          .money = known.plan ? &*known.plan : nullptr,
                          .may_see_money = may_see_money(call.caller.role),
                          .assets = known.assets ? &*known.assets : nullptr,
                          .readers = seen_readers(app.uses, call.tenant,
                                                  [&](const std::string& subject) {
                                                      return organisation_of(app, subject);
                                                  }),
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
