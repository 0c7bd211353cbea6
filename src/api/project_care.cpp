// Tasks of projects, and how projects are after their grants.
#include "api/admin_json.h"
#include "api/loop.h"
#include "api/parameters.h"
#include "api/project_parts.h"
#include "api/use.h"
#include "broker/member_reader.h"
#include "project/care/care_reactor.h"
#include "project/care/handover_kit.h"
#include "project/loop/loop_writer.h"

namespace musubi::api {
namespace {

constexpr std::size_t kMostTasks = 1'000;

Json shown(const Entity& heartbeat) {
    Json out;
    for (const char* name : {"statement", "key", "signature"}) {
        if (const Json* value = loop_value(heartbeat, name)) out.set(name, *value);
    }
    return out;
}

bool is_public(const Entity& heartbeat) {
    const Json* value = loop_value(heartbeat, "isPublic");
    return value != nullptr && *value == Json{true};
}

}  // namespace

Result<Answer> list_tasks(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    TRY(only_parameters(call.params, {"project"}));
    const std::string* project = call.param("project");
    return Answer{
        plain_json(TRY(loop_list(app, call, "Task", project != nullptr ? *project : "")))};
}

// POST /musubi/v1/tasks/{name}/close {"words"}
Result<Answer> close_task(const App& app, const ApiCall& call) {
    const Json body = TRY(read_json(call));
    const MemberReader reader{body, ""};
    TRY(reader.only({"words"}));
    TRY(app.projects->tasks.close(call.caller, call.path.front(), text_or(body, "words", "")));
    return Answer{plain_json(TRY(loop_one(app, call, "Task", call.path.front())))};
}

// POST /musubi/v1/tasks/{name}/assign {"owner", "due"}
Result<Answer> assign_task(const App& app, const ApiCall& call) {
    const Json body = TRY(read_json(call));
    const MemberReader reader{body, ""};
    TRY(reader.only({"owner", "due"}));
    TRY(app.projects->tasks.assign(call.caller, call.path.front(), text_or(body, "owner", ""),
                                   text_or(body, "due", "")));
    return Answer{plain_json(TRY(loop_one(app, call, "Task", call.path.front())))};
}

// GET /musubi/v1/projects/{name}/kit: what it takes to hand it over, or to close it
Result<Answer> get_project_kit(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    for (const char* type : {"Project", "Participant", "Artefact"}) {
        TRY(begin_use(app, call, AccessAction::Read, TypeSelection{.type = loop_iri(type)}, false));
    }
    HandoverKit made = TRY(handover_kit(app.store, call.caller,
                                        loop_id("Project", call.path.front()), app.measures.get()));
    TRY(record_access(app, call, made.seen));
    made.kit.set("partial", sees_loop_in_part(*call.caller.access));
    return Answer{plain_json(made.kit)};
}

// GET /musubi/v1/heartbeats: for everybody, of projects whose grant is over; who reads in the town
// sees the others as well, with ?all=true
Result<Answer> list_heartbeats(const App& app, const ApiCall& call) {
    TRY(only_parameters(call.params, {"all"}));
    const bool all = TRY(read_flag(call, "all"));
    if (all) TRY(need_read(call));
    const Caller everybody = service_caller(call.caller.tenant, "heartbeats");
    std::vector<EntityPtr> found =
        TRY(loop_entities(app.store, all ? call.caller : everybody, "Heartbeat"));
    if (!all) std::erase_if(found, [](const EntityPtr& beat) { return !is_public(*beat); });
    const bool more = found.size() > kMostTasks;
    if (more) found.resize(kMostTasks);
    Json::Array items;
    for (const EntityPtr& entity : found) items.push_back(shown(*entity));
    Json out;
    out.set("domain", kHeartbeatDomain);
    out.set("heartbeats", std::move(items));
    out.set("more", more);
    return Answer{plain_json(out)};
}

}  // namespace musubi::api
