#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "api/handlers.h"
#include "api/openapi.h"
#include "api/openapi/parts.h"
#include "api/router.h"

// The interface described as OpenAPI 3.1: the table of routes joined with what openapi/ tells.
namespace musubi {
namespace {

using namespace openapi;

/// Which parameter the open part behind a path segment is.
struct OpenPart {
    std::string_view after;
    std::string_view parameter;
};
constexpr std::array kOpenParts{
    OpenPart{"entities", "entityId"},
    OpenPart{"attrs", "attrId"},
    OpenPart{"subscriptions", "subscriptionId"},
    OpenPart{"csourceRegistrations", "registrationId"},
    OpenPart{"csourceSubscriptions", "sourceSubscriptionId"},
    OpenPart{"types", "typeName"},
    OpenPart{"attributes", "attributeName"},
    OpenPart{"jsonldContexts", "contextId"},
    OpenPart{"entityMaps", "entityMapId"},
    OpenPart{"snapshots", "snapshotId"},
    OpenPart{"dead-letters", "letterId"},
    OpenPart{"tenants", "tenantName"},
    OpenPart{"contexts", "contextUrl"},
    OpenPart{"policies", "policyNumber"},
    OpenPart{"measures", "measureId"},
    OpenPart{"halts", "haltId"},
    OpenPart{"grants", "grantId"},
    OpenPart{"journal", "entryNumber"},
    OpenPart{"towns", "townCode"},
    OpenPart{"loop", "loopKind"},
    OpenPart{"stages", "stageName"},
    OpenPart{"gates", "gateName"},
    OpenPart{"decisions", "decisionName"},
    OpenPart{"tasks", "taskName"},
    OpenPart{"projects", "projectName"},
    OpenPart{"cases", "caseName"},
    OpenPart{"rounds", "roundName"},
};

/// What a group of resources is, by the part of their path that names it.
struct Tag {
    std::string_view part;
    std::string_view en;
    std::string_view ja;
};
constexpr std::array kTags{
    Tag{"entities", "Entities: their present state.", "エンティティ（現在の状態）"},
    Tag{"entityOperations", "Entities, many at once.", "エンティティをまとめて"},
    Tag{"entityMaps", "Entity maps: what queries found, to be paged through.",
        "見つけたものの控え（EntityMap）"},
    Tag{"snapshots", "Snapshots: what queries found, kept apart.",
        "見つけたものの写し（Snapshot）"},
    Tag{"temporal", "Entities: their history.", "エンティティの履歴"},
    Tag{"subscriptions", "Subscriptions to changes of entities.", "変化の購読"},
    Tag{"csourceRegistrations", "Registrations of other context sources.", "情報源の登録"},
    Tag{"csourceSubscriptions", "Subscriptions to changes of registrations.", "情報源の購読"},
    Tag{"types", "Which entity types there are.", "型"},
    Tag{"attributes", "Which attributes there are.", "属性"},
    Tag{"jsonldContexts", "JSON-LD contexts that are kept here.", "文脈（JSON-LD）"},
    Tag{"info", "What this context source is.", "この情報源"},
    Tag{"town", "The town: its page, its alerts, its feeds; not of NGSI-LD.",
        "町の画面・お知らせ・取り込み"},
    Tag{"projects", "Projects, their stages, gates and evidence; not of NGSI-LD.",
        "事業・段階・ゲート・証拠"},
    Tag{"people", "People, their roles and sign-ins; not of NGSI-LD.", "人・役割・サインイン"},
    Tag{"running", "Running the installation; not of NGSI-LD.", "運用"},
};

std::vector<std::string_view> parts_of(std::string_view path) {
    std::vector<std::string_view> parts;
    while (!path.empty()) {
        path.remove_prefix(1);
        const std::string_view part = path.substr(0, path.find('/'));
        path.remove_prefix(part.size());
        parts.push_back(part);
    }
    return parts;
}

const Parameter* find_parameter(std::string_view key) {
    const auto all = parameters();
    const auto found = std::find_if(
        all.begin(), all.end(), [&](const Parameter& parameter) { return parameter.key == key; });
    return found == all.end() ? nullptr : &*found;
}

/// A path with its open parts named, and the keys of their parameters.
struct NamedPath {
    std::string text;
    std::vector<std::string_view> open;
};
NamedPath named(std::string_view path) {
    NamedPath out;
    std::string_view before;
    for (const std::string_view part : parts_of(path)) {
        out.text += '/';
        if (part != "{}") {
            out.text += part;
            before = part;
            continue;
        }
        std::string_view key = before != "{}"                        ? "id"
                               : path.starts_with("/musubi/v1/loop") ? "loopName"
                                                                     : "instanceId";
        for (const OpenPart& known : kOpenParts) {
            if (known.after == before) key = known.parameter;
        }
        out.open.push_back(key);
        out.text.append("{").append(find_parameter(key)->name).append("}");
        before = part;
    }
    return out;
}

bool is_ngsild(const Operation& operation) { return operation.path.starts_with("/ngsi-ld/"); }

std::string_view tag_of(const Operation& operation) {
    const auto parts = parts_of(operation.path);
    if (operation.path.starts_with("/ngsi-ld/v1/")) return parts.at(2);
    if (is_ngsild(operation)) return "csourceSubscriptions";
    if (parts.size() < 3) return "running";
    constexpr std::array<std::string_view, 4> kTown{"town", "live", "alerts", "feeds"};
    constexpr std::array<std::string_view, 6> kPeople{"session",       "me",          "people",
                                                      "organisations", "invitations", "openid"};
    const auto is_among = [&](const auto& names) {
        return std::find(names.begin(), names.end(), parts.at(2)) != names.end();
    };
    constexpr std::array<std::string_view, 11> kProjects{
        "rounds", "projects", "cases",     "fitting-cases", "assets",    "loop",
        "stages", "gates",    "decisions", "tasks",         "heartbeats"};
    if (is_among(kProjects)) return "projects";
    return is_among(kTown) ? "town" : is_among(kPeople) ? "people" : "running";
}

std::string lower_name(HttpMethod method) {
    std::string out{name_of(method)};
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return static_cast<char>(c | 0x20); });
    return out;
}

// "getEntitiesByEntityIdAttrs": no other route has it.
std::string operation_id(const Operation& operation, const NamedPath& path) {
    std::string out = lower_name(operation.method);
    for (const std::string_view part : parts_of(path.text)) {
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

Json parameters_of(const Operation& operation, const NamedPath& path) {
    std::vector<std::string_view> keys = path.open;
    for (const std::string_view word : words_of(operation.parameters)) {
        const auto group =
            std::find_if(groups().begin(), groups().end(),
                         [&](const ParameterGroup& known) { return known.name == word; });
        if (group == groups().end()) {
            keys.push_back(word);
        } else {
            for (const std::string_view key : words_of(group->parameters)) keys.push_back(key);
        }
    }
    if (is_ngsild(operation)) {
        keys.push_back("Link");
        keys.push_back("Via");
    }
    if (operation.path != "/health") keys.push_back("Tenant");
    if (operation.path.starts_with("/ngsi-ld/v1/")) {
        for (const std::string_view use : {"Purpose", "Ground", "DecidedBy"}) keys.push_back(use);
    }
    Json::Array out;
    std::set<std::string_view> seen;
    for (const std::string_view key : keys) {
        if (seen.insert(key).second) out.push_back(reference("parameters", key));
    }
    return Json{std::move(out)};
}

// The health is everybody's; a source shows the token that it was given instead; who signs in has
// nothing to show yet.
bool needs_no_key(const Operation& operation) {
    if (operation.path.starts_with("/musubi/v1/openid")) return true;
    const bool lets_in = operation.method == HttpMethod::Post &&
                         (operation.path.starts_with("/musubi/v1/session") ||
                          operation.path.starts_with("/musubi/v1/invitations/"));
    const bool of_tokens =
        operation.path == "/musubi/v1/token" || operation.path.starts_with("/.well-known/");
    return lets_in || of_tokens || operation.path == "/health" ||
           operation.path.ends_with("/remote-notify");
}

bool may_answer(const Operation& operation, std::string_view status) {
    if (operation.path == "/health") return false;
    const bool reads = operation.method == HttpMethod::Get;
    if (status == "406") return is_ngsild(operation) && reads;
    if (status == "409") return false;  // its answers say so
    if (status == "413" || status == "415") return !operation.body.empty();
    const bool proves = operation.path == "/musubi/v1/session";
    if (status == "401" && needs_no_key(operation) && !proves) return false;
    if (status == "422" || status == "504" || status == "508") return is_ngsild(operation);
    return true;
}

Json responses(const Operation& operation) {
    std::map<std::string_view, Json> all;
    for (const Refusal& refusal : refusals()) {
        if (may_answer(operation, refusal.status)) {
            all[refusal.status] = reference("responses", refusal.name);
        }
    }
    for (const std::string_view word : words_of(operation.answers)) {
        const std::size_t is = word.find('=');
        all[word.substr(0, is)] =
            reference("responses", is == std::string_view::npos ? "Conflict" : word.substr(is + 1));
    }
    if (is_ngsild(operation) && !operation.body.empty()) {
        all["411"] = reference("responses", "LengthRequired");
    }
    if (operation.path == "/health") all["405"] = reference("responses", "NotAllowed");
    Json out;
    for (auto& [status, response] : all) out.set(status, std::move(response));
    return out;
}

Json described(const Operation& operation, const NamedPath& path, std::string_view clause) {
    Json out;
    out.set("operationId", operation_id(operation, path));
    out.set("summary", operation.en);
    out.set("x-summary-ja", operation.ja);
    if (clause != "ours") out.set("description", "GS CIM 009 v1.9.1, " + std::string(clause));
    out.set("tags", Json{Json::Array{Json{tag_of(operation)}}});
    if (needs_no_key(operation)) out.set("security", Json{Json::Array{}});
    out.set("parameters", parameters_of(operation, path));
    if (!operation.body.empty()) out.set("requestBody", reference("requestBodies", operation.body));
    out.set("responses", responses(operation));
    return out;
}

std::string_view clause_of(const Operation& operation) {
    for (const Route& route : routes()) {
        if (route.method == operation.method && route.path == operation.path) return route.clause;
    }
    return "ours";
}

Json paths() {
    Json out{Json::Object{}};
    for (const auto& operations :
         {ngsild_operations(), own_operations(), loop_operations(), case_operations()}) {
        for (const Operation& operation : operations) {
            const NamedPath path = named(operation.path);
            if (out.find(path.text) == nullptr) out.set(path.text, Json{Json::Object{}});
            out.find(path.text)->set(lower_name(operation.method),
                                     described(operation, path, clause_of(operation)));
        }
    }
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
    out.set(
        "description",
        "What GET answers, HEAD answers without its body. Each resource tells with OPTIONS which "
        "methods it has. Texts in Japanese stand in `x-summary-ja` and `x-description-ja`.");
    out.set("license", std::move(license));
    return out;
}

}  // namespace

Json openapi_document() {
    Json::Array tags;
    for (const Tag& tag : kTags) {
        Json item;
        item.set("name", tag.part);
        item.set("description", tag.en);
        item.set("x-description-ja", tag.ja);
        tags.push_back(std::move(item));
    }
    Json out;
    out.set("openapi", "3.1.0");
    out.set("info", information());
    out.set("servers", Json{Json::Array{Json{}.set("url", "/")}});
    out.set("security", Json{Json::Array{Json{}.set("key", Json{Json::Array{}}),
                                         Json{}.set("session", Json{Json::Array{}})}});
    out.set("tags", Json{std::move(tags)});
    out.set("paths", paths());
    out.set("components", openapi::components());
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
