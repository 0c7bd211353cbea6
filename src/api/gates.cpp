// Gates, their evidence, and how they are decided.
#include "api/admin_json.h"
#include "api/loop.h"
#include "api/parameters.h"
#include "api/project_parts.h"
#include "api/record.h"
#include "api/sign_in.h"
#include "api/use.h"
#include "broker/member_reader.h"
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
};
Result<EvidenceUsed> used_by(const App& app, const ApiCall& call) {
    const Json file =
        TRY(parse_json(TRY(app.projects->gates.evidence(call.caller, call.path.front()))));
    const Json& evidence = *file.find("evidence");
    EvidenceUsed out{.question = TRY(read_question(*evidence.find("locked"))), .moment = {}};
    out.moment.at = TRY(parse_time(evidence.find("at")->string()));
    out.moment.sequence = static_cast<std::uint64_t>(evidence.find("sequence")->integer());
    return out;
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

// GET /musubi/v1/gates/{name}/evidence: the file, to the byte as it was signed
Result<Answer> get_gate_evidence(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    for (const char* type : {"Participant", "Artefact", "Gate"}) {
        TRY(begin_use(app, call, AccessAction::Read, TypeSelection{.type = loop_iri(type)}, false));
    }
    HttpResponse response{
        200,
        {{"Content-Type", "application/json"},
         {"Content-Disposition", "attachment; filename=\"" + call.path.front() + ".json\""}},
        TRY(app.projects->gates.evidence(call.caller, call.path.front()))};
    return Answer{std::move(response)};
}

// GET /musubi/v1/gates/{name}/readings?after=...: what its values were computed from, line by line
Result<Answer> get_gate_readings(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    TRY(only_parameters(call.params, {"after"}));
    const EvidenceUsed used = TRY(used_by(app, call));
    static const MeasureSet kNone;
    const MeasureSet& measures = app.measures ? *app.measures : kNone;
    AskedTypes asked;
    for (const StageQuestion::Expectation& expectation : used.question.expectations) {
        const Measure* measure = measures.find(expectation.measure);
        if (measure == nullptr) continue;
        for (const MeasurePart& part : measure->parts) {
            asked.named.push_back(part.type);
            TRY(begin_use(app, call, AccessAction::Read, TypeSelection{.type = part.type}, false));
        }
    }
    const std::string* after = call.param("after");
    const ReadingsPage page =
        TRY(export_readings(app.store, call.caller, measures, used.question, used.moment,
                            after != nullptr ? *after : "", kEntitiesAPage));
    asked.any = true;
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
                                         .reason = TRY(reader.text("reason")),
                                         .draft_number = text_or(body, "draftNumber", ""),
                                         .approval_number = text_or(body, "approvalNumber", "")};
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
    TRY(app.projects->gates.sign(call.caller, call.path.front(), signer));
    return Answer{plain_json(TRY(loop_one(app, call, "Decision", call.path.front())))};
}

}  // namespace musubi::api
