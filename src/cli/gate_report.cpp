#include "cli/gate_report.h"

#include <fmt/core.h>

#include <array>

#include "cli/client.h"
#include "project/loop/loop_text.h"

namespace musubi {
namespace {

struct CodeWords {
    std::string_view code;
    std::string_view ja;
    std::string_view en;
};
// As the pages say them.
constexpr std::array kVerdicts{CodeWords{"met", "達成", "met"},
                               CodeWords{"not-met", "未達", "not met"},
                               CodeWords{"not-told", "まだ言えない", "can't be told yet"}};
constexpr std::array kOutcomes{
    CodeWords{"go", "進む", "go"}, CodeWords{"change", "変えて進む", "change"},
    CodeWords{"hold", "保留", "hold"}, CodeWords{"stop", "やめる", "stop"},
    CodeWords{"hand-over", "引き継ぐ", "hand over"}};

// What is none of the codes stands as it is.
template <typename List>
std::string words_of(const List& list, const std::string& code, bool japanese) {
    for (const CodeWords& one : list) {
        if (one.code == code) return std::string{japanese ? one.ja : one.en};
    }
    return plain_line(code);
}

std::string line_in(const Json& json, std::string_view name) {
    return plain_line(printed(json, name));
}

// One of {"ja", "en"}.
std::string words_in(const Json& json, std::string_view name, bool japanese) {
    const Json* both = json.find(name);
    return both != nullptr ? line_in(*both, japanese ? "ja" : "en") : std::string{};
}

std::string words(const TwoTongues& what, bool japanese) {
    return plain_line(japanese ? what.ja : what.en);
}

void print_judged(const Json& evidence, bool japanese) {
    const Json* judged = evidence.find("judged");
    if (judged == nullptr || !judged->is_array()) return;
    for (const Json& item : judged->array()) {
        const std::string name = words_in(item, "name", japanese);
        const Json* verdict = item.find("verdict");
        const bool known = verdict != nullptr && verdict->is_string();
        fmt::print("{}: {}\t{}\t{}\n", japanese ? "指標" : "measure",
                   name.empty() ? line_in(item, "measure") : name,
                   words_of(kVerdicts, known ? verdict->string() : std::string{}, japanese),
                   words_in(item, "why", japanese));
    }
}

void print_decision(const Json& file, bool japanese) {
    const Json* decision = file.find("decision");
    if (decision == nullptr) return;
    const Json* outcome = decision->find("outcome");
    const bool known = outcome != nullptr && outcome->is_string();
    fmt::print("{}: {} ({})\n", japanese ? "決定" : "decision",
               words_of(kOutcomes, known ? outcome->string() : std::string{}, japanese),
               line_in(*decision, "reason"));
}

}  // namespace

int print_report(const EvidenceReport& report, bool japanese) {
    const Json& evidence = *report.file.find("evidence");
    fmt::print("{}: {}\t{}\n", japanese ? "ゲート" : "gate", line_in(evidence, "gate"),
               line_in(evidence, "at"));
    print_judged(evidence, japanese);
    print_decision(report.file, japanese);
    for (const TwoTongues& note : report.notes) {
        fmt::print("{}: {}\n", japanese ? "注意" : "note", words(note, japanese));
    }
    for (const TwoTongues& fault : report.faults) fmt::print("BAD {}\n", words(fault, japanese));
    if (report.clean()) {
        fmt::print("OK {}\n", japanese ? "署名の後に変わっていません。値から推定と判定が導けます"
                                       : "unchanged since it was signed; estimates and verdicts "
                                         "follow from its values");
    }
    return report.clean() ? 0 : 1;
}

int print_replay(const ReplayReport& report, bool japanese) {
    if (!report.difference) {
        fmt::print("OK {}\n", japanese ? "読み取りから計算し直し、1バイトも違いません"
                                       : "computed again from the readings: the same to the byte");
        return 0;
    }
    if (const auto& other = report.other_readings) {
        fmt::print(
            fmt::runtime(
                japanese
                    ? "BAD 読み取りのファイルが、証拠の基になった読み取りではありません（{} {} "
                      "から、証拠 "
                      "{} 件、ファイル {} "
                      "件）。途中で切れていないか、別のゲートのものでないか、確かめて"
                      "ください\n"
                    : "BAD the file of readings is not what the evidence was made of ({} from {}: "
                      "{} "
                      "readings in the evidence, {} in the file): see whether it was cut, or is of "
                      "another gate\n"),
            plain_line(other->measure), plain_line(other->from), other->there, other->here);
    } else {
        fmt::print("BAD {}\n", japanese ? "同じ読み取りから計算し直すと、証拠と違います"
                                        : "computed again from the same readings it differs");
    }
    fmt::print("  {}\n  {}: {}\n  {}: {}\n", plain_line(report.difference->where),
               japanese ? "証拠" : "evidence", plain_line(report.difference->there),
               japanese ? "再計算" : "recomputed", plain_line(report.difference->recomputed));
    return 1;
}

int complain_plainly(const Error& error) {
    return complain({error.code, plain_line(error.detail), plain_line(error.where)});
}

}  // namespace musubi
