// How a gate is decided: proposals, signatures, and what follows.
#include <algorithm>

#include "base/both_words.h"
#include "model/normal_text.h"
#include "project/cases/case_entity.h"
#include "project/cases/case_service.h"
#include "project/gate/gate_service.h"
#include "project/loop/loop_text.h"
#include "project/loop/loop_writer.h"
#include "project/loop/project_service.h"
#include "store/edit_values.h"
#include "trust/people/grant.h"

namespace musubi {
namespace {

Error no_gate(const std::string& id) {
    return loop_error(ErrorCode::NotFound, id, "このゲートはありません", "there is no such gate");
}

constexpr std::size_t kMaxProposals = 50;

// Whoever signs sees what: the decision and its gate. Fails: NotFound.
Result<void> check_sight(const Store& store, const Caller& caller, const std::string& id) {
    const EntityPtr decision = TRY(store.find(caller, id));
    const std::string gate = decision ? loop_text(*decision, "ofGate") : std::string{};
    if (!gate.empty() && TRY(store.find(caller, gate))) return {};
    return loop_error(ErrorCode::NotFound, id, "この決定はありません", "there is no such decision");
}

bool decides(Role role) {
    return role == Role::Operator || role == Role::DataOwner || role == Role::Member ||
           role == Role::Reviewer || role == Role::IndependentBody;
}

// Somebody who has a say in gates, as the guardian.
Result<Caller> deciding_caller(const Caller& caller) {
    if (!decides(caller.role) || !caller.access || !caller.access->may_read) {
        return loop_error(
            ErrorCode::Forbidden, "",
            "ゲートを決定できるのは、運用者・データの所有者・メンバー・審査員・独立機関です",
            "operators, data owners, members, reviewers and the independent body "
            "decide gates");
    }
    Caller guardian = service_caller(caller.tenant, kLoopGuardian);
    guardian.subject = caller.subject;
    guardian.role = caller.role;
    guardian.organisation = caller.organisation;
    guardian.session = caller.session;
    return guardian;
}

Result<void> check_proposal(const GateService::Proposal& proposal) {
    if (!is_outcome(proposal.outcome)) {
        return loop_error(ErrorCode::BadRequest, "/outcome",
                          "決定は go, change, hold, stop, hand-over のどれかです",
                          "a decision is go, change, hold, stop or hand-over");
    }
    TRY(check_why(proposal.reason, "/reason"));
    for (const auto& [place, number] : {std::pair{"/draftNumber", &proposal.draft_number},
                                        std::pair{"/approvalNumber", &proposal.approval_number}}) {
        const bool fits = count_characters(*number) <= kMaxLoopLine && is_plain_line(*number) &&
                          (number->empty() || !is_blank(*number));
        if (fits) continue;
        return loop_error(
            ErrorCode::BadRequest, place,
            "番号は 200 字までの一行で、空白だけのものや、制御文字・文字の向きを変える"
            "記号の入ったものは受け付けません",
            "a number has up to 200 characters on one line, not blanks alone, without "
            "control characters and marks that turn the direction of writing");
    }
    return {};
}

GateDecision decision_of(const Entity& decision) {
    return {.gate = loop_text(decision, "ofGate"),
            .evidence_hash = loop_text(decision, "evidenceHash"),
            .outcome = loop_text(decision, "outcome"),
            .reason = loop_text(decision, "reason"),
            .draft_number = loop_text(decision, "draftNumber"),
            .approval_number = loop_text(decision, "approvalNumber")};
}

Json::Array signatures_of(const Entity& decision) {
    const Json* list = loop_value(decision, "signatures");
    return list != nullptr && list->is_array() ? list->array() : Json::Array{};
}

bool of_independent_body(const Json& signature) {
    const Json* flag = signature.find("independentBody");
    return flag != nullptr && flag->is_bool() && flag->boolean();
}

// Whether the independent body, or people of enough organisations, have signed.
bool is_enough(const Entity& decision, bool body_stopped) {
    const Json::Array signatures = signatures_of(decision);
    const bool body = std::any_of(signatures.begin(), signatures.end(), of_independent_body);
    if (body && loop_text(decision, "outcome") == "stop") return true;
    return signatures.size() >= kDecisionSignatures && (body || !body_stopped);
}

Result<void> check_signer(const Entity& decision, const std::string& subject,
                          const std::string& organisation) {
    if (organisation.empty()) {
        return loop_error(
            ErrorCode::Forbidden, decision.id,
            "所属が登録されていない人は決定に署名できません。運用者に登録を頼んでください",
            "who belongs to no organisation can't sign; ask an operator to set it");
    }
    for (const Json& one : signatures_of(decision)) {
        if (text_in(one, "subject") == subject) {
            return loop_conflict(decision.id, "あなたはもう署名しています",
                                 "you have signed this already");
        }
        if (text_in(one, "organisation") == organisation) {
            return loop_conflict(
                decision.id, "あなたの組織の人がもう署名しています。別の組織の人の署名が要ります",
                "somebody of your organisation has signed; the other signature is of "
                "another organisation");
        }
    }
    return {};
}

// What a decision makes of its stage and project.
void follow(const std::string& outcome, EntityEdit& stage, EntityEdit& project, bool body) {
    const bool over = outcome == "stop" || outcome == "hand-over";
    if (outcome == "go") set_loop_value(stage, "state", "passed");
    if (over) set_loop_value(stage, "state", "ended");
    if (over) set_loop_value(project, "state", outcome == "stop" ? "ended" : "handed-over");
    if (outcome == "stop" && body) set_loop_value(project, "stoppedBy", "independent-body");
    if (!over && body) project.remove(loop_iri("stoppedBy"), {});
    if (!over) project.remove(loop_iri("state"), {});
}

// Proposals that may still be signed, of all gates of the project.
Json::Array open_proposals(const Entity& project) {
    const Json* list = loop_value(project, "openProposals");
    return list != nullptr && list->is_array() ? list->array() : Json::Array{};
}

// The others can not be signed any more.
Result<void> end_proposals(Transaction& tx, EntityEdit& project, const std::string& but) {
    for (const Json& id : open_proposals(project.state())) {
        if (id.string() == but) continue;
        set_loop_value(*TRY(tx.edit(id.string())), "state", "replaced");
    }
    project.remove(loop_iri("openProposals"), {});
    return {};
}

// One that nobody signed makes way for the next of its gate.
Result<void> add_proposal(Transaction& tx, const Entity& gate, const std::string& id) {
    EntityEdit& project = *TRY(tx.edit(loop_text(gate, "ofProject")));
    Json::Array left;
    for (const Json& other : open_proposals(project.state())) {
        const EntityPtr there = TRY(tx.find(other.string()));
        const bool makes_way = there && loop_text(*there, "ofGate") == gate.id &&
                               signatures_of(*there).empty() &&
                               loop_value(*there, "ofBody") == nullptr;
        if (makes_way) {
            set_loop_value(*TRY(tx.edit(other.string())), "state", "replaced");
        } else {
            left.push_back(other);
        }
    }
    if (left.size() >= kMaxProposals) {
        return loop_error(ErrorCode::TooLarge, gate.id, "署名を待つ案が 50 を超えます",
                          "more than 50 proposals wait for signatures");
    }
    left.emplace_back(id);
    set_loop_value(project, "openProposals", std::move(left));
    return {};
}

// What ends leaves a case for others, which never takes the place of one that people wrote. Why
// there is none is said beside the decision, which stands all the same.
Result<void> leave_a_case(Transaction& tx, const Json& evidence, EntityEdit& decision) {
    const std::string project = loop_text(decision.state(), "ofProject");
    const auto is_free = [&](const std::string& id) -> Result<bool> {
        const EntityPtr there = TRY(tx.find(id));
        return !there ||
               (there->guardian == kLoopGuardian && loop_text(*there, "ofProject") == project);
    };
    auto text = case_of_evidence(evidence, loop_text(decision.state(), "outcome"),
                                 loop_text(decision.state(), "reason"));
    const auto id = text ? free_loop_id(kCaseType, loop_slug(kCaseType, text->id), is_free)
                         : Result<std::string>{text.error()};
    if (!id) {
        const std::string& why = id.error().detail;
        set_loop_value(
            decision, "caseLack",
            both_words("事例を残せませんでした。事例の画面で書いてください（" + why + "）",
                       "no case could be left; write it by hand (" + why + ")"));
        return {};
    }
    text->id = *id;
    TRY(write_case_entity(tx, *text, project));
    set_loop_reference(decision, "leftCase", *id);
    return {};
}

// The decision that was in force for the gate until now, where there was one.
Result<void> overrule(Transaction& tx, const Entity& gate, const std::string& by) {
    const std::string former = loop_text(gate, "decision");
    if (former.empty() || former == by) return {};
    EntityEdit& edit = *TRY(tx.edit(former));
    set_loop_value(edit, "state", "overruled");
    set_loop_reference(edit, "overruledBy", by);
    return {};
}

Result<void> check_proposable(Transaction& tx, const Entity& gate) {
    TRY(check_clock(gate, tx.now(), gate.id));
    const EntityPtr project = TRY(tx.find(loop_text(gate, "ofProject")));
    const bool body_stopped = project && !loop_text(*project, "stoppedBy").empty();
    const bool may = loop_text(gate, "state") == "open" || body_stopped ||
                     tx.caller().role == Role::IndependentBody;
    if (may) return {};
    return loop_conflict(gate.id, "このゲートはもう決定されています",
                         "the gate is decided already");
}

Result<void> write_proposal(Transaction& tx, const Entity& gate, const std::string& id,
                            const GateService::Proposal& proposal) {
    EntityEdit* decision = TRY(create_loop_entity(tx, "Decision", id));
    Attributes said;
    said.push_back(property_of(loop_iri("outcome"), proposal.outcome));
    said.push_back(property_of(loop_iri("reason"), proposal.reason));
    said.push_back(property_of(loop_iri("draftNumber"), proposal.draft_number));
    said.push_back(property_of(loop_iri("approvalNumber"), proposal.approval_number));
    TRY(decision->may_set(said));
    for (const Attribute& one : said) decision->set(one);
    set_loop_reference(*decision, "ofGate", gate.id);
    set_loop_reference(*decision, "ofProject", loop_text(gate, "ofProject"));
    set_loop_value(*decision, "evidenceHash", loop_text(gate, "evidenceHash"));
    set_loop_value(*decision, "state", "proposed");
    if (tx.caller().role == Role::IndependentBody) set_loop_value(*decision, "ofBody", true);
    set_loop_value(*decision, "proposedBy", tx.caller().subject);
    set_loop_value(*decision, "proposedAt", date_time(tx.now()));
    return {};
}

}  // namespace

Result<EntityPtr> GateService::propose(const Caller& caller, std::string_view gate,
                                       const Proposal& proposal) {
    TRY(check_proposal(proposal));
    const Caller guardian = TRY(deciding_caller(caller));
    const std::string id = loop_id("Gate", gate);
    if (!TRY(parts_.store.find(caller, id))) return no_gate(id);
    auto made = std::make_shared<std::string>();
    TRY(parts_.store.commit(guardian, [&, made](Transaction& tx) -> Result<void> {
        const EntityPtr there = TRY(tx.find(id));
        if (!there || there->guardian != kLoopGuardian) return no_gate(id);
        TRY(check_proposable(tx, *there));
        TRY(advance_clock(tx, loop_text(*there, "ofProject"), id));
        EntityEdit* edit = TRY(tx.edit(id));
        const Json* count = loop_value(*there, "proposals");
        const std::int64_t number = (count != nullptr ? count->integer() : 0) + 1;
        *made = TRY(free_loop_id(
            "Decision", std::string{gate} + "-" + std::to_string(number),
            [&](const std::string& free) -> Result<bool> { return !TRY(tx.find(free)); }));
        TRY(add_proposal(tx, *there, *made));
        set_loop_value(*edit, "proposals", number);
        return write_proposal(tx, *there, *made, proposal);
    }));
    return parts_.store.find(caller, *made);
}

Result<DecisionSignature> GateService::signature_of(Transaction& tx, const Entity& decision,
                                                    const Signer& signer) const {
    const PersonPtr person = parts_.people.find(person_of(signer.subject()));
    if (!person) return Error{ErrorCode::NotFound, "the person is gone"};
    TRY(check_signer(decision, signer.subject(), person->organisation));
    const Statement statement = decision_statement(decision_of(decision), tx.caller().tenant);
    DecisionSignature out{.signature = TRY(signer.sign(tx, statement)),
                          .key = TRY(SigningKeys::in_use(tx, person->id)).value(),
                          .name = person->display_name,
                          .organisation = person->organisation,
                          .independent = tx.caller().role == Role::IndependentBody};
    return out;
}

// The decision is made: the file holds it, and stage and project follow.
Result<void> GateService::put_in_force(Transaction& tx, EntityEdit& decision) {
    const std::string gate_id = loop_text(decision.state(), "ofGate");
    EntityEdit* gate = TRY(tx.edit(gate_id));
    EntityEdit* stage = TRY(tx.edit(loop_text(gate->state(), "ofStage")));
    EntityEdit* project = TRY(tx.edit(loop_text(gate->state(), "ofProject")));
    const auto text = TRY(tx.record(kEvidence, gate_id));
    if (!text) return Error{ErrorCode::Corrupt, "a gate without its evidence", gate_id};
    Json file;
    file.set("evidence", *TRY(parse_json(*text)).find("evidence"));
    Json said = decision_statement(decision_of(decision.state()), tx.caller().tenant).what;
    said.set("tenant", tx.caller().tenant);
    // What was signed of the project since the gate was opened: the chain leads through it.
    const std::string last = loop_text(project->state(), "lastEvidence");
    if (last != text_in(*file.find("evidence"), "previous")) said.set("previous", last);
    said.set("signatures", signatures_of(decision.state()));
    file.set("decision", std::move(said));
    const std::string sealed_text = TRY(evidence_text(TRY(sealed(std::move(file)))));
    tx.put_record(kEvidence, gate_id + " " + decision.state().id, sealed_text);
    TRY(end_proposals(tx, *project, decision.state().id));
    if (loop_text(project->state(), "openGate") == gate_id) {
        project->remove(loop_iri("openGate"), {});
    }
    const Json::Array signatures = signatures_of(decision.state());
    const bool body = std::any_of(signatures.begin(), signatures.end(), of_independent_body);
    TRY(overrule(tx, gate->state(), decision.state().id));
    set_loop_value(decision, "state", "in-force");
    set_loop_value(decision, "inForceAt", date_time(tx.now()));
    set_loop_value(*gate, "state", "decided");
    set_loop_value(*gate, "outcome", loop_text(decision.state(), "outcome"));
    set_loop_value(*gate, "decision", decision.state().id);
    set_loop_value(*project, "lastEvidence", evidence_hash(sealed_text));
    const std::string outcome = loop_text(decision.state(), "outcome");
    follow(outcome, *stage, *project, body);
    if (outcome != "stop" && outcome != "hand-over") return {};
    return leave_a_case(tx, *TRY(parse_json(*text)).find("evidence"), decision);
}

Result<EntityPtr> GateService::sign(const Caller& caller, std::string_view decision,
                                    const Signer& signer) {
    const Caller guardian = TRY(deciding_caller(caller));
    const std::string id = loop_id("Decision", decision);
    TRY(check_sight(parts_.store, caller, id));
    TRY(parts_.store.commit(guardian, [&](Transaction& tx) -> Result<void> {
        const EntityPtr there = TRY(tx.find(id));
        if (!there || there->guardian != kLoopGuardian) {
            return loop_error(ErrorCode::NotFound, id, "この決定はありません",
                              "there is no such decision");
        }
        EntityEdit* edit = TRY(tx.edit(id));
        TRY(check_clock(edit->state(), tx.now(), id));
        TRY(advance_clock(tx, loop_text(*there, "ofProject"), id));
        if (loop_text(*there, "state") != "proposed") {
            return loop_conflict(id, "この案はもう決まったか、ほかの案に替わりました",
                                 "this proposal is in force already, or was replaced");
        }
        const DecisionSignature made = TRY(signature_of(tx, *there, signer));
        const Json shown = decision_json(decision_of(*there), {made}, caller.tenant);
        Json::Array all = signatures_of(*there);
        all.push_back(shown.find("signatures")->array().front());
        set_loop_value(*edit, "signatures", std::move(all));
        const EntityPtr gate = TRY(tx.find(loop_text(*there, "ofGate")));
        const EntityPtr project = gate ? TRY(tx.find(loop_text(*gate, "ofProject"))) : nullptr;
        const bool body_stopped = project && !loop_text(*project, "stoppedBy").empty();
        return is_enough(edit->state(), body_stopped) ? put_in_force(tx, *edit) : Result<void>{};
    }));
    return parts_.store.find(caller, id);
}

}  // namespace musubi
