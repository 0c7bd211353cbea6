#include "project/diagnosis/diagnose.h"

#include <algorithm>

#include "base/both_words.h"
#include "project/diagnosis/diagnosis_view.h"
#include "project/diagnosis/signs.h"

namespace musubi {
namespace {

CauseLook look_at(FailureCause cause, const DiagnosisView& view) {
    switch (cause) {
        case FailureCause::TerminalsNotConnected: return terminals_not_connected(view);
        case FailureCause::NoDigitalBase: return no_digital_base(view);
        case FailureCause::EquipmentPastLife: return equipment_past_life(view);
        case FailureCause::NoPeople: return no_people(view);
        case FailureCause::NoKnowledge: return no_knowledge(view);
        case FailureCause::PeopleElsewhere: return people_elsewhere(view);
        case FailureCause::PurposeUnclear: return purpose_unclear(view);
        case FailureCause::TechnologyFirst: return technology_first(view);
        case FailureCause::PartiesApart: return parties_apart(view);
        case FailureCause::NoEarnings: return no_earnings(view);
        case FailureCause::PilotForItself: return pilot_for_itself(view);
        case FailureCause::DataInSilos: return data_in_silos(view);
    }
    return {};
}

void append(MeasureWords& to, std::string_view ja, std::string_view en) {
    if (!to.ja.empty()) to.ja += "。";
    if (!to.en.empty()) to.en += "; ";
    to.ja += ja;
    to.en += en;
}

Finding finding_of(FailureCause cause, CauseLook look) {
    const CauseText& text = text_of(cause);
    Finding out;
    out.cause = cause;
    out.evidence = std::move(look.evidence);
    out.left_out = look.left_out;
    std::vector<std::string_view> told;
    for (const CauseLook::Sign& sign : look.signs) {
        append(out.seen, sign.words.ja, sign.words.en);
        if (std::ranges::find(told, sign.sign) != told.end()) continue;
        told.push_back(sign.sign);
        const SignText& of = text_of_sign(sign.sign);
        append(out.clears, of.clears_ja, of.clears_en);
    }
    out.question = {std::string{text.question_ja}, std::string{text.question_en}};
    out.answer = {
        out.seen.ja + "。この指摘が消えるのは、次のときです：" + out.clears.ja + "。",
        "What the data say: " + out.seen.en + ". It is found no more when: " + out.clears.en + "."};
    return out;
}

Json words_json(const MeasureWords& words) { return both_words(words.ja, words.en); }

Json cause_json(FailureCause cause) {
    const CauseText& text = text_of(cause);
    Json kind = words_json(words_of(text.kind));
    kind.set("id", name_of(text.kind));
    Json out;
    out.set("cause", text.id);
    out.set("kind", std::move(kind));
    out.set("line", text.line);
    out.set("paper", words_json({std::string{text.ja}, std::string{text.en}}));
    return out;
}

Json evidence_json(const FindingEvidence& one) {
    Json out;
    out.set("sign", one.sign);
    out.set("of", one.of);
    if (one.number) out.set("number", *one.number);
    if (one.bound) out.set("bound", *one.bound);
    if (one.on) out.set("on", to_iso(*one.on));
    out.set("words", words_json(one.words));
    return out;
}

}  // namespace

std::vector<Finding> diagnose(const ProjectFacts& facts, Time now) {
    const DiagnosisView view{facts, now};
    std::vector<Finding> out;
    for (const FailureCause cause : failure_causes()) {
        CauseLook look = look_at(cause, view);
        if (!look.signs.empty()) out.push_back(finding_of(cause, std::move(look)));
    }
    return out;
}

std::vector<CauseNotJudged> not_judged(const ProjectFacts& facts, Time now) {
    const DiagnosisView view{facts, now};
    std::vector<CauseNotJudged> out;
    for (const FailureCause cause : failure_causes()) {
        if (auto why = look_at(cause, view).not_judged) out.push_back({cause, *std::move(why)});
    }
    return out;
}

Json to_json(const Finding& finding) {
    Json out = cause_json(finding.cause);
    out.set("seen", words_json(finding.seen));
    Json::Array evidence;
    for (const FindingEvidence& one : finding.evidence) evidence.push_back(evidence_json(one));
    out.set("evidence", std::move(evidence));
    out.set("leftOut", static_cast<std::int64_t>(finding.left_out));
    out.set("clears", words_json(finding.clears));
    out.set("question", words_json(finding.question));
    out.set("answer", words_json(finding.answer));
    return out;
}

Json to_json(const CauseNotJudged& cause) {
    Json out = cause_json(cause.cause);
    out.set("why", words_json(cause.why));
    return out;
}

}  // namespace musubi
