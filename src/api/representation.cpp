#include "api/representation.h"

#include <algorithm>

#include "api/preference.h"
#include "api/use.h"

namespace musubi {
namespace {

Result<Format> format_named(std::string_view word) {
    if (word == "normalized") return Format::Normalized;
    if (word == "concise") return Format::Concise;
    return Format::Simplified;  // simplified, keyValues: nothing else is let through
}

// `format` names the representation; where it is absent, `options` may (6.3.7).
Result<Format> read_format(const ApiCall& call) {
    for (const std::string_view parameter : {"format", "options"}) {
        for (const std::string& word : call.list(parameter)) {
            if (word == "normalized" || word == "concise" || word == "simplified" ||
                word == "keyValues") {
                return format_named(word);
            }
        }
    }
    return Format::Normalized;
}

Result<MemberSelection> read_projection(const ApiCall& call, std::string_view name) {
    const std::string* text = call.param(name);
    if (text == nullptr) return MemberSelection{};
    auto projection = parse_projection(*text, *call.context);
    if (!projection) {
        Error error = std::move(projection).error();
        error.where = std::string(name) + (error.where.empty() ? "" : ", " + error.where);
        return error;
    }
    return projection;
}

Result<void> read_projections(const ApiCall& call, WriteOptions& options) {
    options.pick = TRY(read_projection(call, "pick"));
    options.omit = TRY(read_projection(call, "omit"));
    if (options.pick.empty() && options.omit.empty()) return {};
    if (call.param("attrs") != nullptr) {
        return Error{ErrorCode::BadRequest, "attrs does not go with pick or omit", "attrs"};
    }
    for (const ProjectedMember& member : options.omit) {
        if (member.linked.empty() && find(options.pick, member.name) != nullptr) {
            return Error{ErrorCode::BadRequest, "a member is both picked and omitted", "omit"};
        }
    }
    const std::size_t depth = std::max(depth_of(options.pick), depth_of(options.omit));
    const std::size_t hops = options.join == Join::None ? 0 : options.join_level;
    if (depth > hops) {
        return Error{ErrorCode::BadRequest,
                     "members of linked entities are shown with join and as far as joinLevel goes",
                     "joinLevel"};
    }
    return {};
}

Result<void> read_join(const App& app, const ApiCall& call, WriteOptions& options) {
    options.join_level = TRY(call.number("joinLevel")).value_or(1);
    if (options.join_level == 0 || options.join_level > kMaxProjectionDepth) {
        return Error{ErrorCode::BadRequest, "it is a number from 1 to 10", "joinLevel"};
    }
    options.contained_by = call.list("containedBy");
    const std::string* join = call.param("join");
    if (join == nullptr || *join == "none" || *join == "@none") return {};
    if (*join != "flat" && *join != "inline") {
        return Error{ErrorCode::BadRequest, "it is flat or inline", "join"};
    }
    if (!call.may_wait) {  // it may take long, whatever it is of
        return Error{ErrorCode::MustWait, "entities are joined on a worker", "join"};
    }
    options.join = *join == "flat" ? Join::Flat : Join::Inline;
    auto joined = std::make_shared<std::size_t>(0);
    // What is joined is not counted, and so is not let through by a permission that is.
    Caller caller = call.caller;
    caller.counted = false;
    caller.access = app.authority.access(caller);
    if (caller.access == nullptr) return Error{ErrorCode::Unauthorized, "ask again", "join"};
    options.linked = [&app, call, caller, joined](std::string_view id) -> EntityPtr {
        if (*joined > kMaxJoined) return nullptr;
        ++*joined;
        auto entity = app.store.find(caller, id);
        // What can not be recorded does not leave.
        return entity && record_access(app, call, {*entity}) ? *entity : nullptr;
    };
    options.joined = std::move(joined);
    return {};
}

// `Prefer: ngsi-ld=1.5` (4.3.6.8) as WriteOptions::version has it.
int version_for(const HttpRequest& request) {
    const auto version = preferred_version(request.header("Prefer"));
    if (!version) return WriteOptions::kNativeVersion;
    return 100 * (version->front() - '0') + (version->back() - '0');
}

// GeoJSON alone has a geometry to choose (6.3.15); its context stands in the body unless Prefer
// says body=json.
Result<void> check_geometry_property(const ApiCall& call) {
    if (call.param("geometryProperty") == nullptr || call.wants_geojson) return {};
    return Error{ErrorCode::BadRequest, "geometryProperty goes with Accept: application/geo+json",
                 "geometryProperty"};
}

bool prefers_plain_body(const ApiCall& call) {
    return call.request.header("Prefer").find("body=json") != std::string_view::npos;
}

std::string geometry_name(const ApiCall& call) {
    const std::string* name = call.param("geometryProperty");
    return name == nullptr ? std::string(iri::kLocation) : call.context->expand(*name);
}

HttpResponse geojson_response(const ApiCall& call, std::string body) {
    HttpResponse response = json_response(call, std::move(body));
    for (auto& [name, value] : response.headers) {
        if (name == "Content-Type") value = "application/geo+json";
    }
    if (!prefers_plain_body(call)) {  // the context is in the body
        std::erase_if(response.headers, [](const auto& header) { return header.first == "Link"; });
    }
    return response;
}

// What Prefer asked for is confirmed; 203 where the entity had to take another shape for it.
void confirm_version(const ApiCall& call, bool reshaped, HttpResponse& response) {
    note_preference(call.request, response);
    if (reshaped) response.status = 203;
}

// What was joined stayed within its limits, so that nothing was left out.
Result<void> check_joined(const std::string& body, const WriteOptions& options) {
    if (options.join == Join::None) return {};
    if (body.size() <= WriteOptions::kMaxJoinedBytes && *options.joined <= kMaxJoined) return {};
    return Error{ErrorCode::TooComplexQuery,
                 "the answer would have more than 64 MB, or 10,000 joined entities; ask for less",
                 "join"};
}

}  // namespace

Result<WriteOptions> write_options(const App& app, const ApiCall& call) {
    WriteOptions options;
    options.context_member = call.wants_ld;
    if (call.params.empty() && !call.wants_geojson && call.request.header("Prefer").empty()) {
        return options;
    }
    options.format = TRY(read_format(call));
    options.sys_attrs = call.option("sysAttrs");
    if (const std::string* lang = call.param("lang")) options.lang = *lang;
    for (const std::string& name : call.list("attrs")) {
        options.attrs.push_back(call.context->expand(name));
    }
    options.datasets = call.list("datasetId");
    for (const std::string& dataset : options.datasets) {
        if (dataset != "@none" && !is_uri(dataset)) {
            return Error{ErrorCode::BadRequest, "a datasetId is a URI, or @none", "datasetId"};
        }
    }
    options.version = version_for(call.request);
    TRY(read_join(app, call, options));
    TRY(read_projections(call, options));
    TRY(check_geometry_property(call));
    return options;
}

Result<HttpResponse> entity_response(const ApiCall& call, const EntityPtr& entity,
                                     const WriteOptions& options) {
    if (!shows_anything(*entity, options)) {
        return Error{ErrorCode::NotFound, "the entity has none of the members asked for",
                     entity->id};
    }
    std::string body;
    body.reserve(2048);
    HttpResponse response;
    if (call.wants_geojson) {
        WriteOptions how = options;
        how.context_member = !prefers_plain_body(call);
        write_feature(body, *entity, geometry_name(call), *call.context, how);
        TRY(check_joined(body, options));
        response = geojson_response(call, std::move(body));
    } else if (options.join == Join::Flat) {
        write_entities(body, {entity}, *call.context, options);
        TRY(check_joined(body, options));
        // One alone is an entity, as without joining (4.5.23.4).
        const bool alone = body == [&] {
            std::string one;
            write_entity(one, *entity, *call.context, options);
            return one;
        }();
        response = json_response(call, alone ? std::move(body) : "[" + body + "]");
    } else {
        write_entity(body, *entity, *call.context, options);
        TRY(check_joined(body, options));
        response = json_response(call, std::move(body));
    }
    confirm_version(call, is_reshaped(*entity, options), response);
    return response;
}

Result<HttpResponse> entities_response(const ApiCall& call, const std::vector<EntityPtr>& entities,
                                       const WriteOptions& options) {
    std::string body;
    HttpResponse response;
    if (call.wants_geojson) {
        body = R"({"type":"FeatureCollection","features":[)";
        WriteOptions how = options;
        how.context_member = false;
        for (const EntityPtr& entity : entities) {
            if (body.back() != '[') body += ',';
            write_feature(body, *entity, geometry_name(call), *call.context, how);
        }
        body += ']';
        if (!prefers_plain_body(call)) {
            append_member_name(body, "@context");
            append_json(body, call.context->source());
        }
        body += '}';
        TRY(check_joined(body, options));
        response = geojson_response(call, std::move(body));
    } else {
        body = "[";
        write_entities(body, entities, *call.context, options);
        body += ']';
        TRY(check_joined(body, options));
        response = json_response(call, std::move(body));
    }
    const bool reshaped =
        std::any_of(entities.begin(), entities.end(),
                    [&](const EntityPtr& entity) { return is_reshaped(*entity, options); });
    confirm_version(call, reshaped, response);
    return response;
}

}  // namespace musubi
