// Gates, their evidence, and how they are decided.
#include "api/admin_json.h"
#include "api/loop.h"
#include "api/measures.h"
#include "api/parameters.h"
#include "api/project_parts.h"
#include "api/record.h"
#include "api/sign_in.h"
#include "api/use.h"
#include "broker/member_reader.h"
#include "project/gate/evidence_check.h"
#include "project/gate/readings_export.h"
#include "project/loop/loop_writer.h"

namespace musubi::api {
namespace {

std::string slug_of(std::string_view type, const EntityPtr& entity) {
    return entity ? std::string{loop_slug(type, entity->id)} : std::string{};
}

// What the evidence of a gate was made of.
struct EvidenceUsed {
    StageQuestion question;
    GateMoment moment;
    MeasureSet measures;
};
Result<EvidenceUsed> used_by(const App& app, const ApiCall& call, const std::string& gate) {
    const Json file = TRY(parse_json(TRY(app.projects->gates.evidence(call.caller, gate))));
    const Json& evidence = *file.find("evidence");
    StageQuestion question = TRY(read_question(*evidence.find("locked")));
    MeasureSet measures = TRY(measures_of_evidence(evidence));
    EvidenceUsed out{
        .question = std::move(question), .moment = {}, .measures = std::move(measures)};
    out.moment.leaves_out = app.projects->gates.leaves_out(call.caller.tenant);
    out.moment.at = TRY(parse_time(evidence.find("at")->string()));
    out.moment.sequence = static_cast<std::uint64_t>(evidence.find("sequence")->integer());
    return out;
}

// Before anything is decided: whoever decides may use gates and decisions.
Result<void> begin_decisions(const App& app, const ApiCall& call) {
    for (const char* type : {"Gate", "Decision"}) {
        TRY(begin_use(app, call, AccessAction::Read, TypeSelection{.type = loop_iri(type)}, false));
    }
    return {};
}

// The ids of what a file tells of. Fails: Forbidden unless the caller sees each of them whole: the
// file was signed, so nothing can be left out of it.
Result<std::vector<std::string>> told_by(const App& app, const ApiCall& call, const Json& file) {
    const Json& evidence = *file.find("evidence");
    std::vector<std::string> ids;
    const auto add = [&](const Json& thing) {
        const Json* id = thing.find("id");
        if (id != nullptr && id->is_string()) ids.push_back(id->string());
    };
    for (const char* one : {"project", "issue", "logicModel", "stage"}) add(*evidence.find(one));
    for (const char* list : {"participants", "artefacts"}) {
        for (const Json& thing : evidence.find(list)->array()) add(thing);
    }
    const Caller everybody = service_caller(call.caller.tenant, kLoopGuardian);
    for (const std::string& id : ids) {
        const EntityPtr whole = TRY(app.store.find(everybody, id));
        if (!whole || sees_whole(call.caller, whole)) continue;
        return loop_error(ErrorCode::Forbidden, call.path.front(),
                          "証拠には、あなたに見えないものが入っています。見える人に頼んでください",
                          "the evidence holds what you may not see; ask somebody who may");
    }
    return ids;
}

// What a gate was computed from goes out whole or not at all: what is missing would look like
// another measure, and its values tell of readings. Fails: Forbidden, as begin_use.
Result<AskedTypes> begin_measured(const App& app, const ApiCall& call, const EvidenceUsed& used) {
    AskedTypes asked;
    asked.any = true;
    for (const StageQuestion::Expectation& expectation : used.question.expectations) {
        const Measure* measure = used.measures.find(expectation.measure);
        if (measure == nullptr) continue;
        for (const MeasurePart& part : measure->parts) {
            asked.named.push_back(part.type);
            TRY(begin_use(app, call, AccessAction::Read, TypeSelection{.type = part.type}, false));
        }
        if (shows_all_of(*call.caller.access, *measure)) continue;
        return loop_error(
            ErrorCode::Forbidden, call.path.front(),
            "このゲートを計算した読み取りのうち、あなたに見えないものがあります。見える人に"
            "頼んでください",
            "some of the readings this gate was computed from are not for you; ask "
            "somebody who may see them");
    }
    return asked;
}

}  // namespace

Result<Answer> list_gates(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    TRY(only_parameters(call.params, {"project"}));
    const std::string* project = call.param("project");
    return Answer{
        plain_json(TRY(loop_list(app, call, "Gate", project != nullptr ? *project : "")))};
}

// POST /musubi/v1/gates {"stage"}: one look at a stage that was entered
Result<Answer> post_gate(const App& app, const ApiCall& call) {
    const Json body = TRY(read_json(call));
    const MemberReader reader{body, ""};
    TRY(reader.only({"stage"}));
    const EntityPtr gate = TRY(app.projects->gates.open(call.caller, TRY(reader.text("stage"))));
    const std::string slug = slug_of("Gate", gate);
    HttpResponse response = plain_json(TRY(loop_one(app, call, "Gate", slug)), 201);
    response.headers.emplace_back("Location", "/musubi/v1/gates/" + slug);
    return Answer{std::move(response)};
}

Result<Answer> get_gate(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    return Answer{plain_json(TRY(loop_one(app, call, "Gate", call.path.front())))};
}

Result<std::string> gate_file(const App& app, const ApiCall& call, const std::string& gate,
                              const std::string& decision) {
    TRY(begin_decisions(app, call));
    for (const char* type :
         {"Project", "Issue", "LogicModel", "Stage", "Participant", "Artefact"}) {
        TRY(begin_use(app, call, AccessAction::Read, TypeSelection{.type = loop_iri(type)}, false));
    }
    std::string text = TRY(app.projects->gates.evidence(call.caller, gate, decision));
    static_cast<void>(TRY(begin_measured(app, call, TRY(used_by(app, call, gate)))));
    TRY(record_ids(app, call, TRY(told_by(app, call, TRY(parse_json(text))))));
    return text;
}

// GET /musubi/v1/gates/{name}/evidence?decision=NAME: the file, to the byte as it was signed
Result<Answer> get_gate_evidence(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    TRY(only_parameters(call.params, {"decision"}));
    const std::string* decision = call.param("decision");
    std::string text = TRY(
        gate_file(app, call, call.path.front(), decision != nullptr ? *decision : std::string{}));
    HttpResponse response{
        200,
        {{"Content-Type", "application/json"},
         {"Content-Disposition", "attachment; filename=\"" + call.path.front() + ".json\""}},
        std::move(text)};
    return Answer{std::move(response)};
}

// GET /musubi/v1/gates/{name}/readings?after=...: what its values were computed from, line by line
Result<Answer> get_gate_readings(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    TRY(only_parameters(call.params, {"after"}));
    const EvidenceUsed used = TRY(used_by(app, call, call.path.front()));
    const AskedTypes asked = TRY(begin_measured(app, call, used));
    const std::string* after = call.param("after");
    const ReadingsPage page =
        TRY(export_readings(app.store, call.caller, used.measures, used.question, used.moment,
                            after != nullptr ? *after : "", kEntitiesAPage));
    TRY(record_answer(app, call, asked, {}, page.lines.size()));
    HttpResponse response{200, {{"Content-Type", "application/x-ndjson"}}, page.lines};
    if (page.next) response.headers.emplace_back("Musubi-Next", *page.next);
    return Answer{std::move(response)};
}

// POST /musubi/v1/gates/{name}/decisions {"outcome", "reason", "draftNumber", "approvalNumber"}
Result<Answer> post_decision(const App& app, const ApiCall& call) {
    const Json body = TRY(read_json(call));
    const MemberReader reader{body, ""};
    TRY(reader.only({"outcome", "reason", "draftNumber", "approvalNumber"}));
    const GateService::Proposal proposal{.outcome = TRY(reader.text("outcome")),
                                         .reason = text_or(body, "reason", ""),
                                         .draft_number = text_or(body, "draftNumber", ""),
                                         .approval_number = text_or(body, "approvalNumber", "")};
    TRY(begin_decisions(app, call));
    const EntityPtr made =
        TRY(app.projects->gates.propose(call.caller, call.path.front(), proposal));
    const std::string slug = slug_of("Decision", made);
    HttpResponse response = plain_json(TRY(loop_one(app, call, "Decision", slug)), 201);
    response.headers.emplace_back("Location", "/musubi/v1/decisions/" + slug);
    return Answer{std::move(response)};
}

Result<Answer> list_decisions(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    TRY(only_parameters(call.params, {"project"}));
    const std::string* project = call.param("project");
    return Answer{
        plain_json(TRY(loop_list(app, call, "Decision", project != nullptr ? *project : "")))};
}

// POST /musubi/v1/decisions/{name}/sign, in a sign-in of the last minutes
Result<Answer> sign_decision(const App& app, const ApiCall& call) {
    const Signer signer = TRY(need_signer(app, call));
    TRY(begin_decisions(app, call));
    TRY(app.projects->gates.sign(call.caller, call.path.front(), signer));
    return Answer{plain_json(TRY(loop_one(app, call, "Decision", call.path.front())))};
}

}  // namespace musubi::api
