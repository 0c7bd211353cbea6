// Issues, logic models, projects, participants, stages and artefacts.
#include "api/loop.h"

#include "api/admin_json.h"
#include "api/parameters.h"
#include "api/project_parts.h"
#include "api/use.h"
#include "base/both_words.h"
#include "project/loop/loop_rules.h"
#include "project/loop/loop_text.h"
#include "project/loop/loop_writer.h"

namespace musubi::api {
namespace {

constexpr std::size_t kMostThings = 1'000;

Result<const LoopKind*> kind_of_path(const ApiCall& call) {
    if (const LoopKind* kind = loop_kind_of_path(call.path.front())) return kind;
    return loop_error(ErrorCode::NotFound, call.path.front(), "この種類はありません",
                      "there is no such kind; GET /musubi/v1/loop lists them");
}

// What was read when something was written; nothing: it is not asked about.
Result<std::optional<std::string>> revision_of(const ApiCall& call) {
    const std::string* text = call.param("revision");
    if (text == nullptr) return std::optional<std::string>{};
    if (is_loop_revision(*text)) return std::optional<std::string>{*text};
    return loop_error(ErrorCode::BadRequest, "revision", "版は、読んだときの revision です",
                      "a revision is the one that was read");
}

// What people write carries the revision by which they write it again.
Result<Json> told(const Entity& entity, std::string_view type) {
    Json out = loop_view(entity, type);
    if (loop_kind_of_type(type) != nullptr) {
        out.set("revision", TRY(loop_revision(entity, type)));
    }
    return out;
}

Json slots() {
    Json::Array out;
    for (const LoopSlot& slot : loop_slots()) {
        Json item;
        item.set("slot", slot.name);
        if (!slot.stage.empty()) item.set("stage", slot.stage);
        item.set("title", both_words(slot.ja, slot.en));
        item.set("reconstructed", slot.reconstructed);
        if (!slot.needs.empty()) item.set("needs", slot.needs);
        out.push_back(std::move(item));
    }
    return Json{std::move(out)};
}

Json notes_json(const std::vector<TwoTongues>& notes) {
    Json::Array out;
    for (const TwoTongues& note : notes) out.push_back(both_words(note.ja, note.en));
    return Json{std::move(out)};
}

Result<Answer> write_document(const App& app, const ApiCall& call, const LoopDocument& document) {
    const auto notes = TRY(app.projects->projects.put(call.caller, document));
    Json::Array ids;
    for (const LoopThing& thing : document.things) ids.emplace_back(thing.id());
    Json out;
    out.set("written", std::move(ids));
    if (!notes.empty()) out.set("notes", notes_json(notes));
    return Answer{plain_json(out)};
}

}  // namespace

Result<Json> loop_list(const App& app, const ApiCall& call, std::string_view type,
                       const std::string& project) {
    if (!project.empty() && (!is_uri(project) || project.find('"') != std::string::npos)) {
        return Error{ErrorCode::BadRequest, "it is the id of a project", "project"};
    }
    EntityQuery query;
    query.types = TypeSelection{.type = loop_iri(type)};
    TRY(begin_use(app, call, query));
    std::vector<EntityPtr> found = TRY(loop_entities(app.store, call.caller, type, project));
    const bool more = found.size() > kMostThings;
    if (more) found.resize(kMostThings);
    TRY(record_answer(app, call, AskedTypes::of(query), found, found.size()));
    Json::Array items;
    for (const EntityPtr& entity : found) items.push_back(TRY(told(*entity, type)));
    Json out;
    out.set("items", std::move(items));
    out.set("more", more);
    return out;
}

Result<Json> loop_one(const App& app, const ApiCall& call, std::string_view type,
                      std::string_view slug) {
    const std::string id = loop_id(type, slug);
    const EntityPtr entity = TRY(app.store.find(call.caller, id));
    const bool ours = entity && entity->guardian == kLoopGuardian;
    const auto begun = begin_use(app, call, id, ours ? entity : nullptr);
    if (!begun && begun.error().code != ErrorCode::NotFound) return begun.error();
    if (!ours || !begun) {
        return loop_error(ErrorCode::NotFound, id, "この名前のものはありません",
                          "there is no such thing");
    }
    TRY(record_access(app, call, {entity}));
    return told(*entity, type);
}

// GET /musubi/v1/loop: the kinds with their schemas, and the slots of evidence
Result<Answer> describe_loop(const App& /*app*/, const ApiCall& call) {
    TRY(need_read(call));
    Json::Array kinds;
    for (const LoopKind& kind : loop_kinds()) {
        Json item;
        item.set("type", kind.type);
        item.set("path", kind.path);
        item.set("title", both_words(kind.ja, kind.en));
        item.set("schema", loop_schema(kind));
        kinds.push_back(std::move(item));
    }
    Json out;
    out.set("version", kLoopVersion);
    out.set("kinds", std::move(kinds));
    out.set("slots", slots());
    return Answer{plain_json(out)};
}

// POST /musubi/v1/loop: many at once, all or nothing
Result<Answer> post_loop(const App& app, const ApiCall& call) {
    const LoopDocument document = TRY(read_loop_document(TRY(read_json(call))));
    return write_document(app, call, document);
}

// GET /musubi/v1/loop/{kind}?project=ID
Result<Answer> list_loop(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    TRY(only_parameters(call.params, {"project"}));
    const LoopKind* kind = TRY(kind_of_path(call));
    const std::string* project = call.param("project");
    return Answer{
        plain_json(TRY(loop_list(app, call, kind->type, project != nullptr ? *project : "")))};
}

Result<Answer> get_loop(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    const LoopKind* kind = TRY(kind_of_path(call));
    return Answer{plain_json(TRY(loop_one(app, call, kind->type, call.path.back())))};
}

// PUT /musubi/v1/loop/{kind}/{name}?why=...&revision=...: the whole thing, new or in the place of
// what it was
Result<Answer> put_loop(const App& app, const ApiCall& call) {
    TRY(only_parameters(call.params, {"why", "revision"}));
    const LoopKind* kind = TRY(kind_of_path(call));
    LoopDocument document;
    document.things.push_back(TRY(read_loop_thing(*kind, call.path.back(), TRY(read_json(call)))));
    document.things.front().revision = TRY(revision_of(call));
    if (const std::string* why = call.param("why")) {
        TRY(check_why(*why, "why"));
        document.why = *why;
    }
    return write_document(app, call, document);
}

// DELETE /musubi/v1/loop/{kind}/{name}?revision=...
Result<Answer> delete_loop(const App& app, const ApiCall& call) {
    TRY(only_parameters(call.params, {"revision"}));
    const LoopKind* kind = TRY(kind_of_path(call));
    TRY(app.projects->projects.remove(call.caller, *kind, call.path.back(),
                                      TRY(revision_of(call))));
    return Answer{HttpResponse{204, {}, {}}};
}

// POST /musubi/v1/stages/{name}/enter?revision=...: locks what it is judged by, and says what is
// worth knowing
Result<Answer> enter_stage(const App& app, const ApiCall& call) {
    TRY(only_parameters(call.params, {"revision"}));
    const auto notes =
        TRY(app.projects->projects.enter(call.caller, call.path.front(), TRY(revision_of(call))));
    Json out = TRY(loop_one(app, call, "Stage", call.path.front()));
    out.set("notes", notes_json(notes));
    return Answer{plain_json(out)};
}

}  // namespace musubi::api
