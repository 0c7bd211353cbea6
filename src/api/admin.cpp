#include <algorithm>
#include <filesystem>
#include <mutex>

#include "api/admin_json.h"
#include "api/handlers.h"
#include "api/key_spec.h"
#include "api/policies.h"
#include "api/record.h"
#include "api/use.h"
#include "base/both_words.h"
#include "store/tenants.h"
#include "trust/backup/sealed_archive.h"
#include "trust/people/people.h"
#include "trust/signing/signing_keys.h"

namespace musubi::api {
namespace {

Result<void> need_default_tenant(const ApiCall& call) {
    if (call.caller.tenant.empty()) return {};
    return Error{ErrorCode::Forbidden, "this is for the operator of the installation",
                 "NGSILD-Tenant"};
}

// Tenants, contexts and backups are of all tenants together.
Result<void> need_installation(const ApiCall& call) {
    TRY(need_whole_tenant(call));
    return need_default_tenant(call);
}

// An entry of the journal of this kind; who does it is added where it is written.
JournalEntry admin_entry(std::string_view kind, std::string tenant, Json details) {
    return {
        .kind = kind, .tenant = std::move(tenant), .subject = {}, .details = std::move(details)};
}

Json one_detail(std::string_view name, std::string_view value) {
    Json details;
    details.set(name, value);
    return details;
}

// The part of a token that is no secret: mk_<id>_<secret>.
std::string key_id(std::string_view token) {
    const std::string_view rest = token.substr(token.find('_') + 1);
    return std::string(rest.substr(0, rest.find('_')));
}

Json key_details(std::string_view id, const KeySpec& spec) {
    Json details = one_detail("key", id);
    add_key_details(spec, details);
    return details;
}

}  // namespace

Result<Answer> list_keys(const App& app, const ApiCall& call) {
    TRY(need_overview(call));
    Json::Array out;
    for (const KeyInfo& key : app.keys.list(call.caller)) {
        Json item;
        item.set("id", key.id);
        add_key_spec(app, *call.context, key.spec, item);
        item.set("createdAt", to_iso(key.created_at));
        out.push_back(std::move(item));
    }
    return Answer{plain_json(Json{std::move(out)})};
}

Result<Answer> post_key(const App& app, const ApiCall& call) {
    TRY(need_key_manager(call));
    const Body body = TRY(read_body(app, call));
    TRY((MemberReader{body.json, ""}.only(
        {"role", "tenant", "types", "scopes", "label", "organisation", "until"})));
    const KeySpec spec = TRY(read_key_spec(app, call, body.json));
    const std::string token = TRY(app.keys.create(app.store, call.caller, spec, app.random));
    const std::string id = key_id(token);
    // Nobody knows its secret yet: what is not recorded is taken back.
    const auto known =
        record(app, call, admin_entry(journal_kind::kKeyMade, spec.tenant, key_details(id, spec)));
    if (!known) {
        TRY(app.keys.revoke(app.store, call.caller, id));
        return known.error();
    }
    Json out;
    out.set("key", token);
    out.set("note", "this key is shown only now; keep it safe");
    return Answer{plain_json(out, 201)};
}

Result<Answer> remove_key(const App& app, const ApiCall& call) {
    TRY(need_key_manager(call));
    const std::string& id = call.path.front();
    const std::vector<KeyInfo> keys = app.keys.list(call.caller);
    const auto key =
        std::find_if(keys.begin(), keys.end(), [&](const KeyInfo& info) { return info.id == id; });
    const auto revoke = [&] { return app.keys.revoke(app.store, call.caller, id); };
    if (key == keys.end()) {
        TRY(revoke());  // says what is wrong
        return Answer{empty_response(call)};
    }
    TRY(may_change_key(app, call, key->spec));
    TRY(recorded(
        app, call,
        admin_entry(journal_kind::kKeyRemoved, key->spec.tenant, key_details(id, key->spec)),
        revoke));
    return Answer{empty_response(call)};
}

Result<Answer> list_tenants(const App& app, const ApiCall& call) {
    TRY(need_admin(call));
    Json::Array out;
    for (const auto& [name, id] : app.store.tenants()) {
        if (InnerTenant::parse(name)) continue;  // of a snapshot
        if (call.caller.tenant.empty() || call.caller.tenant == name) out.emplace_back(name);
    }
    return Answer{plain_json(Json{std::move(out)})};
}

Result<Answer> post_tenant(const App& app, const ApiCall& call) {
    TRY(need_installation(call));
    const Body body = TRY(read_body(app, call));
    const std::string name = TRY(need_text(body.json, "name"));
    TRY(Tenants::check_name(name));
    TRY(recorded(app, call,
                 admin_entry(journal_kind::kTenantMade, name, one_detail("tenant", name)),
                 [&]() -> Result<void> {
                     TRY(app.store.create_tenant(call.caller, name));
                     return {};
                 }));
    return Answer{empty_response(call, 201)};
}

namespace {

// No operator gets rid of who watches, and of what they halted, by making the tenant anew: the
// independent body agrees by lifting its halts and laying down its role.
Result<void> check_unwatched(const App& app, const std::string& name, TenantId tenant) {
    const bool watched =
        app.people.has_own_body(name, app.clock.now()) || app.policies.has_halts(tenant);
    if (!watched) return {};
    return Error{ErrorCode::Conflict,
                 both_texts("独立した機関のあるテナント、止めた利用の残るテナントは消せません。"
                            "機関が利用の停止を解き、役割を降りた後に消せます",
                            "a tenant with an independent body, or with uses that it halted, is "
                            "not deleted: the body first lifts its halts and lays down its role"),
                 name};
}

}  // namespace

Result<Answer> remove_tenant(const App& app, const ApiCall& call) {
    TRY(need_installation(call));
    TRY(Tenants::check_name(call.path.front()));
    const std::string& name = call.path.front();
    TRY(check_unwatched(app, name, TRY(app.store.tenant(name))));
    TRY(recorded(app, call,
                 admin_entry(journal_kind::kTenantDeleted, name, one_detail("tenant", name)),
                 [&] { return app.store.delete_tenant(call.caller, name); }));
    return Answer{empty_response(call)};
}

Result<Answer> list_contexts(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    Json::Array out;
    for (const std::string& url : app.contexts.urls()) out.emplace_back(url);
    return Answer{plain_json(Json{std::move(out)})};
}

// {"url": "...", "document": {"@context": ...}}
Result<Answer> post_context(const App& app, const ApiCall& call) {
    TRY(need_installation(call));
    const Json body = TRY(read_json(call));
    const std::string url = TRY(need_text(body, "url"));
    const Json* document = body.find("document");
    if (document == nullptr) {
        return Error{ErrorCode::BadRequest, "the body needs \"document\"", "/document"};
    }
    TRY(app.contexts.add(app.store, call.caller, url, to_text(*document)));
    TRY(record(app, call, admin_entry(journal_kind::kContextLoaded, {}, one_detail("url", url))));
    return Answer{empty_response(call, 201)};
}

Result<Answer> remove_context(const App& app, const ApiCall& call) {
    TRY(need_installation(call));
    const std::string& url = call.path.front();
    TRY(app.contexts.remove(app.store, call.caller, url));
    TRY(record(app, call, admin_entry(journal_kind::kContextRemoved, {}, one_detail("url", url))));
    return Answer{empty_response(call)};
}

namespace {

// Nothing whatever is kept from them: how a query was worked out tells no more than its answer.
bool sees_all(const AccessFilter& access) {
    return access.has_all_types() && !access.may_conceal({}, {});
}

}  // namespace

// The parameters of GET /entities: how it would be answered. It is a use of the data as the query
// is one, and what was looked at on the way is for those from whom nothing is kept.
Result<Answer> explain_query(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    const EntityQuery query = TRY(read_entity_query(call));
    TRY(check_linked_query(call, query));
    TRY(begin_use(app, call, query));
    const Duration started = app.clock.monotonic();
    const QueryResult result = TRY(app.store.query(call.caller, query));
    const Duration took = app.clock.monotonic() - started;
    TRY(record_answer(app, call, AskedTypes::of(query), {}, result.entities.size()));
    Json out;
    out.set("index", result.plan.index);
    out.set("entitiesAnswered", static_cast<std::int64_t>(result.entities.size()));
    if (query.q) out.set("q", to_text(*query.q));
    if (!sees_all(*call.caller.access)) return Answer{plain_json(out)};
    Json::Array uses;
    for (const std::string& name : result.plan.uses) uses.emplace_back(call.context->compact(name));
    out.set("narrowedBy", std::move(uses));
    out.set("rowsScanned", static_cast<std::int64_t>(result.plan.scanned));
    out.set("entitiesRead", static_cast<std::int64_t>(result.plan.fetched));
    out.set("milliseconds", took.seconds() * 1e3);
    return Answer{plain_json(out)};
}

namespace {

// Whom the backup is for. Fails: BadRequest.
Result<std::vector<std::string>> backup_keys(const Json& body) {
    const Json* to = body.find("to");
    const Error none{ErrorCode::BadRequest,
                     "a backup is sealed to a key: \"to\" is a list of public keys, which "
                     "`musubi backup-key` makes",
                     "/to"};
    if (to == nullptr || !to->is_array() || to->array().empty()) return none;
    std::vector<std::string> keys;
    for (const Json& key : to->array()) {
        if (!key.is_string()) return none;
        TRY(check_backup_key(key.string()));
        keys.push_back(key.string());
    }
    return keys;
}

// A copy of the store and the journal, sealed; what was copied is gone then, whatever happens.
Result<void> back_up(const App& app, const std::string& file,
                     const std::vector<std::string>& keys) {
    namespace fs = std::filesystem;
    const std::string copy = app.data + "/backup";
    std::error_code failed;
    const auto clear = [&] { fs::remove_all(copy, failed); };
    clear();  // of one that was cut off
    fs::create_directories(copy, failed);
    fs::permissions(copy, fs::perms::owner_all, failed);
    const auto made = [&]() -> Result<void> {
        TRY(app.store.backup(copy));
        TRY(app.journal.checkpoint("backup"));
        TRY(app.journal.backup(copy));
        TRY(app.signing_keys.backup(copy));
        return seal_folder(copy, file, keys);
    }();
    clear();
    return made;
}

}  // namespace

// POST /musubi/v1/backup {"folder", "to"}
Result<Answer> post_backup(const App& app, const ApiCall& call) {
    TRY(need_installation(call));
    const Body body = TRY(read_body(app, call));
    const std::string folder = TRY(need_text(body.json, "folder"));
    const auto keys = TRY(backup_keys(body.json));
    if (app.data.empty()) {
        return Error{ErrorCode::Conflict, "a store in memory has no backups: start with --data"};
    }
    static std::mutex one_at_a_time;
    const std::unique_lock alone{one_at_a_time, std::try_to_lock};
    if (!alone) return Error{ErrorCode::Busy, "another backup is being made; wait for its end"};
    std::error_code failed;
    std::filesystem::create_directories(folder, failed);
    std::string name = to_iso(app.clock.now());
    std::replace(name.begin(), name.end(), ':', '-');
    const std::string file = folder + "/musubi-" + name + ".backup";
    // Recorded first, so that the copy tells of itself, and signed, so that it can stand alone.
    TRY(recorded(app, call, admin_entry(journal_kind::kBackup, {}, one_detail("file", file)),
                 [&] { return back_up(app, file, keys); }));
    Json out;
    out.set("file", file);
    return Answer{plain_json(out, 201)};
}

Result<Answer> get_figures(const App& app, const ApiCall& call) {
    TRY(need_overview(call));
    TRY(need_default_tenant(call));
    const Store::Figures figures = app.store.figures();
    Json out;
    out.set("sequence", static_cast<std::int64_t>(app.store.sequence()));
    out.set("firstSequence", static_cast<std::int64_t>(app.store.first_sequence()));
    out.set("entities", static_cast<std::int64_t>(figures.entities));
    out.set("indexBytes", static_cast<std::int64_t>(figures.index_bytes));
    out.set("openSeries", static_cast<std::int64_t>(figures.open_series));
    out.set("openPoints", static_cast<std::int64_t>(figures.open_points));
    out.set("names", static_cast<std::int64_t>(figures.names));
    out.set("syncs", static_cast<std::int64_t>(figures.syncs));
    static constexpr const char* kNames[kSpaces] = {"meta", "entities", "history", "changes",
                                                    "records"};
    if (figures.free_bytes) {
        out.set("freeBytes", static_cast<std::int64_t>(*figures.free_bytes));
    }
    Json spaces;
    for (std::size_t i = 0; i < kSpaces; ++i) {
        Json space;
        space.set("diskBytes", static_cast<std::int64_t>(figures.spaces[i].disk_bytes));
        space.set("memoryBytes", static_cast<std::int64_t>(figures.spaces[i].memory_bytes));
        spaces.set(kNames[i], std::move(space));
    }
    out.set("spaces", std::move(spaces));
    return Answer{plain_json(out)};
}

// They speak of the whole installation: for the default tenant's keys.
Result<Answer> get_metrics(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    const bool of_all = call.caller.tenant.empty() && call.caller.access->has_all_types();
    if (!of_all || call.caller.role == Role::Citizen) {
        return Error{ErrorCode::Forbidden, "metrics are for keys of the whole installation"};
    }
    return Answer{
        HttpResponse{200, {{"Content-Type", "text/plain; version=0.0.4"}}, app.metrics.render()}};
}

}  // namespace musubi::api
