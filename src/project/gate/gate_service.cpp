#include "project/gate/gate_service.h"

#include <algorithm>

#include "broker/present.h"
#include "project/gate/evidence_builder.h"
#include "project/gate/evidence_check.h"
#include "project/loop/loop_writer.h"
#include "project/loop/project_service.h"
#include "project/loop/stage_lock.h"
#include "store/edit_values.h"
#include "trust/policies/persons.h"

namespace musubi {
namespace {

std::size_t count_of(const Entity& stage, std::string_view list) {
    const Json* value = loop_value(stage, list);
    return value != nullptr && value->is_array() ? value->array().size() : 0;
}

std::size_t looks_of(const Entity& stage) {
    const Json* looks = loop_value(stage, "looks");
    return looks != nullptr ? static_cast<std::size_t>(std::max<std::int64_t>(1, looks->integer()))
                            : 1;
}

// The independent body opens a gate too, though it writes nothing else.
Result<Caller> gate_caller(const Caller& caller) {
    if (caller.role != Role::IndependentBody) return loop_caller(caller);
    Caller guardian = service_caller(caller.tenant, kLoopGuardian);
    guardian.subject = caller.subject;
    guardian.role = caller.role;
    guardian.organisation = caller.organisation;
    return guardian;
}

// The first day that it is judged by, as it was locked.
std::string first_day(const Entity& stage) {
    const Json* locked = loop_value(stage, "locked");
    const Json* from = locked != nullptr ? locked->find("from") : nullptr;
    return from != nullptr && from->is_string() ? from->string() : loop_text(stage, "from");
}

Result<void> check_opening(const Entity& stage, const Entity& project, Time present) {
    if (loop_text(stage, "state") != "open") {
        return loop_conflict(stage.id, "この段階は始まっていないか、もう終わっています",
                             "the stage is not under way: it was not entered, or is over");
    }
    if (const std::string from = first_day(stage); day_text(present) < from) {
        return loop_conflict(
            stage.id,
            "この段階の初日は " + from +
                " です。まだ見るものがないので、見る回数は減り"
                "ません。初日の後に開いてください",
            "the first day of this stage is " + from +
                ": there is nothing to look at yet. Open the gate after it; no look "
                "is spent");
    }
    const std::string open = loop_text(project, "openGate");
    if (!open.empty()) {
        return loop_conflict(open, "この事業のゲートがもう開いています。先にそれを決定してください",
                             "a gate of this project is open already; decide that one first");
    }
    if (count_of(stage, "gates") >= looks_of(stage)) {
        return loop_conflict(
            stage.id,
            "約束した回数だけ、もう見ました。回数を増やすなら理由を書いて段階を変えてください",
            "it was looked at as often as was promised; to look again, change the stage "
            "and say why");
    }
    return {};
}

}  // namespace

// What was there when a gate was opened.
struct GateService::Opening {
    Caller caller;  // the guardian
    EntityPtr stage;
    EntityPtr project;
    std::string gate;
    std::size_t look = 1;
    GateMoment moment;
    MeasureSetPtr promised;
};

LeavesOut GateService::leaves_out(const std::string& tenant) const {
    const auto id = parts_.store.tenant(tenant);
    return [this, id = id ? *id : 0](const std::vector<std::string>& types) {
        const auto set = parts_.policies.in_force(id);
        return set != nullptr && personal_type_of(*set, types) != nullptr;
    };
}

Result<GateService::Opening> GateService::look_at(const Caller& caller,
                                                  std::string_view stage) const {
    Opening out{.caller = TRY(gate_caller(caller)),
                .stage = nullptr,
                .project = nullptr,
                .gate = {},
                .look = 1,
                .moment = {},
                .promised = nullptr};
    const Caller service = service_caller(caller.tenant, kLoopGuardian);
    out.moment.sequence = parts_.store.sequence();
    out.stage = TRY(parts_.store.find(out.caller, loop_id("Stage", stage)));
    if (!out.stage || out.stage->guardian != kLoopGuardian) {
        return loop_error(ErrorCode::NotFound, std::string{stage}, "この段階はありません",
                          "there is no such stage");
    }
    out.stage = TRY(parts_.store.find(service, out.stage->id));
    out.project = TRY(parts_.store.find(service, loop_text(*out.stage, "ofProject")));
    if (!out.project) return Error{ErrorCode::Corrupt, "a stage without its project"};
    out.moment.at =
        TRY(read_present(parts_.store, TRY(parts_.store.tenant(caller.tenant)), parts_.clock)).at;
    TRY(check_opening(*out.stage, *out.project, out.moment.at));
    out.look = count_of(*out.stage, "gates") + 1;
    out.gate = TRY(free_loop_id("Gate", std::string{stage} + "-" + std::to_string(out.look),
                                [&](const std::string& id) -> Result<bool> {
                                    return !TRY(parts_.store.find(service, id));
                                }));
    out.promised = TRY(promised_by(service, out.stage->id));
    out.moment.leaves_out = leaves_out(caller.tenant);
    out.moment.stop = stop_.get_token();
    return out;
}

// The measures as the stage locked them; where their text is not kept, those of now.
Result<MeasureSetPtr> GateService::promised_by(const Caller& caller,
                                               const std::string& stage) const {
    const auto text =
        TRY(parts_.store.record(TRY(parts_.store.tenant(caller.tenant)), kStageDefinitions, stage));
    Json evidence;
    evidence.set("definitions", text ? TRY(parse_json(*text)) : Json{Json::Object{}});
    const Json* kept = evidence.find("definitions")->find("text");
    if (kept == nullptr || !kept->is_string() || kept->string().empty()) return parts_.measures;
    MeasureSet set = TRY(measures_of_evidence(evidence));
    set.text = kept->string();
    set.context_document = *evidence.find("definitions")->find("context");
    return std::make_shared<const MeasureSet>(std::move(set));
}

Result<Json> GateService::sealed(Json file) const {
    file.set("key", parts_.key.half.text());
    const std::string text = TRY(evidence_signed_text(file));
    file.set("signature", parts_.key.sign(text));
    return file;
}

Result<void> GateService::commit_gate(const Opening& opening, const std::string& hash,
                                      const std::string& text) {
    TRY(parts_.store.commit(opening.caller, [&](Transaction& tx) -> Result<void> {
        EntityEdit* stage = TRY(tx.edit(opening.stage->id));
        EntityEdit* project = TRY(tx.edit(opening.project->id));
        TRY(check_clock(stage->state(), tx.now(), opening.stage->id));
        TRY(advance_clock(tx, opening.project->id, opening.stage->id));
        TRY(check_opening(stage->state(), project->state(), opening.moment.at));
        const bool same = stage->state().modified_at == opening.stage->modified_at &&
                          project->state().modified_at == opening.project->modified_at;
        if (!same) {
            return loop_conflict(opening.stage->id,
                                 "その間に事業が変わりました。もう一度開いてください",
                                 "the project changed meanwhile; open the gate again");
        }
        EntityEdit* gate = TRY(create_loop_entity(tx, "Gate", opening.gate));
        set_loop_reference(*gate, "ofStage", opening.stage->id);
        set_loop_reference(*gate, "ofProject", opening.project->id);
        set_loop_value(*gate, "look", static_cast<std::int64_t>(opening.look));
        set_loop_value(*gate, "state", "open");
        set_loop_value(*gate, "openedAt", date_time(opening.moment.at));
        set_loop_value(*gate, "openedBy", opening.caller.subject);
        set_loop_value(*gate, "evidenceHash", hash);
        const Json* former = loop_value(stage->state(), "gates");
        Json gates = former != nullptr ? *former : Json{Json::Array{}};
        gates.push_back(opening.gate);
        set_loop_value(*stage, "gates", std::move(gates));
        set_loop_value(*project, "openGate", opening.gate);
        tx.put_record(kEvidence, opening.gate, text);
        return {};
    }));
    return {};
}

Result<EntityPtr> GateService::open(const Caller& caller, std::string_view stage) {
    const std::unique_lock one_at_a_time{opening_, std::try_to_lock};
    if (!one_at_a_time) {
        return loop_error(ErrorCode::Busy, std::string{stage},
                          "ほかのゲートを開いています。少し待ってからもう一度",
                          "another gate is being opened; try again in a moment");
    }
    const Opening opening = TRY(look_at(caller, stage));
    const EvidenceOf of{.tenant = caller.tenant,
                        .gate = opening.gate,
                        .opened_by = caller.subject,
                        .look = opening.look,
                        .stage = *opening.stage,
                        .project = *opening.project,
                        .promised = opening.promised.get(),
                        .measures = parts_.measures.get()};
    Json file;
    file.set("evidence", TRY(build_evidence(parts_.store, of, opening.moment)));
    const std::string hash = TRY(hash_of(*file.find("evidence")));
    const std::string text = TRY(evidence_text(TRY(sealed(std::move(file)))));
    if (text.size() > kMaxEvidenceBytes) {
        return loop_error(ErrorCode::TooLarge, opening.gate, "証拠が 64 MiB を超えます",
                          "the evidence is beyond 64 MiB");
    }
    TRY(commit_gate(opening, hash, text));
    return parts_.store.find(caller, opening.gate);
}

Result<std::string> GateService::evidence(const Caller& caller, std::string_view gate,
                                          std::string_view decision) const {
    const std::string id = loop_id("Gate", gate);
    const EntityPtr entity = TRY(parts_.store.find(caller, id));
    if (!entity) {
        return loop_error(ErrorCode::NotFound, id, "このゲートはありません",
                          "there is no such gate");
    }
    const std::string by =
        decision.empty() ? loop_text(*entity, "decision") : loop_id("Decision", decision);
    const TenantId tenant = TRY(parts_.store.tenant(caller.tenant));
    auto text = TRY(parts_.store.record(tenant, kEvidence, by.empty() ? id : id + " " + by));
    if (text) return *std::move(text);
    return loop_error(ErrorCode::NotFound, by.empty() ? id : by,
                      "この決定が効いたことはないので、そのファイルはありません",
                      "this decision of the gate was never in force: there is no file of it");
}

}  // namespace musubi
