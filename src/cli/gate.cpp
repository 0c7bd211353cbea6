#include "cli/gate.h"

#include <fmt/core.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/metrics.h"
#include "cli/gate_report.h"
#include "net/http_text.h"
#include "project/gate/evidence_check.h"
#include "project/gate/readings_export.h"
#include "project/loop/loop_text.h"
#include "store/memory/memory_store.h"
#include "trust/synced_file.h"

namespace musubi {
namespace {

constexpr const char* kGates = "/musubi/v1/gates";
constexpr mode_t kFileMode = 0644;
constexpr std::size_t kMaxExport = 4ULL << 30U;

int list_gates(const ServerAccess& access) {
    const auto response = ask_server(access, HttpMethod::Get, kGates);
    if (!response) return complain(response.error());
    const auto list = parse_json(response->body);
    if (!list) return complain(list.error());
    const Json* items = list->find("items");
    if (items == nullptr || !items->is_array()) {
        return complain(
            {ErrorCode::Internal,
             "サーバーがゲートの一覧を答えません / the server answers no list of gates"});
    }
    for (const Json& gate : items->array()) {
        fmt::print("{}\t{}\t{}\t{}\n", plain_line(printed(gate, "slug")),
                   plain_line(printed(gate, "state")), plain_line(printed(gate, "outcome")),
                   plain_line(printed(gate, "ofProject")));
    }
    if (items->array().empty()) {
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
    const std::string target = std::string{kGates} + "/" + percent_encode(what.gate) + "/readings";
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
    std::string target = std::string{kGates} + "/" + percent_encode(what.gate) + "/evidence";
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

struct VerifyOptions {
    std::string file;
    std::string keys;                   // empty: those of the file
    std::vector<std::string> previous;  // the files before it, the newest first
    std::string data;                   // of replay
    std::string language = "ja";
};

Result<KeyList> keys_of_file(const std::string& file) {
    const auto json = parse_json(TRY(read_file_bytes(file, kMaxKeyListBytes)));
    auto keys = json ? read_key_list(*json) : Result<KeyList>{json.error()};
    if (keys) return keys;
    return Error{ErrorCode::BadRequest,
                 "鍵の一覧として読めません / this is no list of keys (" + keys.error().detail + ")",
                 file};
}

Result<EvidenceReport> verify_file(const VerifyOptions& options) {
    const std::string text = TRY(read_file_bytes(options.file, kMaxEvidenceBytes));
    std::optional<KeyList> keys;
    if (!options.keys.empty()) keys = TRY(keys_of_file(options.keys));
    return verify_evidence(text, keys);
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
    if (!report) return complain_plainly(report.error());
    const auto chained = check_chain(options.previous, *report);
    if (!chained) return complain_plainly(chained.error());
    return print_report(*report, options.language != "en");
}

Result<ReplayReport> replay(const EvidenceReport& report, const VerifyOptions& options) {
    const std::string lines = TRY(read_file_bytes(options.data, kMaxExport));
    if (is_blank(lines)) {
        return Error{
            ErrorCode::BadRequest,
            "読み取りのファイルが空です。musubi gate export --readings でもう一度書き出して"
            "ください / the file of readings is empty; write it again with musubi gate "
            "export --readings",
            options.data};
    }
    const SystemClock clock;
    Log log{LogLevel::Error};
    Metrics metrics;
    const auto store = TRY(Store::open(make_memory_store(), {}, clock, log, metrics));
    const auto imported = import_readings(*store, lines);
    if (!imported) {
        return Error{imported.error().code, imported.error().detail,
                     options.data + ", " + imported.error().where};
    }
    return replay_evidence(report.file, *store);
}

int replay_gate(const VerifyOptions& options) {
    const bool japanese = options.language != "en";
    const auto report = verify_file(options);
    if (!report) return complain_plainly(report.error());
    const int faults = print_report(*report, japanese);
    const auto again = replay(*report, options);
    if (!again) return complain_plainly(again.error());
    return std::max(faults, print_replay(*again, japanese));
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
