#include "api/handlers.h"
#include "api/snapshot_source.h"
#include "broker/snapshots/snapshot_service.h"

namespace musubi::api {
namespace {

constexpr std::string_view kSnapshotsPath = "/ngsi-ld/v1/snapshots/";

Result<std::string> snapshot_id(const ApiCall& call) {
    if (is_uri(call.path.front())) return call.path.front();
    return Error{ErrorCode::BadRequest, "the id of a snapshot is a URI", "snapshotId"};
}

HttpResponse response_of(const ApiCall& call, const Snapshot& snapshot) {
    Json body = write_snapshot(snapshot);
    // The names in its queries are those of the context it was made with.
    if (call.wants_ld) body.set("@context", snapshot.context);
    return json_response(call, to_text(body));
}

Result<void> check_endpoint(const std::string& endpoint) {
    if (endpoint.empty()) return {};
    const auto checked = check_receiver(endpoint);
    if (checked) return {};
    return Error{checked.error().code, checked.error().detail, "/endpoint"};
}

Result<void> check_queries(const App& app, const ApiCall& call, const Json& queries,
                           std::string_view name, const ContextPtr& names) {
    if (!queries.is_array()) return {};
    for (std::size_t i = 0; i < queries.array().size(); ++i) {
        auto checked = check_snapshot_query(app, call, queries.array()[i], names);
        if (checked) continue;
        Error error = std::move(checked).error();
        if (error.code == ErrorCode::MustWait) return error;
        std::string place = "/" + std::string(name) + "/" + std::to_string(i);
        if (!error.where.starts_with('/')) place += '/';
        error.where = place + error.where;
        return error;
    }
    return {};
}

// Names and illnesses stand in the words of a question: who may not ask it does not read it.
Result<void> need_questions(const App& app, const ApiCall& call, const Snapshot& snapshot) {
    const ContextPtr names = TRY(app.contexts.resolve(snapshot.context, context_use(call)));
    TRY(check_queries(app, call, snapshot.queries, "snapshotQueries", names));
    return check_queries(app, call, snapshot.temporal_queries, "snapshotTemporalQueries", names);
}

Answer create(const App& app, const ApiCall& call, Snapshot read) {
    auto snapshot = std::make_shared<Snapshot>(std::move(read));
    snapshot->decided_by = call.decided_by;
    if (snapshot->id.empty()) snapshot->id = "urn:ngsi-ld:Snapshot:" + random_token(app.random);
    return Action{
        .run = [snapshot, &service = app.snapshots](
                   Transaction& tx) { return service.create(tx, *snapshot); },
        .reply = [call, location = std::string(kSnapshotsPath) +
                                   snapshot->id] { return created_response(call, location); }};
}

}  // namespace

// POST /snapshots (6.36.3.1)
Result<Answer> post_snapshot(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    const Body body = TRY(read_body(app, call));
    Snapshot snapshot = TRY(read_snapshot(body.json, SnapshotUse::Create));
    TRY(check_endpoint(snapshot.endpoint));
    TRY(check_queries(app, call, snapshot.queries, "snapshotQueries", body.context));
    TRY(check_queries(app, call, snapshot.temporal_queries, "snapshotTemporalQueries",
                      body.context));
    snapshot.context = body.context->source();
    return create(app, call, std::move(snapshot));
}

// POST /snapshots/{snapshotId}/clone (6.38.3.1)
Result<Answer> clone_snapshot(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    const std::string source = TRY(snapshot_id(call));
    const Body body = TRY(read_body(app, call));
    Snapshot snapshot = TRY(read_snapshot(body.json, SnapshotUse::Clone));
    TRY(check_endpoint(snapshot.endpoint));
    snapshot.source = source;
    return create(app, call, std::move(snapshot));
}

// GET /snapshots/{snapshotId} (6.37.3.1)
Result<Answer> get_snapshot(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    const std::string id = TRY(snapshot_id(call));
    const Snapshot snapshot = TRY(app.snapshots.find(call.tenant, id, app.clock.now()));
    TRY(need_questions(app, call, snapshot));
    return Answer{response_of(call, snapshot)};
}

// PATCH /snapshots/{snapshotId} (6.37.3.2)
Result<Answer> patch_snapshot(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    const std::string id = TRY(snapshot_id(call));
    const Body body = TRY(read_body(app, call));
    if (const Json* endpoint = body.json.find("endpoint")) {
        const bool null = endpoint->is_string() && endpoint->string() == iri::kNull;
        if (endpoint->is_string() && !null) TRY(check_endpoint(endpoint->string()));
    }
    auto now = std::make_shared<Snapshot>();
    TRY(need_questions(app, call, TRY(app.snapshots.find(call.tenant, id, app.clock.now()))));
    return Answer{Action{.run = [id, now, json = body.json,
                                 &service = app.snapshots](Transaction& tx) -> Result<void> {
                             *now = TRY(service.patch(tx, id, json));
                             return {};
                         },
                         .reply = [call, now] { return response_of(call, *now); }}};
}

// DELETE /snapshots/{snapshotId} (6.37.3.3)
Result<Answer> remove_snapshot(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    const std::string id = TRY(snapshot_id(call));
    return Answer{Action{
        .run = [id, &service = app.snapshots](Transaction& tx) { return service.remove(tx, id); },
        .reply = [call] { return empty_response(call); }}};
}

// DELETE /snapshots (6.36.3.2)
Result<Answer> purge_snapshots(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    const std::string* text = call.param("q");
    if (text == nullptr || text->empty()) {
        return Error{ErrorCode::BadRequest, "say which snapshots: q (5.16.7.4)", "q"};
    }
    auto query = parse_snapshot_q(*text, *call.context);
    if (!query) return Error{query.error().code, query.error().detail, "q"};
    return Answer{Action{.run = [query = std::move(query).value(),
                                 &service = app.snapshots](Transaction& tx) -> Result<void> {
                             if (TRY(service.purge(tx, query)) > 0) return {};
                             return Error{ErrorCode::NotFound, "no snapshot fits", "q"};
                         },
                         .reply = [call] { return empty_response(call); }}};
}

}  // namespace musubi::api
