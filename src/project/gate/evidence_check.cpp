#include "project/gate/evidence_check.h"

#include <fmt/core.h>

#include <set>

#include "base/canonical_json.h"
#include "project/gate/evidence_follow.h"
#include "project/gate/stage_values.h"
#include "project/loop/loop_clock.h"
#include "project/loop/stage_lock.h"
#include "trust/encoding.h"

namespace musubi {
namespace {

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
        const auto question = question_of_evidence(evidence_);
        if (question) check_what_follows(*question);
        const auto again = question ? judge_values(*question, *judged) : question.error();
        const auto text = again ? canonical_json(*again) : again.error();
        if (!text || *text != TRY(canonical_json(*judged))) {
            fault("推定と判定が、値からの計算と合いません",
                  "estimates and verdicts are not what the values come to");
        }
        return {};
    }

    // What is said twice is said alike.
    void check_what_follows(const StageQuestion& question) {
        const auto measures = measures_of_evidence(evidence_);
        if (!measures) return;  // said already
        for (TwoTongues& one : what_does_not_follow(evidence_, question, *measures)) {
            report_.faults.push_back(std::move(one));
        }
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

}  // namespace

Result<EvidenceReport> verify_evidence(std::string_view text, const std::optional<KeyList>& keys) {
    if (text.size() > kMaxEvidenceBytes) {
        return Error{ErrorCode::TooLarge, "証拠は 64 MiB までです / evidence has at most 64 MiB"};
    }
    EvidenceReport report;
    auto file = parse_json(text);
    if (!file) {
        return Error{
            file.error().code,
            "JSON として読めません。証拠のファイルではないか、途中で切れています / it is no "
            "JSON: no file of evidence, or cut off (" +
                file.error().detail + ")",
            file.error().where};
    }
    report.file = *std::move(file);
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

}  // namespace musubi
