#include "cli/gate.h"

#include <fmt/core.h>

#include <fstream>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "net/http_text.h"
#include "project/gate/evidence_check.h"
#include "project/gate/readings_export.h"
#include "store/memory/memory_store.h"
#include "trust/synced_file.h"

namespace musubi {
namespace {

constexpr const char* kPath = "/musubi/v1/gates";
constexpr mode_t kFileMode = 0644;
constexpr std::size_t kMaxExport = 4ULL << 30U;

std::string text_in(const Json& json, std::string_view name) {
    const Json* member = json.find(name);
    if (member == nullptr) return {};
    return member->is_string() ? member->string() : to_text(*member);
}

int list_gates(const ServerAccess& access) {
    const auto response = ask_server(access, HttpMethod::Get, kPath);
    if (!response) return complain(response.error());
    const auto list = parse_json(response->body);
    if (!list) return complain(list.error());
    for (const Json& gate : list->find("items")->array()) {
        fmt::print("{}\t{}\t{}\t{}\n", text_in(gate, "slug"), text_in(gate, "state"),
                   text_in(gate, "outcome"), text_in(gate, "ofProject"));
    }
    if (list->find("items")->array().empty()) {
        fmt::print("ゲートはまだありません / there are no gates yet\n");
    }
    return 0;
}

std::string next_of(const HttpResponse& page) {
    for (const auto& [name, value] : page.headers) {
        if (same_ignoring_case(name, "Musubi-Next")) return value;
    }
    return {};
}

struct GateExport {
    std::string gate;
    std::string decision;  // empty: the one in force
    std::string out;
    std::string readings;  // empty: not asked for
};

// Page by page, so that no more than one is in memory.
Result<void> export_lines(const ServerAccess& access, const GateExport& what) {
    ServerClient server{access};
    const std::string target = std::string{kPath} + "/" + percent_encode(what.gate) + "/readings";
    std::ofstream out{what.readings, std::ios::binary | std::ios::trunc};
    std::string after;
    do {
        const std::string query = after.empty() ? "" : "?after=" + percent_encode(after);
        const HttpResponse page = TRY(server.ask(HttpMethod::Get, target + query, nullptr));
        out << page.body;
        after = next_of(page);
    } while (!after.empty());
    out.close();
    if (out) return {};
    return Error{ErrorCode::Io, "書けません / it can not be written", what.readings};
}

int export_gate(const ServerAccess& access, const GateExport& what) {
    std::string target = std::string{kPath} + "/" + percent_encode(what.gate) + "/evidence";
    if (!what.decision.empty()) target += "?decision=" + percent_encode(what.decision);
    const auto response = ask_server(access, HttpMethod::Get, target);
    if (!response) return complain(response.error());
    const auto written = write_synced_file(what.out, response->body, kFileMode);
    if (!written) return complain(written.error());
    if (!what.readings.empty()) {
        const auto lines = export_lines(access, what);
        if (!lines) return complain(lines.error());
    }
    fmt::print("{}\n", what.out);
    return 0;
}

std::string words(const TwoTongues& what, bool japanese) { return japanese ? what.ja : what.en; }

void print_judged(const Json& evidence, bool japanese) {
    const Json* judged = evidence.find("judged");
    if (judged == nullptr || !judged->is_array()) return;
    for (const Json& item : judged->array()) {
        const Json* name = item.find("name");
        const Json* why = item.find("why");
        fmt::print(
            "{}\t{}\t{}\n",
            name != nullptr ? text_in(*name, japanese ? "ja" : "en") : text_in(item, "measure"),
            text_in(item, "verdict"), why != nullptr ? text_in(*why, japanese ? "ja" : "en") : "");
    }
}

struct VerifyOptions {
    std::string file;
    std::string keys;                   // empty: those of the file
    std::vector<std::string> previous;  // the files before it, the newest first
    std::string data;                   // of replay
    std::string language = "ja";
};

Result<EvidenceReport> verify_file(const VerifyOptions& options) {
    const std::string text = TRY(read_file_bytes(options.file, kMaxEvidenceBytes));
    std::optional<KeyList> keys;
    if (!options.keys.empty()) {
        keys = TRY(
            read_key_list(TRY(parse_json(TRY(read_file_bytes(options.keys, kMaxKeyListBytes))))));
    }
    return verify_evidence(text, keys);
}

// Prints what was found; 0 where nothing is wrong, 1 where something is.
int print_report(const EvidenceReport& report, bool japanese) {
    const Json& evidence = *report.file.find("evidence");
    fmt::print("{}\t{}\n", text_in(evidence, "gate"), text_in(evidence, "at"));
    print_judged(evidence, japanese);
    if (const Json* decision = report.file.find("decision")) {
        fmt::print("{}: {} ({})\n", japanese ? "決定" : "decision", text_in(*decision, "outcome"),
                   text_in(*decision, "reason"));
    }
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

// Each file names the one before it.
Result<void> check_chain(const std::vector<std::string>& previous, EvidenceReport& report) {
    Json file = report.file;
    for (const std::string& path : previous) {
        const std::string former = TRY(read_file_bytes(path, kMaxEvidenceBytes));
        if (const auto fault = previous_fault(file, former)) {
            report.faults.push_back({path + ": " + fault->ja, path + ": " + fault->en});
            return {};
        }
        report.notes.push_back({"一つ前の証拠につながっています: " + path,
                                "it is chained to the evidence before: " + path});
        file = TRY(verify_evidence(former, std::nullopt)).file;
    }
    return {};
}

int verify_gate(const VerifyOptions& options) {
    auto report = verify_file(options);
    if (!report) return complain(report.error());
    const auto chained = check_chain(options.previous, *report);
    if (!chained) return complain(chained.error());
    return print_report(*report, options.language != "en");
}

Result<ReplayReport> replay(const EvidenceReport& report, const VerifyOptions& options) {
    const std::string lines = TRY(read_file_bytes(options.data, kMaxExport));
    const SystemClock clock;
    Log log{LogLevel::Error};
    Metrics metrics;
    const auto store = TRY(Store::open(make_memory_store(), {}, clock, log, metrics));
    TRY(import_readings(*store, lines));
    return replay_evidence(report.file, *store);
}

int replay_gate(const VerifyOptions& options) {
    const bool japanese = options.language != "en";
    const auto report = verify_file(options);
    if (!report) return complain(report.error());
    const int faults = print_report(*report, japanese);
    const auto again = replay(*report, options);
    if (!again) return complain(again.error());
    if (!again->difference) {
        fmt::print("OK {}\n", japanese ? "読み取りから計算し直し、1バイトも違いません"
                                       : "computed again from the readings: the same to the byte");
        return faults;
    }
    fmt::print("BAD {} {}\n  {}: {}\n  {}: {}\n",
               japanese ? "計算し直すと違います:" : "computed again it differs:",
               again->difference->where, japanese ? "証拠" : "evidence", again->difference->there,
               japanese ? "再計算" : "recomputed", again->difference->recomputed);
    return 1;
}

void add_checks(CLI::App& group, const CommandLine& line) {
    const auto take = [](CLI::App* sub, VerifyOptions& options) {
        sub->add_option("file", options.file, "The file of evidence.")->required();
        sub->add_option("--keys", options.keys,
                        "What GET /musubi/v1/signing-keys answered: whose keys they are.");
        take_language(sub, options.language);
    };
    auto checked = std::make_shared<VerifyOptions>();
    CLI::App* verify =
        add_command(group, "verify", "Check a file of evidence alone, without data or a server.",
                    "musubi gate verify gate.json --lang en");
    take(verify, *checked);
    verify
        ->add_option("--previous", checked->previous,
                     "The file of evidence before it; given again, the one before that: checks "
                     "that each names the next.")
        ->allow_extra_args(false);
    on_call(verify, line, [checked] { return verify_gate(*checked); });
    auto replayed = std::make_shared<VerifyOptions>();
    CLI::App* replay = add_command(group, "replay",
                                   "Compute evidence again from exported readings, on any machine.",
                                   "musubi gate replay gate.json --data readings.ndjson --lang en");
    take(replay, *replayed);
    replay->add_option("--data", replayed->data, "What 'musubi gate export --readings' wrote.")
        ->required();
    on_call(replay, line, [replayed] { return replay_gate(*replayed); });
}

}  // namespace

void add_gate_commands(const CommandLine& line) {
    CLI::App* group =
        add_command(line.app, "gate", "Stage gates: list, export, verify and replay evidence.",
                    "musubi gate list");
    group->require_subcommand(1);
    CLI::App* list = add_command(*group, "list", "List the gates.", "musubi gate list");
    take_server(list, line.access);
    on_call(list, line, [&access = line.access] { return list_gates(access); });

    auto what = std::make_shared<GateExport>();
    CLI::App* fetch = add_command(*group, "export", "Write the evidence of a gate to a file.",
                                  "musubi gate export example-pilot-1 --out gate.json");
    take_server(fetch, line.access);
    fetch->add_option("gate", what->gate, "Its name, as 'musubi gate list' tells it.")->required();
    fetch->add_option("--decision", what->decision,
                      "As this decision decided it, even if it was overruled later.");
    fetch->add_option("--out", what->out, "The file.")->required();
    fetch->add_option("--readings", what->readings,
                      "Also the readings behind it, to this file, for 'musubi gate replay'.");
    on_call(fetch, line, [&access = line.access, what] { return export_gate(access, *what); });
    add_checks(*group, line);
}

}  // namespace musubi
