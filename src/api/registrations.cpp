#include "api/handlers.h"
#include "api/use.h"
#include "broker/registrations/registration_service.h"

namespace musubi::api {
namespace {

constexpr std::string_view kRegistrationsPath = "/ngsi-ld/v1/csourceRegistrations/";

Result<std::string> registration_id(const ApiCall& call) {
    if (is_uri(call.path.front())) return call.path.front();
    return Error{ErrorCode::BadRequest, "the id of a registration is a URI", "registrationId"};
}

// The broker has seen that it is some http URL; here it is read as it will be when it is used.
Result<void> check_source_url(const Json* endpoint) {
    if (endpoint == nullptr || !endpoint->is_string()) return {};  // seen by the broker
    const auto parsed = parse_url(endpoint->string());
    if (parsed) return {};
    return Error{ErrorCode::BadRequest, parsed.error().detail, "/endpoint"};
}

Json body_of_registration(const ApiCall& call, const RegistrationService::Seen& seen) {
    RegistrationView view;
    view.state = &seen.state;
    view.sys_attrs = call.option("sysAttrs");
    const AccessFilter& access = *call.caller.access;
    view.secrets = access.may_administer && access.has_all_types();
    Json body = write_registration(*seen.registration, *call.context, view);
    if (call.wants_ld) body.set("@context", call.context->source());
    return body;
}

const std::string* given(const ApiCall& call, std::string_view name) {
    const std::string* value = call.param(name);
    return value == nullptr || value->empty() ? nullptr : value;
}

Result<std::optional<Time>> time_of(const ApiCall& call, std::string_view name) {
    const std::string* text = given(call, name);
    if (text == nullptr) return std::optional<Time>{};
    auto time = parse_time(*text);
    if (!time) return Error{ErrorCode::BadRequest, time.error().detail, std::string(name)};
    return std::optional<Time>{*time};
}

// timerel, timeAt, endTimeAt, timeproperty (4.11); none: only what is true now.
Result<std::optional<TimeSelection>> read_time_asked(const ApiCall& call) {
    std::optional<TimeRelation> relation;
    if (const auto* name = given(call, "timerel")) relation = TRY(parse_time_relation(*name));
    TimeProperty property = TimeProperty::ObservedAt;
    if (const auto* name = given(call, "timeproperty")) property = TRY(parse_time_property(*name));
    const auto at = TRY(time_of(call, "timeAt"));
    const auto end = TRY(time_of(call, "endTimeAt"));
    TimeSelection selection = TRY(make_time_selection(relation, at, end, property));
    if (!relation) return std::optional<TimeSelection>{};
    return std::optional<TimeSelection>{selection};
}

Result<void> need_condition(const ApiCall& call) {
    for (const std::string_view name :
         {"id", "idPattern", "type", "attrs", "q", "csf", "georel", "scopeQ"}) {
        if (given(call, name) != nullptr) return {};
    }
    return Error{ErrorCode::BadRequest,
                 "say which sources: a type, attrs, an id, csf, q, scopeQ "
                 "or a geo-query",
                 "type"};
}

std::vector<EntitySelector> selectors_asked(const EntityQuery& query) {
    std::vector<EntitySelector> out;
    EntitySelector one;
    one.types = query.types;
    one.id_pattern = query.id_pattern;
    for (const std::string& id : query.ids) {
        out.push_back(one);
        out.back().id = id;
    }
    if (query.ids.empty() && (query.types || query.id_pattern)) out.push_back(one);
    return out;
}

QueryNode both(QueryNode a, QueryNode b) {
    QueryNode out;
    out.kind = QueryNode::Kind::And;
    out.children.push_back(std::move(a));
    out.children.push_back(std::move(b));
    return out;
}

// What the query string asks of registrations (5.10.2, 6.8.3.2): q and csf both speak of the
// properties of the source.
Result<SourceQuery> read_source_query(const ApiCall& call, EntityQuery& page) {
    TRY(need_condition(call));
    page = TRY(read_entity_query(call));
    SourceQuery out;
    out.entities = selectors_asked(page);
    out.attributes = page.attrs;
    out.csf = std::move(page.q);
    out.geo = page.geo;
    if (const auto* csf = given(call, "csf")) {
        QueryNode parsed = TRY(parse_q(*csf, *call.context));
        out.csf = out.csf ? both(std::move(*out.csf), std::move(parsed)) : std::move(parsed);
    }
    if (const auto* scope = given(call, "scopeQ")) out.scope = TRY(parse_scope_query(*scope));
    out.time = TRY(read_time_asked(call));
    out.dataset_ids = call.list("datasetId");
    return out;
}

// Whoever has what is written sent to a source may read all of it themselves, for a purpose.
Result<void> may_send(const App& app, const ApiCall& call, const Registration& registration) {
    std::vector<std::string> types;
    for (const RegistrationInfo& info : registration.information) {
        if (info.entities.empty()) return need_whole_types(app, call, {});
        for (const EntityInfo& entity : info.entities) {
            types.insert(types.end(), entity.types.begin(), entity.types.end());
        }
    }
    return types.empty() ? Result<void>{} : need_whole_types(app, call, types);
}

// As it would be; where there is none, that is told later.
Result<void> may_send_patched(const App& app, const ApiCall& call, const std::string& id,
                              const Body& patch) {
    const auto present = app.registrations.find(call.caller, id);
    if (!present) return {};
    TRY(may_send(app, call, *present->registration));
    return may_send(
        app, call,
        TRY(musubi::patch_registration(*present->registration, patch.json, *patch.context)));
}

}  // namespace

// POST /csourceRegistrations (6.8.3.1)
Result<Answer> post_registration(const App& app, const ApiCall& call) {
    TRY(need_whole_tenant(call));
    const Body body = TRY(read_body(app, call));
    auto registration =
        std::make_shared<Registration>(TRY(read_registration(body.json, *body.context)));
    TRY(check_source_url(body.json.find("endpoint")));
    TRY(may_send(app, call, *registration));
    if (registration->id.empty()) {
        registration->id = "urn:ngsi-ld:ContextSourceRegistration:" + random_token(app.random);
        registration->described.id = registration->id;
    }
    const std::string id = registration->id;
    return Answer{Action{
        .run =
            [registration, context = body.context, &service = app.registrations](Transaction& tx) {
                return service.create(tx, std::move(*registration), *context);
            },
        .reply = [call,
                  id] { return created_response(call, std::string(kRegistrationsPath) + id); }}};
}

// GET /csourceRegistrations (6.8.3.2)
Result<Answer> query_registrations(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    EntityQuery page;
    const SourceQuery query = TRY(read_source_query(call, page));
    const auto found = TRY(app.registrations.query(call.caller, query, page, app.clock.now()));
    Json::Array out;
    for (const auto& seen : found.registrations) out.push_back(body_of_registration(call, seen));
    const std::size_t shown = out.size();
    HttpResponse response = json_response(call, to_text(Json{std::move(out)}));
    add_list_headers(call, page, shown, found.count, response);
    return Answer{std::move(response)};
}

// GET /csourceRegistrations/{registrationId} (6.9.3.1)
Result<Answer> get_registration(const App& app, const ApiCall& call) {
    TRY(need_read(call));
    const std::string id = TRY(registration_id(call));
    const auto seen = TRY(app.registrations.find(call.caller, id));
    return Answer{json_response(call, to_text(body_of_registration(call, seen)))};
}

// PATCH /csourceRegistrations/{registrationId} (6.9.3.2)
Result<Answer> patch_registration(const App& app, const ApiCall& call) {
    TRY(need_whole_tenant(call));
    const std::string id = TRY(registration_id(call));
    const Body body = TRY(read_body(app, call));
    TRY(check_source_url(body.json.find("endpoint")));
    TRY(may_send_patched(app, call, id, body));
    auto patch = std::make_shared<const Body>(body);
    return Answer{Action{
        .run = [id, patch, &service = app.registrations](
                   Transaction& tx) { return service.patch(tx, id, patch->json, *patch->context); },
        .reply = [call] { return empty_response(call); }}};
}

// DELETE /csourceRegistrations/{registrationId} (6.9.3.3)
Result<Answer> remove_registration(const App& app, const ApiCall& call) {
    TRY(need_whole_tenant(call));
    const std::string id = TRY(registration_id(call));
    return Answer{Action{.run = [id, &service = app.registrations](
                                    Transaction& tx) { return service.remove(tx, id); },
                         .reply = [call] { return empty_response(call); }}};
}

}  // namespace musubi::api
