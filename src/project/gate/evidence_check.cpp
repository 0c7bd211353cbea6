#include "project/gate/evidence_check.h"

#include <fmt/core.h>

#include <set>

#include "base/canonical_json.h"
#include "project/gate/stage_values.h"
#include "project/loop/loop_clock.h"
#include "project/loop/stage_lock.h"
#include "project/measures/measure_text.h"
#include "trust/encoding.h"

namespace musubi {
namespace {

std::string text_in(const Json& json, std::string_view name) {
    const Json* value = json.find(name);
    return value != nullptr && value->is_string() ? value->string() : std::string{};
}

std::size_t look_of(const Json& evidence) {
    const Json* look = evidence.find("look");
    return look != nullptr && look->is_integer() && look->integer() > 0
               ? static_cast<std::size_t>(look->integer())
               : 1;
}

// What was asked, as the code that made the evidence asked it. Fails: as read_question.
Result<StageQuestion> question_of(const Json& evidence, const Json& locked) {
    StageQuestion question = TRY(read_question(locked));
    question.look = look_of(evidence);
    const Json* versions = evidence.find("versions");
    question.names_days = versions == nullptr || text_in(*versions, "gate") != kFirstGateCode;
    return question;
}

class EvidenceCheck {
public:
    EvidenceCheck(EvidenceReport& report, const std::optional<KeyList>& keys)
        : report_{report}, keys_{keys}, evidence_{*report.file.find("evidence")} {}

    Result<void> run(std::string_view text) {
        TRY(check_bytes(text));
        TRY(check_signature());
        TRY(check_lock());
        TRY(check_definitions());
        TRY(check_judged());
        return check_decision();
    }

private:
    void fault(std::string ja, std::string en) {
        report_.faults.push_back({.ja = std::move(ja), .en = std::move(en)});
    }
    void note(std::string ja, std::string en) {
        report_.notes.push_back({.ja = std::move(ja), .en = std::move(en)});
    }

    Result<void> check_bytes(std::string_view text) {
        const std::string again = TRY(evidence_text(report_.file));
        if (again == text) return {};
        std::size_t at = 0;
        while (at < again.size() && at < text.size() && again[at] == text[at]) ++at;
        fault(
            fmt::format("正準な JSON（RFC 8785）ではありません。{} バイト目から違います", at + 1),
            fmt::format("it is no canonical JSON (RFC 8785): it differs from byte {} on", at + 1));
        return {};
    }

    Result<void> check_signature() {
        const auto key = PublicKey::parse(text_in(report_.file, "key"));
        if (!key) {
            fault("サーバーの鍵が読めません", "the server's key can not be read");
            return {};
        }
        Json rest{Json::Object{}};
        for (const JsonMember& member : report_.file.object()) {
            if (member.name != "signature") rest.set(member.name, member.value);
            const bool known = member.name == "signature" || member.name == "key" ||
                               member.name == "evidence" || member.name == "decision";
            if (!known) fault("知らない項目があります: " + member.name, "unknown: " + member.name);
        }
        if (!key->verify(TRY(evidence_signed_text(rest)), text_in(report_.file, "signature"))) {
            fault("サーバーの署名が合いません。署名の後に変わっています",
                  "the server's signature does not hold: it was changed after it was signed");
        }
        if (!keys_) {
            note("鍵の持ち主は確かめていません。鍵: " + key->text(),
                 "whose key it is was not checked; the key: " + key->text());
            return {};
        }
        const auto& servers = keys_->servers;
        if (std::find(servers.begin(), servers.end(), *key) == servers.end()) {
            fault("鍵が、渡された鍵の一覧にありません",
                  "the key is not in the list that was given");
        }
        return {};
    }

    Result<void> check_lock() {
        const Json* locked = evidence_.find("locked");
        if (locked == nullptr || TRY(hash_of(*locked)) != text_in(evidence_, "lockHash")) {
            fault("固定した約束のハッシュが合いません", "what was locked has another hash");
        }
        const Json* stage = evidence_.find("stage");
        if (stage == nullptr) return {};
        if (locked != nullptr) note_lateness(*locked, *stage);
        const Json* moves = stage->find("movedGoalposts");
        if (moves == nullptr || !moves->is_array()) return {};
        for (const Json& move : moves->array()) {
            const std::string at = clock_in(move, "at");
            note("約束が後から変わりました: " + text_in(move, "member") + "（" + at +
                     " 日本時間、理由: " + text_in(move, "why") + "）",
                 "a goalpost was moved: " + text_in(move, "member") + " at " + at +
                     " (time in Japan), because: " + text_in(move, "why"));
        }
        return {};
    }

    // Older evidence has no day of the lock among what is locked, but the stage's own record.
    void note_lateness(const Json& locked, const Json& stage) {
        std::string on = text_in(locked, "lockedOn");
        const Json* at = stage.find("lockedAt");
        if (on.empty() && at != nullptr) {
            const Json* value = at->is_object() ? at->find("@value") : at;
            const auto time = value != nullptr && value->is_string() ? parse_time(value->string())
                                                                     : Result<Time>{Time{}};
            if (time) on = day_text(*time);
        }
        if (const auto late = locked_late(locked, on)) note(late->ja, late->en);
    }

    // A moment in the clocks of Japan; as it stands where it is none.
    static std::string clock_in(const Json& json, std::string_view name) {
        const auto at = parse_time(text_in(json, name));
        return at ? clock_text(*at) : text_in(json, name);
    }

    Result<void> check_definitions() {
        const Json* judged = evidence_.find("judged");
        if (judged == nullptr || !judged->is_array() || judged->array().empty()) return {};
        const auto measures = measures_of_evidence(evidence_);
        if (!measures) {
            fault("指標の定義が読めません: " + measures.error().detail,
                  "the definitions can not be read: " + measures.error().detail);
            return {};
        }
        for (const Json& item : judged->array()) {
            const std::string id = text_in(item, "measure");
            const Measure* measure = measures->find(id);
            const Json* definition = item.find("definition");
            if (definition == nullptr) continue;  // it was not there any more
            const bool same = measure != nullptr &&
                              measure->hash == text_in(item, "definitionHash") &&
                              TRY(hash_of(*definition)) == measure->hash;
            if (!same) {
                fault("指標「" + id + "」の定義がハッシュと合いません",
                      "the definition of '" + id + "' is not that of its hash");
            }
            if (item.find("definitionMoved") != nullptr) {
                note("指標「" + id + "」の定義が、段階の始まりの後で変わりました",
                     "the definition of '" + id + "' was changed after the stage began");
            }
        }
        return {};
    }

    // Estimates and verdicts follow from the values.
    Result<void> check_judged() {
        const Json* locked = evidence_.find("locked");
        const Json* judged = evidence_.find("judged");
        if (locked == nullptr || judged == nullptr) {
            fault("値がありません", "it has no values");
            return {};
        }
        check_values(*judged);
        const auto question = question_of(evidence_, *locked);
        const auto again = question ? judge_values(*question, *judged) : question.error();
        if (!again || TRY(canonical_json(*again)) != TRY(canonical_json(*judged))) {
            fault("推定と判定が、値からの計算と合いません",
                  "estimates and verdicts are not what the values come to");
        }
        return {};
    }

    // A value is what the formula makes of its parts; of values of each the parts are not told.
    void check_values(const Json& judged) {
        const auto measures = measures_of_evidence(evidence_);
        if (!measures || !judged.is_array()) return;  // said already
        for (const Json& item : judged.array()) {
            const Measure* measure = measures->find(text_in(item, "measure"));
            const Json* values = item.find("values");
            if (measure == nullptr || measure->across != Across::None || values == nullptr)
                continue;
            for (const Json& value : values->array()) {
                if (follows(*measure, value)) continue;
                fault("値が、その部分からの計算と合いません: " + measure->ja + " " +
                          text_in(value, "from"),
                      "a value is not what its parts come to: " + measure->en + " " +
                          text_in(value, "from"));
                return;
            }
        }
    }

    static bool follows(const Measure& measure, const Json& value) {
        const Json* given = value.find("value");
        const Json* parts = value.find("parts");
        if (given == nullptr) return true;
        if (!given->is_number() || parts == nullptr || !parts->is_array()) return false;
        std::vector<std::optional<double>> numbers(measure.parts.size());
        for (std::size_t i = 0; i < numbers.size() && i < parts->array().size(); ++i) {
            const Json* number = parts->array()[i].find("value");
            if (number != nullptr && number->is_number()) numbers[i] = number->number();
        }
        return measure.formula.evaluate(numbers).number == given->number();
    }

    Result<void> check_decision() {
        const Json* decision = report_.file.find("decision");
        if (decision == nullptr) {
            note("まだ決定がありません", "there is no decision yet");
            return {};
        }
        if (text_in(*decision, "evidenceHash") != TRY(hash_of(evidence_)) ||
            text_in(*decision, "gate") != text_in(evidence_, "gate")) {
            fault("決定は別の証拠のものです", "the decision is of other evidence");
        }
        const GateDecision said{.gate = text_in(*decision, "gate"),
                                .evidence_hash = text_in(*decision, "evidenceHash"),
                                .outcome = text_in(*decision, "outcome"),
                                .reason = text_in(*decision, "reason"),
                                .draft_number = text_in(*decision, "draftNumber"),
                                .approval_number = text_in(*decision, "approvalNumber")};
        const Statement statement = decision_statement(said, text_in(*decision, "tenant"));
        const Json* signatures = decision->find("signatures");
        if (signatures == nullptr || !signatures->is_array()) {
            fault("決定に署名がありません", "the decision has no signatures");
            return {};
        }
        if (!is_outcome(said.outcome)) fault("決定の言葉が違います", "it is no decision");
        check_signers(statement, said.outcome, *signatures);
        return {};
    }

    void check_signers(const Statement& statement, const std::string& outcome,
                       const Json& signatures) {
        std::set<std::string> people;
        std::set<std::string> organisations;
        bool body = false;
        for (const Json& one : signatures.array()) {
            check_one(statement, one);
            people.insert(text_in(one, "subject"));
            organisations.insert(text_in(one, "organisation"));
            const Json* independent = one.find("independentBody");
            body = body ||
                   (independent != nullptr && independent->is_bool() && independent->boolean());
        }
        const std::size_t count = signatures.array().size();
        if (people.size() < count) fault("同じ人が二度署名しています", "one person signed twice");
        if (organisations.size() < count) {
            fault("同じ組織の人が二人署名しています", "two signers are of one organisation");
        }
        if (count < kDecisionSignatures && !(body && outcome == "stop")) {
            fault("決定の署名が足りません", "the decision has too few signatures");
        }
    }

    void check_one(const Statement& statement, const Json& one) {
        const std::string subject = text_in(one, "subject");
        Json set;
        const Json* jwk = one.find("key");
        set.set("keys", Json::Array{jwk != nullptr ? *jwk : Json{}});
        const auto list = read_key_list(set);
        const auto at = parse_time(text_in(one, "at"));
        if (!list || list->people.size() != 1 || !at) {
            fault("署名が読めません: " + subject, "a signature can not be read: " + subject);
            return;
        }
        const PersonKey& key = list->people.front();
        const PersonSignature signature{.subject = subject,
                                        .at = *at,
                                        .key = key.half.id(),
                                        .signature = text_in(one, "signature")};
        if (!holds(key, statement, signature)) {
            fault("署名が合いません: " + subject, "a signature does not hold: " + subject);
        }
        if (!keys_) return;
        const bool known =
            std::any_of(keys_->people.begin(), keys_->people.end(), [&](const PersonKey& other) {
                return other.half == key.half && other.person == key.person;
            });
        if (!known) fault("渡された鍵の一覧にない鍵です: " + subject, "an unknown key: " + subject);
    }

    EvidenceReport& report_;
    const std::optional<KeyList>& keys_;
    const Json& evidence_;
};

// The first place where two values differ.
std::optional<ReplayReport::Difference> first_difference(const Json& there, const Json& again,
                                                         const std::string& where) {
    if (there.is_object() && again.is_object()) {
        for (const JsonMember& member : there.object()) {
            const Json* other = again.find(member.name);
            if (other == nullptr) {
                return ReplayReport::Difference{where + "/" + member.name, to_text(member.value),
                                                ""};
            }
            if (auto found = first_difference(member.value, *other, where + "/" + member.name)) {
                return found;
            }
        }
        for (const JsonMember& member : again.object()) {
            if (there.find(member.name) != nullptr) continue;
            return ReplayReport::Difference{where + "/" + member.name, "", to_text(member.value)};
        }
        return std::nullopt;
    }
    if (there.is_array() && again.is_array() && there.array().size() == again.array().size()) {
        for (std::size_t i = 0; i < there.array().size(); ++i) {
            if (auto found = first_difference(there.array()[i], again.array()[i],
                                              where + "/" + std::to_string(i))) {
                return found;
            }
        }
        return std::nullopt;
    }
    if (there == again) return std::nullopt;
    return ReplayReport::Difference{where, to_text(there), to_text(again)};
}

// What the values are computed with has no `definitionMoved`, which is of the lock.
void keep_marks(const Json& judged, Json& again) {
    for (std::size_t i = 0; i < judged.array().size() && i < again.array().size(); ++i) {
        if (const Json* moved = judged.array()[i].find("definitionMoved")) {
            again.array()[i].set("definitionMoved", *moved);
        }
    }
}

}  // namespace

Result<MeasureSet> measures_of_evidence(const Json& evidence) {
    const Json* definitions = evidence.find("definitions");
    if (definitions == nullptr || definitions->find("text") == nullptr) return MeasureSet{};
    const Json* context = definitions->find("context");
    const std::string url = text_in(*definitions, "contextUrl");
    const auto document = std::make_shared<const Json>(context != nullptr ? *context : Json{});
    const ContextLoader loader =
        [&](std::string_view asked) -> Result<std::shared_ptr<const Json>> {
        if (asked == url) return document;
        return Error{ErrorCode::ContextNotAvailable, "the evidence does not hold this context",
                     std::string{asked}};
    };
    ContextPtr resolved = url.empty() ? core_context() : TRY(resolve_context(Json{url}, loader));
    return read_measures(text_in(*definitions, "text"), "definitions", std::move(resolved));
}

Result<EvidenceReport> verify_evidence(std::string_view text, const std::optional<KeyList>& keys) {
    if (text.size() > kMaxEvidenceBytes) {
        return Error{ErrorCode::TooLarge, "証拠は 64 MiB までです / evidence has at most 64 MiB"};
    }
    EvidenceReport report;
    report.file = TRY(parse_json(text));
    const Json* evidence = report.file.find("evidence");
    if (evidence == nullptr || text_in(*evidence, "format") != kEvidenceFormat) {
        return Error{ErrorCode::BadRequest,
                     "ゲートの証拠のファイルではありません / this is no file of a gate's evidence"};
    }
    TRY(EvidenceCheck(report, keys).run(text));
    return report;
}

std::optional<TwoTongues> previous_fault(const Json& file, std::string_view former) {
    const Json* decision = file.find("decision");
    const Json& holder = decision != nullptr && decision->find("previous") != nullptr
                             ? *decision
                             : *file.find("evidence");
    const std::string previous = text_in(holder, "previous");
    if (previous.empty()) {
        return TwoTongues{"この証拠は事業の最初のもので、前の証拠はありません",
                          "this evidence is the first of its project: there is none before it"};
    }
    if (evidence_hash(former) == previous) return std::nullopt;
    return TwoTongues{
        "渡されたファイルは、この証拠が指す一つ前の証拠（SHA-256 " + previous + "）ではありません",
        "the file that was given is not the one before, of SHA-256 " + previous};
}

Result<ReplayReport> replay_evidence(const Json& file, const Store& store) {
    const Json& evidence = *file.find("evidence");
    const Json* locked = evidence.find("locked");
    const Json* judged = evidence.find("judged");
    if (locked == nullptr || judged == nullptr || !judged->is_array()) {
        return Error{ErrorCode::BadRequest, "the evidence has no values", "/evidence/judged"};
    }
    const StageQuestion question = TRY(question_of(evidence, *locked));
    const MeasureSet measures = TRY(measures_of_evidence(evidence));
    const GateMoment moment{.at = TRY(parse_time(text_in(evidence, "at")))};
    Json again = TRY(judge_values(question, TRY(stage_values(store, service_caller("", "replay"),
                                                             measures, question, moment))));
    keep_marks(*judged, again);
    ReplayReport report;
    report.difference = first_difference(*judged, again, "/evidence/judged");
    Json whole = evidence;
    whole.set("judged", std::move(again));
    report.evidence = TRY(canonical_json(whole));
    const bool same = report.evidence == TRY(canonical_json(evidence));
    if (same || report.difference) return report;
    report.difference = ReplayReport::Difference{"/evidence/judged", "", ""};
    return report;
}

}  // namespace musubi
