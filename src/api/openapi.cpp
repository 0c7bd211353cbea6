#include "api/openapi.h"

#include <algorithm>
#include <array>
#include <map>

#include "api/handlers.h"
#include "api/router.h"

// The interface described as OpenAPI 3.1: the table of routes, and what stands here of its parts.
namespace musubi {
namespace {

/// What the open part behind a path segment is called.
struct OpenPart {
    std::string_view after;
    std::string_view name;
};
constexpr std::array kOpenParts{
    OpenPart{"entities", "entityId"},
    OpenPart{"attrs", "attrId"},
    OpenPart{"subscriptions", "subscriptionId"},
    OpenPart{"csourceRegistrations", "registrationId"},
    OpenPart{"csourceSubscriptions", "subscriptionId"},
    OpenPart{"types", "type"},
    OpenPart{"attributes", "attrId"},
    OpenPart{"jsonldContexts", "contextId"},
    OpenPart{"entityMaps", "entityMapId"},
    OpenPart{"tenants", "name"},
    OpenPart{"contexts", "url"},
};

/// What a group of resources is, by the first part of their path that names it.
struct Tag {
    std::string_view part;
    std::string_view about;
};
constexpr std::array kTags{
    Tag{"entities", "Entities: their present state."},
    Tag{"entityOperations", "Entities, many at once."},
    Tag{"temporal", "Entities: their history."},
    Tag{"subscriptions", "Subscriptions to changes of entities."},
    Tag{"csourceRegistrations", "Registrations of other context sources."},
    Tag{"csourceSubscriptions", "Subscriptions to changes of registrations."},
    Tag{"types", "Which entity types there are."},
    Tag{"attributes", "Which attributes there are."},
    Tag{"jsonldContexts", "JSON-LD contexts that are kept here."},
    Tag{"info", "What this context source is."},
    Tag{"other", "Running the installation; not of NGSI-LD."},
};

std::vector<std::string> parts_of(std::string_view path) {
    std::vector<std::string> parts;
    while (!path.empty()) {
        path.remove_prefix(1);
        const std::string_view part = path.substr(0, path.find('/'));
        path.remove_prefix(part.size());
        parts.emplace_back(part);
    }
    return parts;
}

std::string name_of_open(std::string_view after) {
    for (const OpenPart& part : kOpenParts) {
        if (part.after == after) return std::string(part.name);
    }
    return "id";
}

/// A route's path with its open parts named.
struct NamedPath {
    std::string text;
    std::vector<std::string> open;
};
NamedPath named(const Route& route) {
    NamedPath out;
    std::string before;
    for (std::string part : parts_of(route.path)) {
        if (part == "{}") {
            std::string name = name_of_open(before);
            if (std::find(out.open.begin(), out.open.end(), name) != out.open.end()) {
                name = "instanceId";
            }
            out.open.push_back(name);
            part = "{" + name + "}";
        }
        out.text += "/" + part;
        before = part;
    }
    return out;
}

std::string tag_of(const Route& route) {
    const auto parts = parts_of(route.path);
    if (parts.size() > 2 && parts[0] == "ngsi-ld") {
        for (const Tag& tag : kTags) {
            if (tag.part == parts[2]) return std::string(tag.part);
        }
    }
    return "other";
}

std::string lower_name(HttpMethod method) {
    std::string out{name_of(method)};
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return static_cast<char>(c | 0x20); });
    return out;
}

// "getEntitiesByEntityIdAttrs": no other route has it.
std::string operation_id(const Route& route, const NamedPath& path) {
    std::string out = lower_name(route.method);
    for (const std::string& part : parts_of(path.text)) {
        if (part == "ngsi-ld" || part == "v1") continue;
        bool upper = true;
        if (part.front() == '{') out += "By";
        for (const char c : part) {
            const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            if (letter) out += upper && c >= 'a' ? static_cast<char>(c - 0x20) : c;
            upper = c == '-' || c == '{' || (upper && !letter);
        }
    }
    return out;
}

Json reference(std::string_view to) {
    return Json{}.set("$ref", "#/components/" + std::string(to));
}

Json content_of_any() {
    Json content;
    for (const char* type : {"application/json", "application/ld+json"}) {
        content.set(type, Json{}.set("schema", Json{Json::Object{}}));
    }
    return content;
}

Json responses() {
    Json done;
    done.set("description", "It is done; where there is something to tell, it is in the body.");
    done.set("content", content_of_any());
    Json out;
    out.set("2XX", std::move(done));
    out.set("4XX", reference("responses/Problem"));
    out.set("5XX", reference("responses/Problem"));
    return out;
}

Json parameters(const Route& route, const NamedPath& path) {
    Json::Array out;
    for (const std::string& name : path.open) {
        Json parameter;
        parameter.set("name", name);
        parameter.set("in", "path");
        parameter.set("required", true);
        parameter.set("schema", Json{}.set("type", "string"));
        out.push_back(std::move(parameter));
    }
    out.push_back(reference("parameters/Tenant"));
    if (route.path.starts_with("/ngsi-ld/")) out.push_back(reference("parameters/Link"));
    return Json{std::move(out)};
}

Json operation(const Route& route, const NamedPath& path) {
    Json out;
    out.set("operationId", operation_id(route, path));
    out.set("summary", std::string(name_of(route.method)) + " " + path.text);
    if (route.clause != "ours") {
        out.set("description", "GS CIM 009 v1.9.1, " + std::string(route.clause));
    }
    out.set("tags", Json{Json::Array{Json{tag_of(route)}}});
    out.set("parameters", parameters(route, path));
    if (route.method == HttpMethod::Post || route.method == HttpMethod::Put ||
        route.method == HttpMethod::Patch) {
        out.set("requestBody", Json{}.set("content", content_of_any()));
    }
    out.set("responses", responses());
    return out;
}

Json header(std::string_view name, std::string_view about) {
    Json out;
    out.set("name", name);
    out.set("in", "header");
    out.set("description", about);
    out.set("schema", Json{}.set("type", "string"));
    return out;
}

Json problem_schema() {
    Json members;
    for (const char* name : {"type", "title", "detail", "instance"}) {
        members.set(name, Json{}.set("type", "string"));
    }
    members.set("status", Json{}.set("type", "integer"));
    Json schema;
    schema.set("type", "object");
    schema.set("properties", std::move(members));
    return schema;
}

Json components() {
    Json parameters;
    parameters.set("Tenant", header("NGSILD-Tenant", "The tenant (6.3.14)."));
    parameters.set("Link", header("Link", "The JSON-LD context of the names (6.3.5)."));
    Json content;
    content.set("application/problem+json",
                Json{}.set("schema", reference("schemas/ProblemDetails")));
    Json problem;
    problem.set("description", "What went wrong, where, and what to do next (5.5.2, 6.3.2).");
    problem.set("content", std::move(content));
    Json key;
    key.set("type", "http");
    key.set("scheme", "bearer");
    Json out;
    out.set("parameters", std::move(parameters));
    out.set("responses", Json{}.set("Problem", std::move(problem)));
    out.set("schemas", Json{}.set("ProblemDetails", problem_schema()));
    out.set("securitySchemes", Json{}.set("key", std::move(key)));
    return out;
}

Json information() {
    Json license;
    license.set("name", "Apache 2.0");
    license.set("identifier", "Apache-2.0");
    Json out;
    out.set("title", "Musubi");
    out.set("version", "1.9.1");
    out.set("summary", "NGSI-LD (GS CIM 009 v1.9.1), and what runs the installation.");
    out.set("license", std::move(license));
    return out;
}

}  // namespace

Json openapi_document() {
    Json paths;
    for (const Route& route : routes()) {
        const NamedPath path = named(route);
        if (paths.find(path.text) == nullptr) paths.set(path.text, Json{Json::Object{}});
        paths.find(path.text)->set(lower_name(route.method), operation(route, path));
    }
    Json::Array tags;
    for (const Tag& tag : kTags) {
        Json item;
        item.set("name", tag.part);
        item.set("description", tag.about);
        tags.push_back(std::move(item));
    }
    Json out;
    out.set("openapi", "3.1.0");
    out.set("info", information());
    out.set("servers", Json{Json::Array{Json{}.set("url", "/")}});
    out.set("security", Json{Json::Array{Json{}.set("key", Json{Json::Array{}})}});
    out.set("tags", std::move(tags));
    out.set("paths", std::move(paths));
    out.set("components", components());
    return out;
}

namespace api {

// GET /openapi: ours
Result<Answer> get_openapi(const App& /*app*/, const ApiCall& /*call*/) {
    HttpResponse response{200, {{"Content-Type", "application/openapi+json"}}, {}};
    append_json(response.body, openapi_document());
    return Answer{std::move(response)};
}

}  // namespace api
}  // namespace musubi
