#include "project/gate/evidence_builder.h"

#include <algorithm>

#include "project/gate/gate_evidence.h"
#include "project/loop/loop_rules.h"
#include "project/loop/loop_writer.h"
#include "project/loop/stage_lock.h"
#include "project/measures/value_writer.h"

namespace musubi {
namespace {

Result<Json> views_of(const Store& store, const Caller& caller, std::string_view type,
                      const std::string& project) {
    Json::Array out;
    for (const EntityPtr& entity : TRY(loop_entities(store, caller, type, project))) {
        out.push_back(loop_view(*entity, type));
    }
    return Json{std::move(out)};
}

// What a thing refers to; an empty object where it refers to nothing.
Result<Json> referred(const Store& store, const Caller& caller, const Entity& project,
                      std::string_view member, std::string_view type) {
    const std::string id = loop_text(project, member);
    const EntityPtr entity = id.empty() ? nullptr : TRY(store.find(caller, id));
    return entity ? loop_view(*entity, type) : Json{Json::Object{}};
}

bool belongs(const LoopSlot& slot, std::string_view stage_kind) {
    return slot.stage.empty() || slot.stage == stage_kind;
}

// A measure that the pack defines in another way by now: it is judged by what was promised.
void mark_moved(const MeasureSet* today, Json& judged) {
    for (Json& item : judged.array()) {
        const Json* hash = item.find("definitionHash");
        const Measure* measure =
            today != nullptr ? today->find(item.find("measure")->string()) : nullptr;
        if (hash == nullptr) continue;
        const bool same = measure != nullptr && *hash == Json{measure->hash};
        if (!same) item.set("definitionMoved", true);
    }
}

Json versions() {
    Json out;
    out.set("gate", kGateCode);
    out.set("measures", kMeasureCode);
    out.set("vocabulary", kLoopVersion);
    return out;
}

}  // namespace

Json slots_of(const Json& artefacts, const Json& stage) {
    const Json* kind = stage.find("kind");
    const Json* id = stage.find("id");
    const std::string_view stage_kind =
        kind != nullptr && kind->is_string() ? std::string_view{kind->string()} : "";
    Json::Array out;
    for (const LoopSlot& slot : loop_slots()) {
        if (!belongs(slot, stage_kind)) continue;
        Json item;
        item.set("slot", slot.name);
        item.set("ja", slot.ja);
        item.set("en", slot.en);
        if (slot.reconstructed) item.set("reconstructed", true);
        Json::Array by;
        for (const Json& artefact : artefacts.array()) {
            const Json* of = artefact.find("slot");
            const Json* of_stage = artefact.find("ofStage");
            if (of == nullptr || !(*of == Json{slot.name})) continue;
            const bool other_stage = of_stage != nullptr && id != nullptr && !(*of_stage == *id);
            const Json* artefact_id = artefact.find("id");
            if (!other_stage && artefact_id != nullptr) by.push_back(*artefact_id);
        }
        item.set("by", std::move(by));
        out.push_back(std::move(item));
    }
    return Json{std::move(out)};
}

Result<Json> build_evidence(const Store& store, const EvidenceOf& of, const GateMoment& moment) {
    const Caller caller = service_caller(of.tenant, kLoopGuardian);
    const Json* locked = loop_value(of.stage, "locked");
    if (locked == nullptr) {
        return loop_error(ErrorCode::Conflict, of.stage.id, "この段階はまだ始まっていません",
                          "the stage has not been entered");
    }
    StageQuestion question = TRY(read_question(*locked));
    question.look = of.look;
    const MeasureSet none;
    const MeasureSet& measures = of.promised != nullptr ? *of.promised : none;
    const Json values = TRY(stage_values(store, caller, measures, question, moment));
    Json judged = TRY(judge_values(question, values, moment.stop));
    mark_moved(of.measures, judged);
    const Json artefacts = TRY(views_of(store, caller, "Artefact", of.project.id));

    Json out;
    out.set("format", kEvidenceFormat);
    out.set("versions", versions());
    out.set("tenant", of.tenant);
    out.set("gate", of.gate);
    out.set("at", to_iso(moment.at));
    out.set("sequence", static_cast<std::int64_t>(moment.sequence));
    out.set("openedBy", of.opened_by);
    out.set("look", static_cast<std::int64_t>(of.look));
    out.set("looks", static_cast<std::int64_t>(question.looks));
    out.set("level", question.level());
    out.set("seed", static_cast<std::int64_t>(question.seed));
    out.set("previous", loop_text(of.project, "lastEvidence"));
    out.set("project", loop_view(of.project, "Project"));
    out.set("issue", TRY(referred(store, caller, of.project, "ofIssue", "Issue")));
    out.set("logicModel", TRY(referred(store, caller, of.project, "ofLogicModel", "LogicModel")));
    out.set("participants", TRY(views_of(store, caller, "Participant", of.project.id)));
    out.set("slots", slots_of(artefacts, loop_view(of.stage, "Stage")));
    out.set("artefacts", artefacts);
    out.set("stage", loop_view(of.stage, "Stage"));
    out.set("locked", *locked);
    out.set("lockHash", loop_text(of.stage, "lockHash"));
    out.set("definitions", definitions_of(of.promised));
    out.set("judged", std::move(judged));
    return out;
}

}  // namespace musubi
