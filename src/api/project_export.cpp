// A project as one file: what it was, what it showed, what was decided, and what remains.
#include <algorithm>
#include <optional>

#include "api/admin_json.h"
#include "api/loop.h"
#include "api/project_parts.h"
#include "api/record.h"
#include "api/use.h"
#include "project/care/handover_kit.h"
#include "project/loop/loop_writer.h"

namespace musubi::api {
namespace {

constexpr std::string_view kExportFormat = "musubi-project-export-1";
constexpr std::size_t kMostEvidence = 64U << 20U;  // bytes of all files together

// What the project refers to; nothing where it refers to none.
Result<std::optional<Json>> referred(const App& app, const ApiCall& call, std::string_view type,
                                     const std::string& id) {
    if (id.empty()) return std::optional<Json>{};
    return std::optional{TRY(loop_one(app, call, type, loop_slug(type, id)))};
}

struct ExportedFiles {
    Json::Array list;
    std::size_t bytes = 0;
};

// The signed files of a gate: one a decision that was in force, else the one as it was opened.
Result<void> add_files(const App& app, const ApiCall& call, const std::string& gate,
                       const Json::Array& decisions, ExportedFiles& files) {
    std::vector<std::string> names;
    for (const Json& decision : decisions) {
        const std::string state = text_in(decision, "state");
        const bool decided = state == "in-force" || state == "overruled";
        if (decided && text_in(decision, "ofGate") == loop_id("Gate", gate)) {
            names.push_back(text_in(decision, "slug"));
        }
    }
    if (names.empty()) names.emplace_back();
    for (const std::string& name : names) {
        const std::string text = TRY(gate_file(app, call, gate, name));
        files.bytes += text.size();
        if (files.bytes > kMostEvidence) {
            return loop_error(ErrorCode::TooLarge, gate,
                              "証拠が合わせて 64 MiB を超えます。ゲートごとに書き出してください",
                              "the evidence is beyond 64 MiB: export it gate by gate");
        }
        Json file;
        file.set("gate", gate);
        if (!name.empty()) file.set("decision", name);
        file.set("file", TRY(parse_json(text)));
        file.set("readings", "/musubi/v1/gates/" + gate + "/readings");
        files.list.push_back(std::move(file));
    }
    return {};
}

Result<Json> cases_left(const App& app, const ApiCall& call, const Json::Array& decisions) {
    Json::Array out;
    for (const Json& decision : decisions) {
        const std::string id = text_in(decision, "leftCase");
        if (!id.empty()) out.push_back(TRY(loop_one(app, call, "Case", loop_slug("Case", id))));
    }
    return Json{std::move(out)};
}

}  // namespace

bool sees_loop_in_part(const AccessFilter& access) {
    const auto in_part = [&](std::string_view kind) {
        const std::vector<std::string> type{loop_iri(kind)};
        if (!access.covers(type) || !access.shows_all_rows(type)) return true;
        return std::ranges::any_of(loop_members(kind), [&](const LoopMember* member) {
            return access.may_conceal(type, loop_iri(member->name));
        });
    };
    if (!access.only_scopes.empty() || in_part("Gate") || in_part("Decision")) return true;
    return std::ranges::any_of(loop_kinds(),
                               [&](const LoopKind& kind) { return in_part(kind.type); });
}

// GET /musubi/v1/projects/{name}/export: what the caller sees of it, which says whether that may
// be a part alone; its signed files are there whole, or nothing is
Result<Answer> get_project_export(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    const std::string& name = call.path.front();
    const Json project = TRY(loop_one(app, call, "Project", name));
    const std::string id = loop_id("Project", name);
    Json out;
    out.set("format", kExportFormat);
    out.set("exportedAt", to_iso(app.clock.now()));
    const bool partial = sees_loop_in_part(*call.caller.access);
    out.set("partial", partial);
    auto issue = TRY(referred(app, call, "Issue", text_in(project, "ofIssue")));
    if (issue) out.set("issue", std::move(*issue));
    auto model = TRY(referred(app, call, "LogicModel", text_in(project, "ofLogicModel")));
    if (model) out.set("logicModel", std::move(*model));
    const Json decisions = TRY(loop_list(app, call, "Decision", id));
    const Json gates = TRY(loop_list(app, call, "Gate", id));
    ExportedFiles files;
    for (const Json& gate : gates.find("items")->array()) {
        TRY(add_files(app, call, text_in(gate, "slug"), decisions.find("items")->array(), files));
    }
    out.set("evidence", std::move(files.list));
    out.set("cases", TRY(cases_left(app, call, decisions.find("items")->array())));
    HandoverKit kit = TRY(handover_kit(app.store, call.caller, id, app.measures.get()));
    TRY(record_access(app, call, kit.seen));
    out.set("kit", std::move(kit.kit));
    JournalEntry entry{
        .kind = journal_kind::kExport, .tenant = call.caller.tenant, .subject = {}, .details = {}};
    entry.details.set("project", id);
    entry.details.set("partial", partial);
    TRY(record(app, call, std::move(entry)));
    HttpResponse response = plain_json(out);
    response.headers.emplace_back("Content-Disposition",
                                  "attachment; filename=\"" + name + "-export.json\"");
    return Answer{std::move(response)};
}

}  // namespace musubi::api
