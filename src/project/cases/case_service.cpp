#include "project/cases/case_service.h"

#include <algorithm>

#include "broker/member_reader.h"
#include "project/loop/loop_writer.h"
#include "project/loop/project_service.h"
#include "project/measures/hand/value_units.h"
#include "project/towns/known_town.h"
#include "project/towns/municipality_statistics.h"

namespace musubi {
namespace {

constexpr std::string_view kFactorPrefix = "factor.";

const Json::Array& list_in(const Json& json, std::string_view name) {
    static const Json::Array kNone;
    const Json* list = json.find(name);
    return list != nullptr && list->is_array() ? list->array() : kNone;
}

void copy(const Json& from, std::string_view member, Json& out, std::string_view as = {}) {
    if (const Json* value = from.find(member)) out.set(as.empty() ? member : as, *value);
}

// As much of it as a case takes.
std::string shortened(const std::string& text) {
    constexpr std::string_view kMore = "…";
    if (text.size() <= MemberReader::kMaxTextBytes) return text;
    std::size_t end = MemberReader::kMaxTextBytes - kMore.size();
    while ((static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;  // within a character
    return text.substr(0, end).append(kMore);
}

// What was said of each success factor, one after the other.
Json interview_of(const Json& evidence) {
    Json out{Json::Object{}};
    for (const Json& artefact : list_in(evidence, "artefacts")) {
        const std::string slot = text_in(artefact, "slot");
        if (!slot.starts_with(kFactorPrefix)) continue;
        const std::string factor = slot.substr(kFactorPrefix.size());
        const std::string former = text_in(out, factor);
        out.set(factor, shortened(former.empty() ? text_in(artefact, "text")
                                                 : former + "\n" + text_in(artefact, "text")));
    }
    return out;
}

Json collected(const Json& evidence, std::string_view slot, std::string_view member) {
    Json::Array out;
    for (const Json& artefact : list_in(evidence, "artefacts")) {
        if (text_in(artefact, "slot") != slot) continue;
        for (const Json& one : list_in(artefact, member)) {
            if (out.size() < CaseText::kMaxList) out.push_back(one);
        }
    }
    return Json{std::move(out)};
}

// As people write it; a code that is not known stays as it is.
std::string unit_in_words(const std::string& code) {
    const ValueUnit* unit = find_value_unit(code);
    return unit != nullptr ? std::string{unit->ja} : code;
}

Json findings_of(const Json& evidence) {
    Json::Array out;
    for (const Json& item : list_in(evidence, "judged")) {
        const Json* estimate = item.find("estimate");
        const Json* interval = estimate != nullptr ? estimate->find("interval") : nullptr;
        const Json* name = item.find("name");
        if (interval == nullptr || name == nullptr) continue;
        Json found;
        found.set("measure", text_in(*name, "ja"));
        copy(*estimate, "estimate", found);
        copy(*interval, "low", found, "lower");
        copy(*interval, "high", found, "upper");
        found.set("unit", unit_in_words(text_in(item, "unit")));
        copy(*estimate, "method", found);
        copy(item, "better", found);
        out.push_back(std::move(found));
    }
    return Json{std::move(out)};
}

Json people_of(const Json& evidence) {
    Json::Array out;
    for (const Json& participant : list_in(evidence, "participants")) {
        if (out.size() >= CaseText::kMaxList) break;
        Json person;
        copy(participant, "role", person);
        copy(participant, "tier", person);
        out.push_back(std::move(person));
    }
    return Json{std::move(out)};
}

const CaseNames& case_names() {
    static const CaseNames kNames{*core_context()};
    return kNames;
}

// What was told afterwards stays where the evidence says nothing.
void keep_interview(const Entity& there, CaseText& text) {
    const auto before = case_of(there, case_names());
    if (!before) return;
    for (std::size_t i = 0; i < text.interview.size(); ++i) {
        if (text.interview[i].empty()) text.interview[i] = before->interview[i];
    }
}

// A case that a decision left, and what its people told afterwards: the rest of it is evidence, and
// stays. Other members may stand there as they are.
Result<CaseText> with_interview(const Entity& there, const Json& members) {
    Json whole = to_json(TRY(case_of(there, case_names())));
    for (const JsonMember& member : members.object()) {
        const Json* now = whole.find(member.name);
        if (member.name == "interview" || (now != nullptr && *now == member.value)) continue;
        return loop_error(ErrorCode::Conflict, "/" + member.name,
                          "決定から生まれた事例に書き足せるのは、聞き取り（interview）だけです。"
                          "ほかは証拠のとおりに残ります",
                          "to a case that a decision left an interview alone is added; the rest "
                          "stays as the evidence has it");
    }
    const Json* given = members.find("interview");
    if (given == nullptr) return read_case(whole);
    const Json* now = whole.find("interview");
    Json interview = now != nullptr ? *now : Json{Json::Object{}};
    if (!given->is_object()) interview = *given;  // read_case says what is wrong
    if (given->is_object()) {
        for (const JsonMember& factor : given->object()) interview.set(factor.name, factor.value);
    }
    whole.set("interview", std::move(interview));
    return read_case(whole);
}

Result<CaseText> case_by_hand(const std::string& id, const Json& members) {
    Json whole = members;
    whole.set("id", id);
    CaseText text = TRY(read_case(whole));
    if (!text.challenge.empty()) return text;
    return loop_error(ErrorCode::BadRequest, "/challenge", "どの課題のものかを書いてください",
                      "say which challenge it is of");
}

}  // namespace

Result<CaseText> case_of_evidence(const Json& evidence, std::string_view outcome,
                                  std::string_view reason) {
    static const Json kNothing{Json::Object{}};
    const Json* project = evidence.find("project");
    const Json* issue = evidence.find("issue");
    if (project == nullptr) return Error{ErrorCode::BadRequest, "evidence without a project"};
    if (issue == nullptr) issue = &kNothing;
    Json out;
    out.set("id", loop_id("Case", text_in(*project, "slug")));
    out.set("kind", outcome == "stop" ? "learning" : "success");
    copy(*project, "title", out);
    copy(*issue, "challenge", out);
    copy(*issue, "role", out);
    for (const char* member : {"functions", "field", "fiscalYear", "townCode", "isExample"}) {
        copy(*project, member, out);
    }
    const std::string purpose = text_in(*project, "purpose");
    out.set("summary", shortened(purpose.empty() ? std::string{reason}
                                                 : purpose + "\n" + std::string{reason}));
    out.set("interview", interview_of(evidence));
    out.set("hurdles", collected(evidence, "pilot.hurdles", "hurdles"));
    const Json learnt = collected(evidence, "pilot.learnt", "points");
    if (!learnt.array().empty()) out.set("learnt", learnt);
    out.set("found", findings_of(evidence));
    out.set("people", people_of(evidence));
    out.set("outcome", outcome == "hand-over" ? "handover" : outcome);  // as case_words.h has it
    return read_case(out);
}

Result<void> write_case_entity(Transaction& tx, const CaseText& text, const std::string& project) {
    const EntityPtr there = TRY(tx.find(text.id));
    if (there && there->guardian != kLoopGuardian) {
        return loop_error(ErrorCode::Conflict, text.id,
                          "この名前は、ほかのデータがすでに使っています",
                          "another entity has this id; take another name");
    }
    if (there) TRY(check_clock(*there, tx.now(), text.id));
    EntityEdit& edit =
        *(there ? TRY(tx.edit(text.id)) : TRY(create_loop_entity(tx, kCaseType, text.id)));
    CaseText whole = text;
    if (there && !project.empty()) keep_interview(*there, whole);
    write_case(edit, case_names(), whole);
    if (!there && !project.empty()) set_loop_reference(edit, "ofProject", project);
    return {};
}

Result<void> CaseService::put(const Caller& caller, std::string_view slug, const Json& members) {
    const Caller guardian = TRY(loop_caller(caller));
    if (!is_loop_slug(slug) || !members.is_object() || members.find("id") != nullptr) {
        return loop_error(ErrorCode::BadRequest, "",
                          "名前は英小文字・数字・- で 64 字まで、id は書きません",
                          "a name has lower-case letters, digits and '-', up to 64; no id is "
                          "written");
    }
    const std::string code = text_in(members, "townCode");
    if (is_area_code(code)) TRY(check_known_town(store_, caller.tenant, code, "/townCode"));
    const std::string id = loop_id(kCaseType, slug);
    TRY(store_.commit(guardian, [&](Transaction& tx) -> Result<void> {
        const EntityPtr there = TRY(tx.find(id));
        const bool left =
            there && there->guardian == kLoopGuardian && loop_value(*there, "ofProject") != nullptr;
        return write_case_entity(
            tx, TRY(left ? with_interview(*there, members) : case_by_hand(id, members)), {});
    }));
    return {};
}

}  // namespace musubi
